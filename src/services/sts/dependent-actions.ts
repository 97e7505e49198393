import type { ConditionKeys, DependentActions, Scope, Target } from '../../authorization/operation.ts';
import { assumeRoleKeys, requestTags, type SessionTagInput, transitiveTagKeys } from './condition-keys.ts';

type AssumeRoleInput = SessionTagInput & {
  readonly RoleSessionName: string;
  readonly ExternalId?: string | undefined;
  readonly SourceIdentity?: string | undefined;
};

/** The further actions of AssumeRole are decided on the same role and see the same request. */
const contextOf = (input: AssumeRoleInput, target: Target, scope: Scope) => ({
  ...assumeRoleKeys.values(input, target, scope),
  ...requestTags.values(input, target, scope),
  ...transitiveTagKeys.values(input, target, scope),
});

/** Tags in the call, or tags that travel on with the caller's session, need `sts:TagSession` as well. */
export const tagSession: DependentActions<AssumeRoleInput> = {
  actions: ['sts:TagSession'],
  needed: (input, target, scope) => {
    const given = (input.Tags?.length ?? 0) > 0 || (input.TransitiveTagKeys?.length ?? 0) > 0;
    const inherited = (scope.caller.session?.transitiveTagKeys.length ?? 0) > 0;
    return given || inherited ? [{ action: 'sts:TagSession', target, context: contextOf(input, target, scope) }] : [];
  },
};

/** A source identity that is set here, or that the caller's session carries on, needs `sts:SetSourceIdentity` as well. */
export const setSourceIdentity: DependentActions<AssumeRoleInput> = {
  actions: ['sts:SetSourceIdentity'],
  needed: (input, target, scope) => {
    const identity = input.SourceIdentity ?? scope.caller.session?.sourceIdentity;
    return identity === undefined ? [] : [{ action: 'sts:SetSourceIdentity', target, context: contextOf(input, target, scope) }];
  },
};

/** Tags of a federated user's session. */
export const tagFederatedSession: DependentActions<SessionTagInput> = {
  actions: ['sts:TagSession'],
  needed: (input, target, scope) =>
    (input.Tags?.length ?? 0) > 0 ? [{ action: 'sts:TagSession', target, context: requestTags.values(input, target, scope) }] : [],
};

/** As `tagSession`, for tags that an identity provider gives; `keys` are those of the row. */
export const tagAssertedSession = <Input>(keys: ConditionKeys<Input>): DependentActions<Input> => ({
  actions: ['sts:TagSession'],
  needed: (input, target, scope) => {
    const { tags = [], transitiveTagKeys: transitive = [] } = scope.caller.assertion ?? {};
    return tags.length + transitive.length > 0 ? [{ action: 'sts:TagSession', target, context: keys.values(input, target, scope) }] : [];
  },
});

/** As `setSourceIdentity`, likewise. */
export const setAssertedIdentity = <Input>(keys: ConditionKeys<Input>): DependentActions<Input> => ({
  actions: ['sts:SetSourceIdentity'],
  needed: (input, target, scope) =>
    scope.caller.assertion?.sourceIdentity === undefined
      ? []
      : [{ action: 'sts:SetSourceIdentity', target, context: keys.values(input, target, scope) }],
});
