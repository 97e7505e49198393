import type { GetAccountSummaryResponse, SummaryKeyType } from '@aws-sdk/client-iam';
import { countMfaDevices } from '../../authentication/mfa.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Reader } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import {
  accessKeys,
  attachments,
  fidoDevices,
  groups,
  iamSettings,
  instanceProfiles,
  managedPolicies,
  oidcProviders,
  roles,
  samlProviders,
  serverCertificates,
  signingCertificates,
  users,
  virtualMfaDevices,
} from '../../store/tables/iam.ts';
import { quotaOf } from './quota.ts';

/**
 * What there is in an account, and how much there may be.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
 */
export async function getAccountSummary(_input: object, context: OperationContext): Promise<GetAccountSummaryResponse> {
  const { reader, account } = context;
  const inAccount = { prefix: [account] };
  const devices = await reader.list(virtualMfaDevices, inAccount);
  const passkeys = await reader.count(fidoDevices, inAccount);
  const root = await reader.get(accounts, [account]);
  const has = (count: number): number => (count > 0 ? 1 : 0);
  const summary: Partial<Record<SummaryKeyType, number>> = {
    Users: await reader.count(users, inAccount),
    UsersQuota: quotaOf(context, 'UsersPerAccount'),
    Groups: await reader.count(groups, inAccount),
    GroupsQuota: quotaOf(context, 'GroupsPerAccount'),
    Roles: await reader.count(roles, inAccount),
    RolesQuota: quotaOf(context, 'RolesPerAccount'),
    Policies: await reader.count(managedPolicies, inAccount),
    PoliciesQuota: quotaOf(context, 'PoliciesPerAccount'),
    InstanceProfiles: await reader.count(instanceProfiles, inAccount),
    InstanceProfilesQuota: quotaOf(context, 'InstanceProfilesPerAccount'),
    ServerCertificates: await reader.count(serverCertificates, inAccount),
    ServerCertificatesQuota: quotaOf(context, 'ServerCertificatesPerAccount'),
    Providers: (await reader.count(samlProviders, inAccount)) + (await reader.count(oidcProviders, inAccount)),
    MFADevices: devices.length + passkeys,
    MFADevicesInUse: devices.filter((device) => device.userId !== undefined).length + passkeys,
    UserPolicySizeQuota: quotaOf(context, 'UserPolicySize'),
    GroupPolicySizeQuota: quotaOf(context, 'GroupPolicySize'),
    RolePolicySizeQuota: quotaOf(context, 'RolePolicySize'),
    PolicySizeQuota: quotaOf(context, 'PolicySize'),
    AssumeRolePolicySizeQuota: quotaOf(context, 'ACLSizePerRole'),
    PolicyVersionsInUse: (await policiesInUse(reader, account)).size,
    PolicyVersionsInUseQuota: 10_000,
    VersionsPerPolicyQuota: quotaOf(context, 'VersionsPerPolicy'),
    AttachedPoliciesPerUserQuota: quotaOf(context, 'PoliciesPerUser'),
    AttachedPoliciesPerRoleQuota: quotaOf(context, 'PoliciesPerRole'),
    AttachedPoliciesPerGroupQuota: quotaOf(context, 'PoliciesPerGroup'),
    GroupsPerUserQuota: quotaOf(context, 'GroupsPerUser'),
    AccessKeysPerUserQuota: quotaOf(context, 'AccessKeysPerUser'),
    SigningCertificatesPerUserQuota: quotaOf(context, 'CertificatesPerUser'),
    GlobalEndpointTokenVersion: (await reader.get(iamSettings, [account]))?.globalEndpointTokenVersion ?? 1,
    AccountMFAEnabled: has(await countMfaDevices(reader, account)),
    AccountAccessKeysPresent: has(await reader.count(accessKeys, { index: 'owner', prefix: [account] })),
    AccountSigningCertificatesPresent: has(await reader.count(signingCertificates, { index: 'owner', prefix: [account] })),
    AccountPasswordPresent: has(root?.rootPasswordHash === undefined ? 0 : 1),
  };
  return { SummaryMap: summary };
}

/** Greater than any id, so that a listing after it goes on with the next ARN. */
const LAST = '~';

/**
 * ARNs of the managed policies, AWS's as well, that something in an account refers to: attached or as a permissions boundary. Each is found
 * once, by leaping from one to the next; boundaries, which are rare, by reading the users and roles.
 */
export async function policiesInUse(reader: Reader, account: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let after: string[] | undefined; ; ) {
    const [next] = await reader.list(attachments, { index: 'policy', prefix: [account], limit: 1, ...(after ? { after } : {}) });
    if (!next) break;
    found.add(next.policyArn);
    after = [next.policyArn, LAST];
  }
  for (const { permissionsBoundary } of await reader.list(users, { prefix: [account] }))
    if (permissionsBoundary !== undefined) found.add(permissionsBoundary);
  for (const { permissionsBoundary } of await reader.list(roles, { prefix: [account] }))
    if (permissionsBoundary !== undefined) found.add(permissionsBoundary);
  return found;
}
