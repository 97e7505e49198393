import type { Assertion } from '../../authentication/assertion.ts';
import type { ConditionKeys, ContextValue } from '../../authorization/operation.ts';
import { requestTagValues } from '../../authorization/request-tags.ts';
import { PROVIDER_KEYS } from './provider-claims.ts';
import { SAML_KEYS } from './saml-attributes.ts';

export interface SessionTagInput {
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
  readonly TransitiveTagKeys?: readonly string[] | undefined;
}

/** Session tags given in the call. */
export const requestTags: ConditionKeys<SessionTagInput> = {
  keys: ['aws:RequestTag/${TagKey}', 'aws:TagKeys'],
  values: (input) => requestTagValues(input.Tags),
};

export const transitiveTagKeys: ConditionKeys<SessionTagInput> = {
  keys: ['sts:TransitiveTagKeys'],
  values: (input) => ({ 'sts:TransitiveTagKeys': input.TransitiveTagKeys }),
};

export const assumeRoleKeys: ConditionKeys<{
  readonly RoleSessionName: string;
  readonly ExternalId?: string | undefined;
  readonly SourceIdentity?: string | undefined;
}> = {
  keys: ['sts:RoleSessionName', 'sts:ExternalId', 'sts:SourceIdentity'],
  values: (input, _target, { caller }): Record<string, ContextValue> => ({
    'sts:RoleSessionName': input.RoleSessionName,
    'sts:ExternalId': input.ExternalId,
    'sts:SourceIdentity': input.SourceIdentity ?? caller.session?.sourceIdentity,
  }),
};

/** What an assertion fills: its own claims, and the session it asks for. */
const assertedValues = (assertion: Assertion | undefined, sessionName: string | undefined): Record<string, ContextValue> => ({
  ...requestTagValues(assertion?.tags),
  ...assertion?.context,
  'sts:RoleSessionName': sessionName,
  'sts:SourceIdentity': assertion?.sourceIdentity,
  'sts:TransitiveTagKeys': assertion?.transitiveTagKeys,
});

const ASSERTED_KEYS = ['aws:RequestTag/${TagKey}', 'aws:TagKeys', 'sts:RoleSessionName', 'sts:SourceIdentity', 'sts:TransitiveTagKeys'];

export const webIdentityKeys: ConditionKeys<{ readonly RoleSessionName: string }> = {
  keys: [...ASSERTED_KEYS, 'sts:RoleAuthorizedByIdp', ...PROVIDER_KEYS],
  values: ({ RoleSessionName }, _target, { caller }) => assertedValues(caller.assertion, RoleSessionName),
};

export const samlKeys: ConditionKeys<object> = {
  keys: [...ASSERTED_KEYS, ...SAML_KEYS],
  values: (_input, _target, { caller }) => assertedValues(caller.assertion, caller.assertion?.saml?.sessionName),
};
