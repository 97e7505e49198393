import type { ConditionKeys } from '../../authorization/operation.ts';
import { requestTagValues, tagKeysValue } from '../../authorization/request-tags.ts';
import type { IdentityCenterInstance, PermissionSet } from '../../store/tables/identity-center.ts';

/*
 * What the operations of IAM Identity Center tell conditions beyond the global keys.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycentersuccessortoawssinglesign-on.html
 */

/** What authorization has found of what a call names. */
export interface Known {
  /** Absent: there is none that the caller's account administers, in this region. */
  readonly instance?: IdentityCenterInstance;
  readonly permissionSet?: PermissionSet;
}

/** The region of the instance. */
export const primaryRegion: ConditionKeys<unknown, Known> = {
  keys: ['sso:PrimaryRegion'],
  values: (_, { stored }) => ({ 'sso:PrimaryRegion': stored?.instance?.region }),
};

export interface Tagged {
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
}

export const requestTags: ConditionKeys<Tagged> = {
  keys: ['aws:RequestTag/${TagKey}', 'aws:TagKeys'],
  values: (input) => requestTagValues(input.Tags),
};

/** Of untagging, which names keys alone. */
export const removedTagKeys: ConditionKeys<{ readonly TagKeys: readonly string[] }> = {
  keys: ['aws:TagKeys'],
  values: (input) => tagKeysValue(input.TagKeys),
};
