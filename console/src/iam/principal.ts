import type { AwsClient } from '../aws/client.ts';
import { pageAt } from '../router.tsx';
import type { AccessKey, AttachedPolicy, Group, MfaDevice } from './types.ts';

/** Who holds policies, in the way in which IAM names its operations: `AttachUserPolicy` with `UserName`. */
export interface Principal {
  readonly kind: 'User' | 'Group' | 'Role';
  readonly name: string;
}

const PAGES = { User: 'users', Group: 'groups', Role: 'roles' } as const;

/** Its page. */
export const principalAt = ({ kind, name }: Principal, ...parts: readonly string[]): string => pageAt('iam', PAGES[kind], name, ...parts);

/** The member that names it. */
export const naming = ({ kind, name }: Principal): Readonly<Record<string, string>> => ({ [`${kind}Name`]: name });

export const attachedPolicies = (aws: AwsClient, of: Principal): Promise<readonly AttachedPolicy[]> =>
  aws.iamList(`ListAttached${of.kind}Policies`, 'AttachedPolicies', naming(of));

export const inlinePolicies = (aws: AwsClient, of: Principal): Promise<readonly string[]> =>
  aws.iamList(`List${of.kind}Policies`, 'PolicyNames', naming(of));

export const attachPolicy = (aws: AwsClient, to: Principal, arn: string) =>
  aws.iam(`Attach${to.kind}Policy`, { ...naming(to), PolicyArn: arn });

export const detachPolicy = (aws: AwsClient, from: Principal, arn: string) =>
  aws.iam(`Detach${from.kind}Policy`, { ...naming(from), PolicyArn: arn });

/** The text of an inline policy, as it was written. */
export async function inlineDocument(aws: AwsClient, of: Principal, policyName: string): Promise<string> {
  const { PolicyDocument } = await aws.iam<{ PolicyDocument: string }>(`Get${of.kind}Policy`, { ...naming(of), PolicyName: policyName });
  return decodeURIComponent(PolicyDocument);
}

export const putInline = (aws: AwsClient, of: Principal, policyName: string, document: string) =>
  aws.iam(`Put${of.kind}Policy`, { ...naming(of), PolicyName: policyName, PolicyDocument: document });

export const deleteInline = (aws: AwsClient, of: Principal, policyName: string) =>
  aws.iam(`Delete${of.kind}Policy`, { ...naming(of), PolicyName: policyName });

/** Takes away every policy: IAM deletes nobody who holds any. */
async function withoutPolicies(aws: AwsClient, of: Principal): Promise<void> {
  for (const { PolicyArn } of await attachedPolicies(aws, of)) await detachPolicy(aws, of, PolicyArn);
  for (const name of await inlinePolicies(aws, of)) await deleteInline(aws, of, name);
}

/** Deletes a user with everything that is only its own, in the order that IAM asks for. Stops at the first refusal. */
export async function deleteUser(aws: AwsClient, name: string): Promise<void> {
  const UserName = name;
  await unlessAbsent(aws.iam('DeleteLoginProfile', { UserName }));
  for (const { AccessKeyId } of await aws.iamList<AccessKey>('ListAccessKeys', 'AccessKeyMetadata', { UserName }))
    await aws.iam('DeleteAccessKey', { UserName, AccessKeyId });
  for (const { SerialNumber } of await aws.iamList<MfaDevice>('ListMFADevices', 'MFADevices', { UserName })) {
    await aws.iam('DeactivateMFADevice', { UserName, SerialNumber });
    await aws.iam('DeleteVirtualMFADevice', { SerialNumber });
  }
  for (const { GroupName } of await aws.iamList<Group>('ListGroupsForUser', 'Groups', { UserName }))
    await aws.iam('RemoveUserFromGroup', { UserName, GroupName });
  await withoutPolicies(aws, { kind: 'User', name });
  await aws.iam('DeleteUser', { UserName });
}

/** Deletes a group; its members stay. */
export async function deleteGroup(aws: AwsClient, name: string): Promise<void> {
  const GroupName = name;
  for (const { UserName } of await aws.iamList<{ UserName: string }>('GetGroup', 'Users', { GroupName }))
    await aws.iam('RemoveUserFromGroup', { UserName, GroupName });
  await withoutPolicies(aws, { kind: 'Group', name });
  await aws.iam('DeleteGroup', { GroupName });
}

/** Deletes a role, and takes it out of its instance profiles. */
export async function deleteRole(aws: AwsClient, name: string): Promise<void> {
  const RoleName = name;
  const profiles = await aws.iamList<{ InstanceProfileName: string }>('ListInstanceProfilesForRole', 'InstanceProfiles', { RoleName });
  for (const { InstanceProfileName } of profiles) await aws.iam('RemoveRoleFromInstanceProfile', { RoleName, InstanceProfileName });
  await withoutPolicies(aws, { kind: 'Role', name });
  await aws.iam('DeleteRole', { RoleName });
}

/** Deletes a customer managed policy with its versions. It must be attached to nobody. */
export async function deletePolicy(aws: AwsClient, arn: string): Promise<void> {
  const versions = await aws.iamList<{ VersionId: string; IsDefaultVersion: string }>('ListPolicyVersions', 'Versions', { PolicyArn: arn });
  for (const { VersionId, IsDefaultVersion } of versions)
    if (IsDefaultVersion !== 'true') await aws.iam('DeletePolicyVersion', { PolicyArn: arn, VersionId });
  await aws.iam('DeletePolicy', { PolicyArn: arn });
}

/** What a call gives; undefined when there is no such thing. */
export async function unlessAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'NoSuchEntity') return undefined;
    throw error;
  }
}
