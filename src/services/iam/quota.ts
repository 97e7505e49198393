import type { Scope } from '../../authorization/operation.ts';
import type { ServiceError } from '../../core/service-error.ts';
import { limitExceeded } from './errors.ts';

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const STANDARD_QUOTAS = {
  UsersPerAccount: 5000,
  GroupsPerAccount: 300,
  RolesPerAccount: 1000,
  InstanceProfilesPerAccount: 1000,
  PoliciesPerAccount: 1500,
  ServerCertificatesPerAccount: 20,
  SAMLProvidersPerAccount: 100,
  OpenIdConnectProvidersPerAccount: 100,
  AccessKeysPerUser: 2,
  CertificatesPerUser: 2,
  GroupsPerUser: 10,
  PoliciesPerUser: 10,
  PoliciesPerGroup: 10,
  PoliciesPerRole: 10,
  InstanceSessionsPerInstanceProfile: 1,
  MFADevicesPerUser: 8,
  /** Names of this quota, of the three that follow and of TagsPerResource are ours (unverified). */
  VirtualMFADevicesPerAccount: 5000,
  SSHPublicKeysPerUser: 5,
  /** For each service. */
  ServiceSpecificCredentialsPerUser: 2,
  ClientIdsPerOpenIdConnectProvider: 100,
  /** As long as they are kept; ours (unverified). */
  DelegationRequestsPerAccount: 1000,
  VersionsPerPolicy: 5,
  TagsPerResource: 50,
  /** The sizes count characters outside white space. */
  PolicySize: 6144,
  ACLSizePerRole: 2048,
  UserPolicySize: 2048,
  GroupPolicySize: 5120,
  RolePolicySize: 10_240,
} as const;

export type QuotaName = keyof typeof STANDARD_QUOTAS;

/** What a quota is for an account: the operator may have raised it. */
export const quotaOf = (scope: Pick<Scope, 'account' | 'installation'>, name: QuotaName): number =>
  scope.installation.quota(scope.account, name, STANDARD_QUOTAS[name]);

export const quotaExceeded = (name: string, quota: number): ServiceError => limitExceeded(`Cannot exceed quota for ${name}: ${quota}`);

/**
 * To be asked inside the transaction that adds one more to the `count` there are already.
 * @throws LimitExceeded  409
 */
export function refuseOverQuota(scope: Pick<Scope, 'account' | 'installation'>, name: QuotaName, count: number): void {
  const quota = quotaOf(scope, name);
  if (count >= quota) throw quotaExceeded(name, quota);
}
