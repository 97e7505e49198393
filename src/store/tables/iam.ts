import { foldCase } from '../../core/name.ts';
import type { Tag } from '../../core/tag.ts';
import { sortableTime, table } from '../table.ts';

/*
 * The rows of IAM. Names are unique regardless of case (folded in the key, kept as typed in the row); what belongs to an entity hangs on its
 * unique id, so that a rename keeps it and a deletion and re-creation does not.
 */

export interface User {
  readonly accountId: string;
  readonly userName: string;
  /** `AIDA…` */
  readonly userId: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  readonly createdAt: number;
  readonly tags: readonly Tag[];
  /** ARN of the managed policy that bounds this user. */
  readonly permissionsBoundary?: string;
  readonly passwordLastUsed?: number;
}

export const users = table<User>()({
  name: 'iam_user',
  columns: {
    account_id: (u) => u.accountId,
    name: (u) => foldCase(u.userName),
    user_id: (u) => u.userId,
    boundary: (u) => u.permissionsBoundary ?? '',
  },
  key: ['account_id', 'name'],
  unique: { id: ['user_id'] },
  indexes: { boundary: ['boundary'] },
  sparse: ['boundary'],
});

export interface Group {
  readonly accountId: string;
  readonly groupName: string;
  /** `AGPA…` */
  readonly groupId: string;
  readonly path: string;
  readonly createdAt: number;
}

export const groups = table<Group>()({
  name: 'iam_group',
  columns: { account_id: (g) => g.accountId, name: (g) => foldCase(g.groupName), group_id: (g) => g.groupId },
  key: ['account_id', 'name'],
  unique: { id: ['group_id'] },
});

export interface Membership {
  readonly accountId: string;
  readonly groupId: string;
  readonly userId: string;
}

export const memberships = table<Membership>()({
  name: 'iam_membership',
  columns: { group_id: (m) => m.groupId, user_id: (m) => m.userId },
  key: ['group_id', 'user_id'],
  indexes: { user: ['user_id'] },
});

export interface Role {
  readonly accountId: string;
  readonly roleName: string;
  /** `AROA…` */
  readonly roleId: string;
  readonly path: string;
  readonly createdAt: number;
  /** The trust policy with its principals bound to unique ids (authorization/principal-binding.ts). */
  readonly trustPolicy: string;
  readonly description?: string;
  /** Seconds. */
  readonly maxSessionDuration: number;
  readonly tags: readonly Tag[];
  readonly permissionsBoundary?: string;
  /** The service that made this role for itself; only that service may change it. */
  readonly serviceLinkedFor?: string;
}

export const roles = table<Role>()({
  name: 'iam_role',
  columns: {
    account_id: (r) => r.accountId,
    name: (r) => foldCase(r.roleName),
    role_id: (r) => r.roleId,
    boundary: (r) => r.permissionsBoundary ?? '',
  },
  key: ['account_id', 'name'],
  unique: { id: ['role_id'] },
  indexes: { boundary: ['boundary'] },
  sparse: ['boundary'],
});

/** When and where a role's sessions last called. Apart from the role, as it changes without anybody changing the role. */
export interface RoleLastUsed {
  readonly roleId: string;
  readonly lastUsedAt: number;
  readonly region: string;
}

export const rolesLastUsed = table<RoleLastUsed>()({ name: 'iam_role_last_used', columns: { role_id: (r) => r.roleId }, key: ['role_id'] });

export type EntityType = 'user' | 'group' | 'role';

export interface InlinePolicy {
  readonly accountId: string;
  readonly entityType: EntityType;
  readonly entityId: string;
  readonly policyName: string;
  /** The text as submitted. */
  readonly document: string;
}

export const inlinePolicies = table<InlinePolicy>()({
  name: 'iam_inline_policy',
  columns: { entity_id: (p) => p.entityId, name: (p) => foldCase(p.policyName) },
  key: ['entity_id', 'name'],
});

/** A managed policy, of the customer or of AWS, attached to an entity. */
export interface Attachment {
  readonly accountId: string;
  readonly entityType: EntityType;
  readonly entityId: string;
  readonly policyArn: string;
}

export const attachments = table<Attachment>()({
  name: 'iam_attachment',
  columns: { entity_id: (a) => a.entityId, policy_arn: (a) => a.policyArn, account_id: (a) => a.accountId },
  key: ['entity_id', 'policy_arn'],
  indexes: { policy: ['account_id', 'policy_arn'] },
});

export interface PolicyVersion {
  /** `v1`, `v2`, … */
  readonly versionId: string;
  readonly document: string;
  readonly createdAt: number;
}

/** A customer managed policy with its versions (at most five). AWS's own are data, not rows: model/managed-policies.ts. */
export interface ManagedPolicy {
  readonly accountId: string;
  readonly policyName: string;
  /** `ANPA…` */
  readonly policyId: string;
  readonly arn: string;
  readonly path: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tags: readonly Tag[];
  readonly versions: readonly PolicyVersion[];
  readonly defaultVersionId: string;
  /** The number of the next version; version numbers are never used again. */
  readonly nextVersion: number;
}

export const managedPolicies = table<ManagedPolicy>()({
  name: 'iam_managed_policy',
  columns: { account_id: (p) => p.accountId, name: (p) => foldCase(p.policyName), arn: (p) => p.arn },
  key: ['account_id', 'name'],
  unique: { arn: ['arn'] },
});

export interface AccessKey {
  readonly accountId: string;
  readonly accessKeyId: string;
  /** Unique id of the user; the account id for the root user. */
  readonly ownerId: string;
  readonly status: 'Active' | 'Inactive';
  /** The secret, sealed (authentication/secret-box.ts) for this account and key id. */
  readonly sealedSecret: string;
  readonly createdAt: number;
}

export const accessKeys = table<AccessKey>()({
  name: 'iam_access_key',
  columns: { access_key_id: (k) => k.accessKeyId, owner_id: (k) => k.ownerId, created_at: (k) => sortableTime(k.createdAt) },
  key: ['access_key_id'],
  indexes: { owner: ['owner_id', 'created_at'] },
});

export interface AccessKeyLastUsed {
  readonly accessKeyId: string;
  readonly lastUsedAt: number;
  readonly serviceName: string;
  readonly region: string;
}

export const accessKeysLastUsed = table<AccessKeyLastUsed>()({
  name: 'iam_access_key_last_used',
  columns: { access_key_id: (k) => k.accessKeyId },
  key: ['access_key_id'],
});

/** A user's console password. */
export interface LoginProfile {
  readonly accountId: string;
  readonly userId: string;
  readonly passwordHash: string;
  /** Hashes of earlier passwords, newest first, as far back as any policy may ask (24). */
  readonly passwordHistory: readonly string[];
  readonly passwordResetRequired: boolean;
  readonly createdAt: number;
  readonly passwordChangedAt: number;
}

export const loginProfiles = table<LoginProfile>()({ name: 'iam_login_profile', columns: { user_id: (p) => p.userId }, key: ['user_id'] });

export interface PasswordPolicy {
  readonly accountId: string;
  readonly minimumPasswordLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercaseCharacters: boolean;
  readonly requireLowercaseCharacters: boolean;
  readonly allowUsersToChangePassword: boolean;
  /** Days. */
  readonly maxPasswordAge?: number;
  readonly passwordReusePrevention?: number;
  readonly hardExpiry?: boolean;
}

export const passwordPolicies = table<PasswordPolicy>()({
  name: 'iam_password_policy',
  columns: { account_id: (p) => p.accountId },
  key: ['account_id'],
});

/** A virtual MFA device; `userId` once it is enabled. */
export interface VirtualMfaDevice {
  readonly accountId: string;
  readonly serialNumber: string;
  readonly path: string;
  readonly deviceName: string;
  /** The base32 seed, sealed for this account and serial number. */
  readonly sealedSeed: string;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
  readonly enabledAt?: number;
  /** Unique id of the user, or the account id for the root user. */
  readonly userId?: string;
  /** What the one-time-password rules remember (authentication/totp.ts). Opaque here. */
  readonly totpState: unknown;
}

export const virtualMfaDevices = table<VirtualMfaDevice>()({
  name: 'iam_virtual_mfa_device',
  columns: { account_id: (d) => d.accountId, serial_number: (d) => d.serialNumber, user_id: (d) => d.userId ?? '' },
  key: ['account_id', 'serial_number'],
  indexes: { user: ['user_id'] },
});

/** A passkey: a FIDO security key, a telephone or a computer that holds a key for its owner. It is there as long as it is enabled. */
export interface FidoDevice {
  readonly accountId: string;
  /** `arn:aws:iam::111122223333:u2f/user/alice/laptop-…`. */
  readonly serialNumber: string;
  /** Unique id of the user, or the account id for the root user. */
  readonly userId: string;
  /** Base64url; unique among all. */
  readonly credentialId: string;
  /** The host name that its key was made for: it works nowhere else. */
  readonly rpId: string;
  readonly algorithm: number;
  /** A JWK. */
  readonly publicKey: Readonly<Record<string, unknown>>;
  readonly signCount: number;
  readonly enabledAt: number;
}

export const fidoDevices = table<FidoDevice>()({
  name: 'iam_fido_device',
  columns: {
    account_id: (d) => d.accountId,
    serial_number: (d) => d.serialNumber,
    user_id: (d) => d.userId,
    credential_id: (d) => d.credentialId,
  },
  key: ['account_id', 'serial_number'],
  unique: { credential: ['credential_id'] },
  indexes: { user: ['user_id'] },
});

export interface InstanceProfile {
  readonly accountId: string;
  readonly instanceProfileName: string;
  /** `AIPA…` */
  readonly instanceProfileId: string;
  readonly path: string;
  readonly createdAt: number;
  readonly tags: readonly Tag[];
  /** Unique id of the one role it may hold. */
  readonly roleId?: string;
}

export const instanceProfiles = table<InstanceProfile>()({
  name: 'iam_instance_profile',
  columns: { account_id: (p) => p.accountId, name: (p) => foldCase(p.instanceProfileName), role_id: (p) => p.roleId ?? '' },
  key: ['account_id', 'name'],
  indexes: { role: ['role_id'] },
});

/** What came of DeleteServiceLinkedRole. */
export interface ServiceLinkedRoleDeletion {
  readonly accountId: string;
  /** `task/aws-service-role/{service}/{role}/{uuid}` */
  readonly taskId: string;
  readonly createdAt: number;
  /** Why the role was kept, and what still uses it; absent when it is gone. */
  readonly failure?: {
    readonly reason: string;
    readonly usage: readonly { readonly region: string; readonly resources: readonly string[] }[];
  };
}

export const serviceLinkedRoleDeletions = table<ServiceLinkedRoleDeletion>()({
  name: 'iam_service_linked_role_deletion',
  columns: { account_id: (d) => d.accountId, task_id: (d) => d.taskId, created_at: (d) => sortableTime(d.createdAt) },
  key: ['account_id', 'task_id'],
  indexes: { created: ['account_id', 'created_at'] },
});

/** A SAML identity provider. Its metadata, up to megabytes, is a row of its own. */
export interface SamlProvider {
  readonly accountId: string;
  readonly name: string;
  /** `SAMLSP…`: another one each time a provider of this name is made. */
  readonly uuid: string;
  readonly createdAt: number;
  readonly validUntil: number;
  readonly tags: readonly Tag[];
  /** Whether assertions must be encrypted; absent as long as nothing was said and no key was given. */
  readonly encryptionMode?: 'Required' | 'Allowed';
  /** Keys that assertions are encrypted for, at most two. */
  readonly privateKeys: readonly SamlPrivateKey[];
  /** The service that keeps this provider for itself: `sso.amazonaws.com`. Nobody else may change it. */
  readonly reservedFor?: string;
}

export interface SamlPrivateKey {
  /** `SAMLPK…` */
  readonly keyId: string;
  /** The PEM text, sealed for this account and key id. */
  readonly sealedKey: string;
  readonly addedAt: number;
}

export const samlProviders = table<SamlProvider>()({
  name: 'iam_saml_provider',
  columns: { account_id: (p) => p.accountId, name: (p) => p.name, uuid: (p) => p.uuid },
  key: ['account_id', 'name'],
  unique: { uuid: ['uuid'] },
});

export interface SamlMetadata {
  readonly accountId: string;
  readonly name: string;
  /** The document as submitted. */
  readonly document: string;
}

export const samlMetadata = table<SamlMetadata>()({
  name: 'iam_saml_metadata',
  columns: { account_id: (m) => m.accountId, name: (m) => m.name },
  key: ['account_id', 'name'],
});

/** An OpenID Connect identity provider. Case, port and a slash at the end make different ones. */
export interface OidcProvider {
  readonly accountId: string;
  /** Without `https://` and `:443`. */
  readonly url: string;
  readonly createdAt: number;
  readonly clientIds: readonly string[];
  /** SHA-1 fingerprints of certificates, lower case. */
  readonly thumbprints: readonly string[];
  readonly tags: readonly Tag[];
  /** Whether its people may sign in to the console in a browser, and as whose client. Not at all when absent. */
  readonly consoleSignIn?: ConsoleSignIn | undefined;
}

/** What this installation is to an OpenID Connect provider. AWS has no such thing. */
export interface ConsoleSignIn {
  /** One of the provider's. */
  readonly clientId: string;
  /** Absent for a public client. */
  readonly sealedClientSecret?: string | undefined;
}

export const oidcProviders = table<OidcProvider>()({
  name: 'iam_oidc_provider',
  columns: { account_id: (p) => p.accountId, url: (p) => p.url, signs_in: (p) => (p.consoleSignIn ? 'yes' : '') },
  key: ['account_id', 'url'],
  indexes: { signIn: ['signs_in', 'account_id'] },
});

/** An X.509 certificate of a user. */
export interface SigningCertificate {
  readonly accountId: string;
  /** Made from the certificate itself, so that the same one has the same id. */
  readonly certificateId: string;
  /** Unique id of the user; the account id for the root user. */
  readonly ownerId: string;
  /** PEM, as submitted. */
  readonly body: string;
  readonly status: 'Active' | 'Inactive';
  readonly uploadedAt: number;
}

export const signingCertificates = table<SigningCertificate>()({
  name: 'iam_signing_certificate',
  columns: {
    account_id: (c) => c.accountId,
    certificate_id: (c) => c.certificateId,
    owner_id: (c) => c.ownerId,
    uploaded_at: (c) => sortableTime(c.uploadedAt),
  },
  key: ['account_id', 'certificate_id'],
  indexes: { owner: ['owner_id', 'uploaded_at'] },
});

export interface SshPublicKey {
  readonly accountId: string;
  /** `APKA…` */
  readonly keyId: string;
  readonly userId: string;
  /** The key in SSH's wire form, base64: what two uploads of one key have in common. */
  readonly wire: string;
  readonly status: 'Active' | 'Inactive';
  readonly uploadedAt: number;
}

export const sshPublicKeys = table<SshPublicKey>()({
  name: 'iam_ssh_public_key',
  columns: { key_id: (k) => k.keyId, user_id: (k) => k.userId, uploaded_at: (k) => sortableTime(k.uploadedAt) },
  key: ['key_id'],
  indexes: { user: ['user_id', 'uploaded_at'] },
});

/** A TLS certificate. Its private key was seen once and is kept nowhere: nothing here serves with it. */
export interface ServerCertificate {
  readonly accountId: string;
  readonly name: string;
  /** `ASCA…` */
  readonly certificateId: string;
  readonly path: string;
  /** PEM, as IAM writes it. */
  readonly body: string;
  readonly chain?: string;
  readonly uploadedAt: number;
  readonly expiresAt: number;
  readonly tags: readonly Tag[];
}

export const serverCertificates = table<ServerCertificate>()({
  name: 'iam_server_certificate',
  columns: { account_id: (c) => c.accountId, name: (c) => foldCase(c.name) },
  key: ['account_id', 'name'],
});

/** A user's user name and password, or API key, for one service. */
export interface ServiceSpecificCredential {
  readonly accountId: string;
  /** `ACCA…` */
  readonly credentialId: string;
  readonly userId: string;
  /** `codecommit.amazonaws.com` */
  readonly serviceName: string;
  /** `{user}-at-{account}`: the user name, or the alias of an API key. */
  readonly loginName: string;
  /** SHA-256 of the password or API key, which is random and long: no salt, no cost. */
  readonly secretDigest: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAt: number;
  readonly expiresAt?: number;
}

export const serviceSpecificCredentials = table<ServiceSpecificCredential>()({
  name: 'iam_service_specific_credential',
  columns: {
    account_id: (c) => c.accountId,
    credential_id: (c) => c.credentialId,
    user_id: (c) => c.userId,
    service_name: (c) => c.serviceName,
    created_at: (c) => sortableTime(c.createdAt),
  },
  key: ['credential_id'],
  indexes: { user: ['user_id', 'created_at'], account: ['account_id', 'created_at'], service: ['user_id', 'service_name'] },
});

/** The credential report of an account: what stood at `startedAt`, to be had from `completedAt` on. */
export interface CredentialReport {
  readonly accountId: string;
  readonly startedAt: number;
  readonly completedAt: number;
  readonly content: string;
}

export const credentialReports = table<CredentialReport>()({
  name: 'iam_credential_report',
  columns: { account_id: (r) => r.accountId },
  key: ['account_id'],
});

/** When a user or role last called an operation, allowed or not (authorization/last-used.ts). */
export interface ActionUse {
  readonly accountId: string;
  /** Unique id of the user or role. */
  readonly entityId: string;
  /** Prefix of the service's actions: `sagemaker`. */
  readonly service: string;
  /** Name of the operation, which is nearly always that of the action. */
  readonly operation: string;
  readonly lastUsedAt: number;
  readonly region: string;
}

export const actionUses = table<ActionUse>()({
  name: 'iam_action_use',
  columns: { account_id: (u) => u.accountId, entity_id: (u) => u.entityId, service: (u) => u.service, operation: (u) => u.operation },
  key: ['entity_id', 'service', 'operation'],
  indexes: { account: ['account_id', 'service'] },
});

/** A report on what was last accessed, as it was when it was asked for. */
export interface AccessReport {
  readonly accountId: string;
  /** A UUID. */
  readonly jobId: string;
  /** Only who asked for a report may read it: unique id of the user or role, or the account for root. */
  readonly requesterId: string;
  /** What was asked; the same question within a minute has the same job (organization reports). */
  readonly question: string;
  readonly createdAt: number;
  readonly completedAt: number;
  readonly result: ServiceReport | OrganizationReport | FailedReport;
}

export interface FailedReport {
  readonly kind: 'failed';
  readonly code: string;
  readonly message: string;
}

export interface ServiceReport {
  readonly kind: 'services';
  readonly granularity: 'SERVICE_LEVEL' | 'ACTION_LEVEL';
  /** Everybody the policies in question apply to. */
  readonly entities: readonly {
    readonly arn: string;
    readonly name: string;
    readonly type: 'USER' | 'ROLE';
    readonly id: string;
    readonly path: string;
  }[];
  readonly services: readonly {
    readonly namespace: string;
    /** Who used it, by place in `entities`, newest first. */
    readonly uses: readonly { readonly entity: number; readonly at: number; readonly region: string }[];
    /** Tracked actions that the policies grant, with their last use. */
    readonly actions?: readonly {
      readonly name: string;
      readonly use?: { readonly entity: number; readonly at: number; readonly region: string };
    }[];
  }[];
}

export interface OrganizationReport {
  readonly kind: 'organization';
  readonly services: readonly {
    readonly namespace: string;
    readonly entityPath?: string;
    readonly region?: string;
    readonly at?: number;
    readonly entities: number;
  }[];
}

export const accessReports = table<AccessReport>()({
  name: 'iam_access_report',
  columns: { account_id: (r) => r.accountId, job_id: (r) => r.jobId, created_at: (r) => sortableTime(r.createdAt) },
  key: ['job_id'],
  indexes: { created: ['account_id', 'created_at'] },
});

/** What an account has set for all of IAM. No row: everything as AWS gives it out. */
export interface IamSettings {
  readonly accountId: string;
  /** Of tokens from the global STS endpoint. */
  readonly globalEndpointTokenVersion?: 1 | 2;
  /** Once federation outwards was enabled, its issuer stays, on or off. */
  readonly outboundFederation?: { readonly issuerId: string; readonly enabled: boolean };
  readonly roleManagerEnabled?: boolean;
}

export const iamSettings = table<IamSettings>()({
  name: 'iam_settings',
  columns: { account_id: (s) => s.accountId, issuer_id: (s) => s.outboundFederation?.issuerId ?? '' },
  key: ['account_id'],
  unique: { issuer: ['issuer_id'] },
});

/** Central root access: what an organization has enabled. */
export interface RootAccess {
  readonly organizationId: string;
  readonly features: readonly ('RootCredentialsManagement' | 'RootSessions')[];
}

export const rootAccesses = table<RootAccess>()({
  name: 'iam_root_access',
  columns: { organization_id: (r) => r.organizationId },
  key: ['organization_id'],
});

/** A partner's wish to act in an account for a while. */
export interface DelegationRequest {
  readonly requestId: string;
  /** The partner's account, and the number under which it knows the request. */
  readonly requestorId: string;
  readonly workflowId: string;
  readonly ownerAccountId?: string;
  /** Who took it on: ARN, and the unique id behind it. */
  readonly owner?: { readonly arn: string; readonly uniqueId: string };
  readonly approverArn?: string;
  readonly state: 'UNASSIGNED' | 'ASSIGNED' | 'PENDING_APPROVAL' | 'ACCEPTED' | 'FINALIZED' | 'REJECTED';
  readonly description: string;
  readonly requestMessage?: string;
  readonly templateArn?: string;
  readonly parameters: readonly { readonly name?: string; readonly values?: readonly string[]; readonly type?: 'string' | 'stringList' }[];
  readonly redirectUrl?: string;
  readonly notificationChannel: string;
  /** Seconds. */
  readonly sessionDuration: number;
  readonly onlySendByOwner: boolean;
  readonly notes?: string;
  readonly rejectionReason?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When nobody can answer it any more; once rejected, when it is gone. */
  readonly expiresAt: number;
}

export const delegationRequests = table<DelegationRequest>()({
  name: 'iam_delegation_request',
  columns: {
    request_id: (r) => r.requestId,
    requestor_id: (r) => r.requestorId,
    workflow_id: (r) => r.workflowId,
    owner_account_id: (r) => r.ownerAccountId ?? '',
    owner_arn: (r) => r.owner?.arn ?? '',
    created_at: (r) => sortableTime(r.createdAt),
  },
  key: ['request_id'],
  unique: { workflow: ['requestor_id', 'workflow_id'] },
  indexes: { owner: ['owner_account_id', 'created_at'], requestor: ['requestor_id', 'created_at'] },
});
