import type { ConditionKeys, Target } from '../../authorization/operation.ts';
import { requestTagValues, tagKeysValue } from '../../authorization/request-tags.ts';
import { foldCase } from '../../core/name.ts';
import { namespacesOf, PROPERTY_NAMESPACES } from './account-settings.ts';

/*
 * What IAM's operations tell conditions beyond the global keys. The tags of the thing acted on (`aws:ResourceTag`, `iam:ResourceTag`) come
 * with the target.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */

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

/** Keys of users' and roles' tags are one in whatever case. So a key stands for the one that is held as well, which is replaced or taken away. */
const alsoAsHeld = (keys: readonly string[], { tags: held = [] }: Pick<Target, 'tags'>): readonly string[] => {
  const asked = new Set(keys.map(foldCase));
  return [...keys, ...held.flatMap(({ Key }) => (asked.has(foldCase(Key)) ? [Key] : []))];
};

/** As `requestTags`, of a user or role that is there. */
export const replacingTags: ConditionKeys<Tagged> = {
  keys: requestTags.keys,
  values: (input, target) => ({
    ...requestTagValues(input.Tags),
    ...tagKeysValue(
      alsoAsHeld(
        (input.Tags ?? []).map(({ Key }) => Key),
        target,
      ),
    ),
  }),
};

/** As `removedTagKeys`, likewise. */
export const removedFoldedTagKeys: ConditionKeys<{ readonly TagKeys: readonly string[] }> = {
  keys: removedTagKeys.keys,
  values: (input, target) => tagKeysValue(alsoAsHeld(input.TagKeys, target)),
};

/** The boundary that is asked for. */
export const boundaryAsked: ConditionKeys<{ readonly PermissionsBoundary?: string | undefined }> = {
  keys: ['iam:PermissionsBoundary'],
  values: (input) => ({ 'iam:PermissionsBoundary': input.PermissionsBoundary }),
};

/** The boundary that the user or role has at present. */
export const boundaryHeld: ConditionKeys<unknown, { readonly permissionsBoundary?: string }> = {
  keys: ['iam:PermissionsBoundary'],
  values: (_, target) => ({ 'iam:PermissionsBoundary': target.stored?.permissionsBoundary }),
};

/** The policy that is attached or detached. */
export const policyArn: ConditionKeys<{ readonly PolicyArn: string }> = {
  keys: ['iam:PolicyARN'],
  values: (input) => ({ 'iam:PolicyARN': input.PolicyArn }),
};

/** The service that a role is made for. */
export const awsServiceName: ConditionKeys<{ readonly AWSServiceName: string }> = {
  keys: ['iam:AWSServiceName'],
  values: (input) => ({ 'iam:AWSServiceName': input.AWSServiceName }),
};

/** The service that a credential is for. */
export const credentialServiceAsked: ConditionKeys<{ readonly ServiceName: string; readonly CredentialAgeDays?: number | undefined }> = {
  keys: ['iam:ServiceSpecificCredentialServiceName', 'iam:ServiceSpecificCredentialAgeDays'],
  values: (input) => ({
    'iam:ServiceSpecificCredentialServiceName': foldCase(input.ServiceName),
    'iam:ServiceSpecificCredentialAgeDays': input.CredentialAgeDays === undefined ? undefined : String(input.CredentialAgeDays),
  }),
};

/** The service that a credential which is there is for. */
export const credentialServiceHeld: ConditionKeys<unknown, { readonly credential?: { readonly serviceName: string } | undefined }> = {
  keys: ['iam:ServiceSpecificCredentialServiceName'],
  values: (_, target) => ({ 'iam:ServiceSpecificCredentialServiceName': target.stored?.credential?.serviceName }),
};

/** What a partner asks for. */
export const delegationAsked: ConditionKeys<{
  readonly SessionDuration: number;
  readonly NotificationChannel: string;
  readonly Permissions: { readonly PolicyTemplateArn?: string | undefined };
}> = {
  keys: ['iam:DelegationDuration', 'iam:NotificationChannel', 'iam:TemplateArn'],
  values: (input) => ({
    'iam:DelegationDuration': String(input.SessionDuration),
    'iam:NotificationChannel': input.NotificationChannel,
    'iam:TemplateArn': input.Permissions.PolicyTemplateArn,
  }),
};

/** Whose delegation requests are listed. */
export const delegationOwnerAsked: ConditionKeys<{ readonly OwnerId?: string | undefined }> = {
  keys: ['iam:DelegationRequestOwner'],
  values: (input) => ({ 'iam:DelegationRequestOwner': input.OwnerId }),
};

/** Who has taken a delegation request on. Published with the type of resource, not with the actions. */
export const delegationOwner: ConditionKeys<unknown, { readonly owner?: { readonly arn: string } | undefined }> = {
  keys: ['iam:DelegationRequestOwner'],
  values: (_, target) => ({ 'iam:DelegationRequestOwner': target.stored?.owner?.arn }),
};

/** The service control policy that a report is about. */
export const organizationsPolicyId: ConditionKeys<{ readonly OrganizationsPolicyId?: string | undefined }> = {
  keys: ['iam:OrganizationsPolicyId'],
  values: (input) => ({ 'iam:OrganizationsPolicyId': input.OrganizationsPolicyId }),
};

/** The namespaces of the properties that are set; all there are, when they are read. */
export const propertyNamespaces: ConditionKeys<{ readonly Properties?: Readonly<Record<string, string>> | undefined }> = {
  keys: ['iam:AccountPropertyNamespaces'],
  values: (input) => ({
    'iam:AccountPropertyNamespaces': input.Properties ? namespacesOf(Object.keys(input.Properties)) : PROPERTY_NAMESPACES,
  }),
};

/** The template that a role is made from. */
export const roleTemplateArn: ConditionKeys<{ readonly TemplateArn: string }> = {
  keys: ['iam:RoleTemplateArn'],
  values: (input) => ({ 'iam:RoleTemplateArn': input.TemplateArn }),
};
