import type { PolicyType } from '@aws-sdk/client-organizations';
import type { ConditionKeys } from '../../authorization/operation.ts';
import { requestTagValues, tagKeysValue } from '../../authorization/request-tags.ts';
import type { TransferDirection } from './arn.ts';

/*
 * What the operations of Organizations tell conditions beyond the global keys.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html#awsorganizations-policy-keys
 */

/** What authorization knows of a thing acted on, beyond its ARN and tags. */
export interface Known {
  /** Of policies. */
  readonly type?: PolicyType;
  /** Of responsibility transfers. */
  readonly direction?: TransferDirection;
}

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

/** The type of policy that is asked for. */
export const policyTypeAsked: ConditionKeys<{ readonly PolicyType: string } | { readonly Filter: string }> = {
  keys: ['organizations:PolicyType'],
  values: (input) => ({ 'organizations:PolicyType': 'PolicyType' in input ? input.PolicyType : input.Filter }),
};

/** The type of the policy that is acted on. */
export const policyType: ConditionKeys<unknown, Known> = {
  keys: ['organizations:PolicyType'],
  values: (_, { stored }) => ({ 'organizations:PolicyType': stored?.type }),
};

export const servicePrincipal: ConditionKeys<{ readonly ServicePrincipal?: string | undefined }> = {
  keys: ['organizations:ServicePrincipal'],
  values: (input) => ({ 'organizations:ServicePrincipal': input.ServicePrincipal }),
};

const TRANSFER_KEYS = ['organizations:TransferDirection', 'organizations:TransferType'];

/** (unverified) that the values are spelled as in the API: INBOUND, OUTBOUND, BILLING. */
const transferValues = (direction: TransferDirection) => ({
  'organizations:TransferDirection': direction,
  'organizations:TransferType': 'BILLING',
});

/** Of the transfer acted on. */
export const transferKeys: ConditionKeys<unknown, Known> = {
  keys: TRANSFER_KEYS,
  values: (_, { stored }) => (stored?.direction === undefined ? {} : transferValues(stored.direction)),
};

/** Of transfers asked for or listed. */
export const transfersOf = (direction: TransferDirection): ConditionKeys<object> => ({
  keys: TRANSFER_KEYS,
  values: () => transferValues(direction),
});
