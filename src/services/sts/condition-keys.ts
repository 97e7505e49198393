import type { ConditionKeys, ContextValue } from '../../authorization/operation.ts';
import { requestTagValues } from '../../authorization/request-tags.ts';

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
