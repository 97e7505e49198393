import type { ResourceType, Scope, Target } from '../../authorization/operation.ts';
import { iamArn, parseArn } from '../../core/arn.ts';
import { ServiceError } from '../../core/service-error.ts';
import {
  accessKeys,
  type DelegationRequest,
  type Group,
  type InstanceProfile,
  type OidcProvider,
  oidcProviders,
  passwordPolicies,
  type Role,
  type SamlProvider,
  type ServerCertificate,
  samlProviders,
  serviceSpecificCredentials,
  type User,
  users,
  type VirtualMfaDevice,
  virtualMfaDevices,
} from '../../store/tables/iam.ts';
import { delegationRequestArn, findDelegationRequest } from './delegation-request.ts';
import { invalidInput, validationError } from './errors.ts';
import { findGroup, groupArn } from './group.ts';
import { findInstanceProfile, instanceProfileArn } from './instance-profile.ts';
import { linkedRoleName, linkedRolePath, linkedServiceOf } from './linked-service.ts';
import { findPolicy, type PolicyView } from './managed-policy.ts';
import { serialNumberOf } from './mfa-device.ts';
import { issuerOf, oidcProviderArn } from './oidc-provider.ts';
import { ROOT_PATH } from './path.ts';
import { isAwsManaged, readPolicyArn } from './policy-arn.ts';
import { findRole, roleArn } from './role.ts';
import { refuseUnfitTemplateArn } from './role-template.ts';
import { samlProviderArn } from './saml-provider.ts';
import { findServerCertificate, serverCertificateArn } from './server-certificate.ts';
import type { AccessSubject } from './service-last-accessed.ts';
import { readDeletionTaskId } from './service-linked-role.ts';
import { type CredentialHolder, refuseUserAmongAll } from './service-specific-credential.ts';
import { callingUser, findUser, userArn } from './user.ts';

/*
 * What IAM's operations act on. Names say nothing about paths, so an entity has to be looked up for its ARN; one that does not exist is
 * checked as if it stood on the path `/`, and a denial then calls it by kind and name instead (evaluation-logic: `on resource: user Bob`).
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html#awsidentityandaccessmanagementiam-resources-for-iam-policies
 */

const template = (kind: string, name: string): string => `arn:\${Partition}:iam::\${Account}:${kind}/\${${name}}`;

const USER = { name: 'user', arn: template('user', 'UserNameWithPath') };
const GROUP = { name: 'group', arn: template('group', 'GroupNameWithPath') };
const ROLE = { name: 'role', arn: template('role', 'RoleNameWithPath') };
const POLICY = { name: 'policy', arn: template('policy', 'PolicyNameWithPath') };
const INSTANCE_PROFILE = { name: 'instance-profile', arn: template('instance-profile', 'InstanceProfileNameWithPath') };
const SAML_PROVIDER = { name: 'saml-provider', arn: template('saml-provider', 'SamlProviderName') };
const OIDC_PROVIDER = { name: 'oidc-provider', arn: template('oidc-provider', 'OidcProviderName') };
const SERVER_CERTIFICATE = { name: 'server-certificate', arn: template('server-certificate', 'CertificateNameWithPath') };
const MFA = { name: 'mfa', arn: template('mfa', 'MfaTokenIdWithPath') };

/** What is not there. */
const missing = (account: string, kind: string, name: string): Target<never> => ({
  arn: iamArn(account, `${kind}/${name}`),
  account,
  shownAs: `${kind.replace('-', ' ')} ${name}`,
});

const foundUser = (user: User): Target<User> => ({ arn: userArn(user), account: user.accountId, stored: user, tags: user.tags });

async function locateUser(userName: string, { reader, account }: Scope): Promise<Target<User>> {
  const user = await findUser(reader, account, userName);
  return user ? foundUser(user) : missing(account, 'user', userName);
}

async function locateGroup(groupName: string, { reader, account }: Scope): Promise<Target<Group>> {
  const group = await findGroup(reader, account, groupName);
  return group ? { arn: groupArn(group), account, stored: group } : missing(account, 'group', groupName);
}

/** A role by name, also for other actions on it than IAM's own (iam:PassRole). */
export async function locateRole(roleName: string, { reader, account }: Scope): Promise<Target<Role>> {
  const role = await findRole(reader, account, roleName);
  return role ? { arn: roleArn(role), account, stored: role, tags: role.tags } : missing(account, 'role', roleName);
}

export const user: ResourceType<{ readonly UserName: string }, User> = {
  ...USER,
  locate: (input, scope) => locateUser(input.UserName, scope),
};

/** The user named, or else the caller, who may be root. */
export const userOrCaller: ResourceType<{ readonly UserName?: string | undefined }, User> = {
  ...USER,
  locate: async (input, scope) => {
    if (input.UserName !== undefined) return locateUser(input.UserName, scope);
    if (scope.caller.principal.kind === 'root') return { arn: iamArn(scope.account, 'root'), account: scope.account };
    return foundUser(await callingUser(scope, scope.reader));
  },
};

/**
 * The caller, about to change its own password. `AllowUsersToChangePassword` is a permission that the account gives each user for itself:
 * it counts as a resource-based policy on the user, so that an explicit deny still wins.
 */
export const ownUser: ResourceType<object, User> = {
  ...USER,
  locate: async (_, scope) => {
    // (unverified) wording
    if (scope.caller.principal.kind !== 'user')
      throw new ServiceError('InvalidUserTypeException', 'Only IAM Users can change their own password');
    const caller = await callingUser(scope, scope.reader);
    const target = foundUser(caller);
    const policy = await scope.reader.get(passwordPolicies, [scope.account]);
    return policy?.allowUsersToChangePassword
      ? { ...target, resourcePolicy: { kind: 'resource', document: ownPasswordOf(caller.userId) } }
      : target;
  },
};

/** Named by unique id: a path may hold what is a wildcard elsewhere. */
const ownPasswordOf = (userId: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'AllowUsersToChangePassword', Effect: 'Allow', Principal: { AWS: userId }, Action: 'iam:ChangePassword', Resource: '*' },
    ],
  });

export const newUser: ResourceType<{ readonly UserName: string; readonly Path?: string | undefined }> = {
  ...USER,
  locate: (input, { account }) => ({
    arn: userArn({ accountId: account, path: input.Path ?? ROOT_PATH, userName: input.UserName }),
    account,
  }),
};

interface RenamedUser {
  readonly UserName: string;
  readonly NewUserName?: string | undefined;
  readonly NewPath?: string | undefined;
}

/** What a user is to be called from now on: renaming asks for permission on the old ARN and on the new one. */
export const renamedUser: ResourceType<RenamedUser, User> = {
  ...USER,
  locate: async (input, scope) => {
    const target = await locateUser(input.UserName, scope);
    if (!target.stored) return target;
    const { userName, path } = target.stored;
    const renamed = { accountId: scope.account, path: input.NewPath ?? path, userName: input.NewUserName ?? userName };
    return { ...target, arn: userArn(renamed) };
  },
};

/** The user whose key it is. Keys of other accounts and keys that do not exist look alike. */
export const accessKeyOwner: ResourceType<{ readonly AccessKeyId: string }, User> = {
  ...USER,
  locate: async (input, { reader, account }) => {
    const key = await reader.get(accessKeys, [input.AccessKeyId]);
    // Whoever is denied does not learn whose key it is, nor whether it is one of this account.
    const shownAs = `access key ${input.AccessKeyId}`;
    if (key?.accountId !== account) return { arn: iamArn(account, 'user/*'), account, shownAs };
    if (key.ownerId === account) return { arn: iamArn(account, 'root'), account, shownAs };
    const owner = await reader.find(users, 'id', [key.ownerId]);
    if (!owner) throw new Error(`access key ${key.accessKeyId} belongs to nobody`);
    return { ...foundUser(owner), shownAs };
  },
};

export const group: ResourceType<{ readonly GroupName: string }, Group> = {
  ...GROUP,
  locate: (input, scope) => locateGroup(input.GroupName, scope),
};

export const newGroup: ResourceType<{ readonly GroupName: string; readonly Path?: string | undefined }> = {
  ...GROUP,
  locate: (input, { account }) => ({
    arn: groupArn({ accountId: account, path: input.Path ?? ROOT_PATH, groupName: input.GroupName }),
    account,
  }),
};

interface RenamedGroup {
  readonly GroupName: string;
  readonly NewGroupName?: string | undefined;
  readonly NewPath?: string | undefined;
}

/** What a group is to be called from now on. */
export const renamedGroup: ResourceType<RenamedGroup, Group> = {
  ...GROUP,
  locate: async (input, scope) => {
    const target = await locateGroup(input.GroupName, scope);
    if (!target.stored) return target;
    const { groupName, path } = target.stored;
    const renamed = { accountId: scope.account, path: input.NewPath ?? path, groupName: input.NewGroupName ?? groupName };
    return { ...target, arn: groupArn(renamed) };
  },
};

export const role: ResourceType<{ readonly RoleName: string }, Role> = {
  ...ROLE,
  locate: (input, scope) => locateRole(input.RoleName, scope),
};

export const newRole: ResourceType<{ readonly RoleName: string; readonly Path?: string | undefined }> = {
  ...ROLE,
  locate: (input, { account }) => ({
    arn: roleArn({ accountId: account, path: input.Path ?? ROOT_PATH, roleName: input.RoleName }),
    account,
  }),
};

/** The role that a service is to get; of a service that has none, whatever its path may hold. */
export const newServiceLinkedRole: ResourceType<{ readonly AWSServiceName: string; readonly CustomSuffix?: string | undefined }> = {
  ...ROLE,
  locate: (input, { account }) => {
    const service = linkedServiceOf(input.AWSServiceName);
    const roleName = service ? linkedRoleName(service, input.CustomSuffix) : '*';
    return { arn: roleArn({ accountId: account, path: linkedRolePath(input.AWSServiceName), roleName }), account };
  },
};

/** The role that a deletion was about, be it gone. */
export const deletedServiceLinkedRole: ResourceType<{ readonly DeletionTaskId: string }> = {
  ...ROLE,
  locate: (input, { account }) => ({ arn: roleArn({ accountId: account, ...readDeletionTaskId(input.DeletionTaskId) }), account }),
};

/** A managed policy, of the account or of AWS. AWS's count as the caller's own: otherwise no permission could reach them. */
export const policy: ResourceType<{ readonly PolicyArn: string }, PolicyView> = {
  ...POLICY,
  locate: async (input, scope) => {
    const arn = readPolicyArn(input.PolicyArn);
    const found = await findPolicy(scope.reader, scope, input.PolicyArn);
    return {
      arn: input.PolicyArn,
      account: isAwsManaged(arn) ? scope.account : arn.account,
      stored: found,
      tags: found?.tags,
      shownAs: `policy ${input.PolicyArn}`,
    };
  },
};

export const newPolicy: ResourceType<{ readonly PolicyName: string; readonly Path?: string | undefined }> = {
  ...POLICY,
  locate: (input, { account }) => ({
    arn: iamArn(account, `policy${input.Path ?? ROOT_PATH}${input.PolicyName}`),
    account,
    shownAs: `policy ${input.PolicyName}`,
  }),
};

export const instanceProfile: ResourceType<{ readonly InstanceProfileName: string }, InstanceProfile> = {
  ...INSTANCE_PROFILE,
  locate: async (input, { reader, account }) => {
    const profile = await findInstanceProfile(reader, account, input.InstanceProfileName);
    return profile
      ? { arn: instanceProfileArn(profile), account, stored: profile, tags: profile.tags }
      : missing(account, 'instance-profile', input.InstanceProfileName);
  },
};

export const newInstanceProfile: ResourceType<{ readonly InstanceProfileName: string; readonly Path?: string | undefined }> = {
  ...INSTANCE_PROFILE,
  locate: (input, { account }) => ({
    arn: instanceProfileArn({ accountId: account, path: input.Path ?? ROOT_PATH, instanceProfileName: input.InstanceProfileName }),
    account,
  }),
};

/** By serial number: the ARN, for virtual devices. What is no ARN of this account can only be a device that does not exist. */
export const mfaDevice: ResourceType<{ readonly SerialNumber: string }, VirtualMfaDevice> = {
  ...MFA,
  locate: async (input, { reader, account }) => {
    const device = await reader.get(virtualMfaDevices, [account, input.SerialNumber]);
    if (device) return { arn: device.serialNumber, account, stored: device, tags: device.tags };
    const arn = parseArn(input.SerialNumber);
    const inAccount = arn?.service === 'iam' && arn.account === account && arn.resource.startsWith('mfa/');
    return { arn: inAccount ? input.SerialNumber : iamArn(account, 'mfa/*'), account, shownAs: input.SerialNumber };
  },
};

export const newMfaDevice: ResourceType<{ readonly VirtualMFADeviceName: string; readonly Path?: string | undefined }> = {
  ...MFA,
  locate: (input, { account }) => ({ arn: serialNumberOf(account, input.Path ?? ROOT_PATH, input.VirtualMFADeviceName), account }),
};

/**
 * The part of an ARN behind `{kind}/`. Of one thing there is one ARN: policies are got around by no other.
 * @throws ValidationError  400  it is no ARN
 * @throws InvalidInput     400  it is the ARN of something else
 */
function readProviderArn(text: string, kind: string): { account: string; name: string } {
  const arn = parseArn(text);
  if (!arn) throw validationError('Invalid ARN:  Could not be parsed!');
  const name = arn.resource.slice(kind.length + 1);
  if (!/^[0-9]{12}$/.test(arn.account) || name === '' || text !== iamArn(arn.account, `${kind}/${name}`))
    throw invalidInput(`ARN ${text} is not valid.`);
  return { account: arn.account, name };
}

export const samlProvider: ResourceType<{ readonly SAMLProviderArn: string }, SamlProvider> = {
  ...SAML_PROVIDER,
  locate: async ({ SAMLProviderArn: arn }, { reader, account: own }) => {
    const { account, name } = readProviderArn(arn, 'saml-provider');
    const provider = account === own ? await reader.get(samlProviders, [account, name]) : undefined;
    return { arn, account, stored: provider, tags: provider?.tags };
  },
};

export const newSamlProvider: ResourceType<{ readonly Name: string }> = {
  ...SAML_PROVIDER,
  locate: (input, { account }) => ({ arn: samlProviderArn({ accountId: account, name: input.Name }), account }),
};

export const oidcProvider: ResourceType<{ readonly OpenIDConnectProviderArn: string }, OidcProvider> = {
  ...OIDC_PROVIDER,
  locate: async ({ OpenIDConnectProviderArn: arn }, { reader, account: own }) => {
    const { account, name } = readProviderArn(arn, 'oidc-provider');
    const provider = account === own ? await reader.get(oidcProviders, [account, name]) : undefined;
    return { arn, account, stored: provider, tags: provider?.tags };
  },
};

export const newOidcProvider: ResourceType<{ readonly Url: string }> = {
  ...OIDC_PROVIDER,
  locate: (input, { account, installation }) => ({
    arn: oidcProviderArn({ accountId: account, url: issuerOf(input.Url, installation.federation) }),
    account,
  }),
};

export const serverCertificate: ResourceType<{ readonly ServerCertificateName: string }, ServerCertificate> = {
  ...SERVER_CERTIFICATE,
  locate: async (input, { reader, account }) => {
    const certificate = await findServerCertificate(reader, account, input.ServerCertificateName);
    return certificate
      ? { arn: serverCertificateArn(certificate), account, stored: certificate, tags: certificate.tags }
      : missing(account, 'server-certificate', input.ServerCertificateName);
  },
};

export const newServerCertificate: ResourceType<{ readonly ServerCertificateName: string; readonly Path?: string | undefined }> = {
  ...SERVER_CERTIFICATE,
  locate: (input, { account }) => ({
    arn: serverCertificateArn({ accountId: account, path: input.Path ?? ROOT_PATH, name: input.ServerCertificateName }),
    account,
  }),
};

interface RenamedServerCertificate {
  readonly ServerCertificateName: string;
  readonly NewServerCertificateName?: string | undefined;
  readonly NewPath?: string | undefined;
}

/** What a certificate is to be called from now on. */
export const renamedServerCertificate: ResourceType<RenamedServerCertificate, ServerCertificate> = {
  ...SERVER_CERTIFICATE,
  locate: async (input, scope) => {
    const target = await serverCertificate.locate(input, scope);
    if (!target.stored) return target;
    const { name, path } = target.stored;
    const renamed = { accountId: scope.account, path: input.NewPath ?? path, name: input.NewServerCertificateName ?? name };
    return { ...target, arn: serverCertificateArn(renamed) };
  },
};

interface CredentialOfUser {
  readonly UserName?: string | undefined;
  readonly ServiceSpecificCredentialId: string;
}

/** A user with the credential in question: what service it is for decides as well. */
export const credentialOwner: ResourceType<CredentialOfUser, CredentialHolder> = {
  ...USER,
  locate: async (input, scope) => {
    const target =
      input.UserName === undefined ? foundUser(await callingUser(scope, scope.reader)) : await locateUser(input.UserName, scope);
    if (!target.stored) return { ...target, stored: undefined };
    const found = await scope.reader.get(serviceSpecificCredentials, [input.ServiceSpecificCredentialId]);
    return { ...target, stored: { ...target.stored, credential: found?.accountId === scope.account ? found : undefined } };
  },
};

/** A user, the caller, or all users of the account. */
export const userOrAll: ResourceType<{ readonly UserName?: string | undefined; readonly AllUsers?: boolean | undefined }, User> = {
  ...USER,
  locate: (input, scope) => {
    refuseUserAmongAll(input);
    return input.AllUsers === true ? { arn: iamArn(scope.account, 'user/*'), account: scope.account } : userOrCaller.locate(input, scope);
  },
};

/** A user, group or role by ARN: whose policies are looked into. */
export const policySource: ResourceType<{ readonly PolicySourceArn: string }, User | Group | Role> = {
  ...USER,
  locate: async (input, scope) => {
    const { PolicySourceArn: text } = input;
    const arn = parseArn(text);
    const [kind = ''] = arn?.resource.split('/') ?? [];
    const name = text.slice(text.lastIndexOf('/') + 1);
    const locateKind = { user: locateUser, group: locateGroup, role: locateRole }[kind];
    if (arn?.service !== 'iam' || !locateKind || name === '')
      throw invalidInput(`Invalid Entity Arn: ${text} does not clearly define entity type and name.`);
    const target = arn.account === scope.account ? await locateKind(name, scope) : undefined;
    return target?.arn === text ? target : { arn: text, account: arn.account };
  },
};

/** What listings are checked on, though the reference names no resource: everything of a kind under a path. */
const under = (kind: { readonly name: string; readonly arn: string }): ResourceType<{ readonly PathPrefix?: string | undefined }> => ({
  ...kind,
  locate: (input, { account }) => ({ arn: iamArn(account, `${kind.name}${input.PathPrefix ?? ROOT_PATH}`), account }),
});

export const usersUnder = under(USER);
export const groupsUnder = under(GROUP);
export const rolesUnder = under(ROLE);
export const instanceProfilesUnder = under(INSTANCE_PROFILE);
export const serverCertificatesUnder = under(SERVER_CERTIFICATE);

/** Listing policies, AWS's among them, is checked on everything; a denial names the path. */
export const policiesUnder: ResourceType<{ readonly PathPrefix?: string | undefined }> = {
  ...POLICY,
  locate: (input, { account }) => ({ arn: '*', account, shownAs: `policy path ${input.PathPrefix ?? ROOT_PATH}` }),
};

export const mfaDevices: ResourceType<object> = {
  ...MFA,
  locate: (_, { account }) => ({ arn: iamArn(account, 'mfa/*'), account }),
};

const DELEGATION_REQUEST = { name: 'delegation-request', arn: template('delegation-request', 'DelegationRequestId') };

/** What the owner of a request may do with it without being granted anything. That these are all is (unverified). */
const OWNERS_PERMISSIONS = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: '*',
      Action: ['iam:GetDelegationRequest', 'iam:GetHumanReadableSummary', 'iam:UpdateDelegationRequest'],
      Resource: '*',
    },
  ],
});

async function locateDelegationRequest(requestId: string, scope: Scope): Promise<Target<DelegationRequest>> {
  const { account, caller, reader } = scope;
  const stored = await findDelegationRequest(reader, scope, requestId);
  return {
    arn: delegationRequestArn(account, requestId),
    account,
    stored,
    // INVARIANT: the policy opens to everyone, so it is there for the owner alone.
    ...(stored?.owner?.uniqueId === caller.principal.uniqueId && {
      resourcePolicy: { kind: 'resource' as const, document: OWNERS_PERMISSIONS },
    }),
  };
}

export const delegationRequest: ResourceType<{ readonly DelegationRequestId: string }, DelegationRequest> = {
  ...DELEGATION_REQUEST,
  locate: (input, scope) => locateDelegationRequest(input.DelegationRequestId, scope),
};

/** Its id is not known beforehand. */
export const newDelegationRequest: ResourceType<object> = {
  ...DELEGATION_REQUEST,
  locate: (_, { account }) => ({ arn: delegationRequestArn(account, '*'), account }),
};

/** Of what can be summarised, delegation requests alone. */
export const summarised: ResourceType<{ readonly EntityArn: string }, DelegationRequest> = {
  ...DELEGATION_REQUEST,
  locate: async ({ EntityArn: text }, scope) => {
    const { account, name } = readProviderArn(text, 'delegation-request');
    return account === scope.account ? locateDelegationRequest(name, scope) : { arn: text, account };
  },
};

/** A user, group, role or managed policy by ARN: about which a report is made. */
export const accessSubject: ResourceType<{ readonly Arn: string }, AccessSubject> = {
  ...USER,
  locate: async ({ Arn: text }, scope) => {
    const arn = parseArn(text);
    if (!arn) throw validationError('Invalid ARN:  Could not be parsed!');
    if (arn.resource.startsWith('policy/')) return policy.locate({ PolicyArn: text }, scope);
    const [kind = ''] = arn.resource.split('/');
    if (arn.service !== 'iam' || !['user', 'group', 'role'].includes(kind)) throw invalidInput(`ARN ${text} is not valid.`);
    return policySource.locate({ PolicySourceArn: text }, scope);
  },
};

/** Whose policies are looked through for services. */
export const policyHolder: ResourceType<{ readonly Arn: string }, User | Group | Role> = {
  ...USER,
  locate: (input, scope) => policySource.locate({ PolicySourceArn: input.Arn }, scope),
};

export const organizationReport: ResourceType<{ readonly EntityPath: string }> = {
  name: 'access-report',
  arn: template('access-report', 'EntityPath'),
  locate: (input, { account }) => ({ arn: iamArn(account, `access-report/${input.EntityPath}`), account }),
};

/** AWS's own templates, which count as the caller's: otherwise no permission could reach them. */
export const roleTemplate: ResourceType<{ readonly TemplateArn: string }> = {
  name: 'role-template',
  arn: 'arn:${Partition}:iam::aws:role-template/${AWSServicePrincipal}/${RoleTemplateName}:${RoleTemplateMajorVersion}',
  locate: ({ TemplateArn: arn }, { account }) => {
    refuseUnfitTemplateArn(arn);
    return { arn, account };
  },
};

/** The role that a template makes: only the template knows its name. */
export const roleFromTemplate: ResourceType<{ readonly TemplateArn: string }> = {
  ...ROLE,
  locate: ({ TemplateArn: arn }, { account }) => {
    refuseUnfitTemplateArn(arn);
    return { arn: iamArn(account, 'role/*'), account };
  },
};
