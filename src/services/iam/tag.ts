import type {
  ListInstanceProfileTagsRequest,
  ListInstanceProfileTagsResponse,
  ListMFADeviceTagsRequest,
  ListMFADeviceTagsResponse,
  ListOpenIDConnectProviderTagsRequest,
  ListOpenIDConnectProviderTagsResponse,
  ListPolicyTagsRequest,
  ListPolicyTagsResponse,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  ListSAMLProviderTagsRequest,
  ListSAMLProviderTagsResponse,
  ListServerCertificateTagsRequest,
  ListServerCertificateTagsResponse,
  ListUserTagsRequest,
  ListUserTagsResponse,
  TagInstanceProfileRequest,
  TagMFADeviceRequest,
  TagOpenIDConnectProviderRequest,
  TagPolicyRequest,
  TagRoleRequest,
  TagSAMLProviderRequest,
  TagServerCertificateRequest,
  TagUserRequest,
  UntagInstanceProfileRequest,
  UntagMFADeviceRequest,
  UntagOpenIDConnectProviderRequest,
  UntagPolicyRequest,
  UntagRoleRequest,
  UntagSAMLProviderRequest,
  UntagServerCertificateRequest,
  UntagUserRequest,
} from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Tag } from '../../core/tag.ts';
import type { Valid } from '../../model/valid.ts';
import type { Writer } from '../../store/store.ts';
import {
  type InstanceProfile,
  instanceProfiles,
  managedPolicies,
  type OidcProvider,
  oidcProviders,
  type Role,
  roles,
  type SamlProvider,
  type ServerCertificate,
  samlProviders,
  serverCertificates,
  type User,
  users,
  type VirtualMfaDevice,
  virtualMfaDevices,
} from '../../store/tables/iam.ts';
import { concurrentModification, invalidInput } from './errors.ts';
import { authorisedInstanceProfile, noSuchInstanceProfile } from './instance-profile.ts';
import { authorisedPolicy, noSuchPolicy, type PolicyView } from './managed-policy.ts';
import { noSuchDevice } from './mfa-device.ts';
import { authorisedOidcProvider, noSuchOidcProvider } from './oidc-provider.ts';
import { type PageEnd, type PageRequest, takePageOf } from './page.ts';
import { authorisedRole, noSuchRole } from './role.ts';
import { authorisedSamlProvider, noSuchSamlProvider } from './saml-provider.ts';
import { authorisedServerCertificate, noSuchServerCertificate } from './server-certificate.ts';
import { type TagKeyRule, withoutTags, withTags } from './tag-rules.ts';
import { authorisedUser, noSuchUser } from './user.ts';

/*
 * Tags on what exists already. The rules for keys are in tag-rules.ts.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */

/** What tagging has to know of one kind of resource. */
interface Taggable<Stored> {
  readonly rule: TagKeyRule;
  /** Stores what `change` makes of the tags of the resource that was authorised. @throws NoSuchEntity, ConcurrentModification */
  readonly rewrite: (
    writer: Writer,
    context: OperationContext<Stored>,
    name: string,
    change: (tags: readonly Tag[]) => readonly Tag[],
  ) => Promise<void>;
  /** The tags of the resource that was authorised. @throws NoSuchEntity */
  readonly read: (context: OperationContext<Stored>, name: string) => readonly Tag[];
}

const taggableUser: Taggable<User> = {
  rule: 'folds-keys',
  rewrite: async (writer, context, name, change) => {
    const user = await authorisedUser(writer, context, name);
    await writer.update(users, { ...user, tags: change(user.tags) });
  },
  read: ({ target }, name) => {
    if (!target.stored) throw noSuchUser(name);
    return target.stored.tags;
  },
};

const taggableRole: Taggable<Role> = {
  rule: 'folds-keys',
  rewrite: async (writer, context, name, change) => {
    const role = await authorisedRole(writer, context, name);
    await writer.update(roles, { ...role, tags: change(role.tags) });
  },
  read: ({ target }, name) => {
    if (!target.stored) throw noSuchRole(name);
    return target.stored.tags;
  },
};

const taggablePolicy: Taggable<PolicyView> = {
  rule: 'keeps-case',
  rewrite: async (writer, context, name, change) => {
    const policy = await authorisedPolicy(writer, context, name);
    await writer.update(managedPolicies, { ...policy, tags: change(policy.tags) });
  },
  read: ({ target }, name) => {
    if (!target.stored) throw noSuchPolicy(name);
    return target.stored.tags;
  },
};

const taggableInstanceProfile: Taggable<InstanceProfile> = {
  rule: 'keeps-case',
  rewrite: async (writer, context, name, change) => {
    const profile = await authorisedInstanceProfile(writer, context, name);
    await writer.update(instanceProfiles, { ...profile, tags: change(profile.tags) });
  },
  read: ({ target }, name) => {
    if (!target.stored) throw noSuchInstanceProfile(name);
    return target.stored.tags;
  },
};

const taggableMfaDevice: Taggable<VirtualMfaDevice> = {
  rule: 'keeps-case',
  rewrite: async (writer, context, name, change) => {
    const device = await writer.get(virtualMfaDevices, [context.account, name]);
    if (!device) throw noSuchDevice(name);
    // A serial number may come again; the seed it stands for does not.
    if (device.sealedSeed !== context.target.stored?.sealedSeed) throw concurrentModification();
    await writer.update(virtualMfaDevices, { ...device, tags: change(device.tags) });
  },
  read: ({ target }, name) => {
    if (!target.stored) throw noSuchDevice(name);
    return target.stored.tags;
  },
};

const taggableSamlProvider: Taggable<SamlProvider> = {
  rule: 'keeps-case',
  rewrite: async (writer, context, arn, change) => {
    const provider = await authorisedSamlProvider(writer, context, arn);
    await writer.update(samlProviders, { ...provider, tags: change(provider.tags) });
  },
  read: ({ target }, arn) => {
    if (!target.stored) throw noSuchSamlProvider(arn);
    return target.stored.tags;
  },
};

const taggableOidcProvider: Taggable<OidcProvider> = {
  rule: 'keeps-case',
  rewrite: async (writer, context, arn, change) => {
    const provider = await authorisedOidcProvider(writer, context, noSuchOidcProvider(arn));
    await writer.update(oidcProviders, { ...provider, tags: change(provider.tags) });
  },
  // In byte order of their keys, alone among all.
  read: ({ target }, arn) => {
    if (!target.stored) throw noSuchOidcProvider(arn);
    return target.stored.tags.toSorted((a, b) => Buffer.compare(Buffer.from(a.Key), Buffer.from(b.Key)));
  },
};

const taggableServerCertificate: Taggable<ServerCertificate> = {
  rule: 'keeps-case',
  rewrite: async (writer, context, name, change) => {
    const certificate = await authorisedServerCertificate(writer, context, name);
    await writer.update(serverCertificates, { ...certificate, tags: change(certificate.tags) });
  },
  read: ({ target }, name) => {
    if (!target.stored) throw noSuchServerCertificate(name);
    return target.stored.tags;
  },
};

/**
 * @throws NoSuchEntity   404
 * @throws InvalidInput   400  no tags, reserved or repeated keys
 * @throws LimitExceeded  409  more than 50 in the end
 */
async function add<Stored>(
  kind: Taggable<Stored>,
  context: OperationContext<Stored>,
  name: string,
  added: readonly Tag[],
): Promise<object> {
  await context.installation.store.write((writer) =>
    kind.rewrite(writer, context, name, (current) => withTags(context, current, added, kind.rule)),
  );
  return {};
}

/** Keys that are not there are no mistake. @throws NoSuchEntity  404 */
async function remove<Stored>(
  kind: Taggable<Stored>,
  context: OperationContext<Stored>,
  name: string,
  keys: readonly string[],
): Promise<object> {
  await context.installation.store.write((writer) =>
    kind.rewrite(writer, context, name, (current) => withoutTags(current, keys, kind.rule)),
  );
  return {};
}

/** In the order in which they were given. @throws NoSuchEntity  404 */
async function list<Stored>(
  kind: Taggable<Stored>,
  context: OperationContext<Stored>,
  operation: string,
  name: string,
  input: PageRequest,
): Promise<{ Tags: Tag[] } & PageEnd> {
  const numbered = kind.read(context, name).map((tag, index) => ({ tag, place: String(index).padStart(4, '0') }));
  const { items, end } = await takePageOf(context, { operation, filters: [context.target.arn] }, input, numbered, ({ place }) => [place]);
  return { Tags: items.map(({ tag }) => tag), ...end };
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html */
export const tagUser = (input: Valid<TagUserRequest>, context: OperationContext<User>): Promise<object> =>
  add(taggableUser, context, input.UserName, input.Tags);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html */
export const untagUser = (input: Valid<UntagUserRequest>, context: OperationContext<User>): Promise<object> =>
  remove(taggableUser, context, input.UserName, input.TagKeys);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html */
export const listUserTags = (input: Valid<ListUserTagsRequest>, context: OperationContext<User>): Promise<ListUserTagsResponse> =>
  list(taggableUser, context, 'ListUserTags', input.UserName, input);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html */
export const tagRole = (input: Valid<TagRoleRequest>, context: OperationContext<Role>): Promise<object> =>
  add(taggableRole, context, input.RoleName, input.Tags);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html */
export const untagRole = (input: Valid<UntagRoleRequest>, context: OperationContext<Role>): Promise<object> =>
  remove(taggableRole, context, input.RoleName, input.TagKeys);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html */
export const listRoleTags = (input: Valid<ListRoleTagsRequest>, context: OperationContext<Role>): Promise<ListRoleTagsResponse> =>
  list(taggableRole, context, 'ListRoleTags', input.RoleName, input);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html */
export const tagPolicy = (input: Valid<TagPolicyRequest>, context: OperationContext<PolicyView>): Promise<object> =>
  add(taggablePolicy, context, input.PolicyArn, input.Tags);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html */
export const untagPolicy = (input: Valid<UntagPolicyRequest>, context: OperationContext<PolicyView>): Promise<object> =>
  remove(taggablePolicy, context, input.PolicyArn, input.TagKeys);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html */
export const listPolicyTags = (
  input: Valid<ListPolicyTagsRequest>,
  context: OperationContext<PolicyView>,
): Promise<ListPolicyTagsResponse> => list(taggablePolicy, context, 'ListPolicyTags', input.PolicyArn, input);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagInstanceProfile.html */
export const tagInstanceProfile = (input: Valid<TagInstanceProfileRequest>, context: OperationContext<InstanceProfile>): Promise<object> =>
  add(taggableInstanceProfile, context, input.InstanceProfileName, input.Tags);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagInstanceProfile.html */
export const untagInstanceProfile = (
  input: Valid<UntagInstanceProfileRequest>,
  context: OperationContext<InstanceProfile>,
): Promise<object> => remove(taggableInstanceProfile, context, input.InstanceProfileName, input.TagKeys);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfileTags.html */
export const listInstanceProfileTags = (
  input: Valid<ListInstanceProfileTagsRequest>,
  context: OperationContext<InstanceProfile>,
): Promise<ListInstanceProfileTagsResponse> =>
  list(taggableInstanceProfile, context, 'ListInstanceProfileTags', input.InstanceProfileName, input);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagMFADevice.html */
export const tagMfaDevice = (input: Valid<TagMFADeviceRequest>, context: OperationContext<VirtualMfaDevice>): Promise<object> =>
  add(taggableMfaDevice, context, input.SerialNumber, input.Tags);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagMFADevice.html */
export const untagMfaDevice = (input: Valid<UntagMFADeviceRequest>, context: OperationContext<VirtualMfaDevice>): Promise<object> =>
  remove(taggableMfaDevice, context, input.SerialNumber, input.TagKeys);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADeviceTags.html */
export const listMfaDeviceTags = (
  input: Valid<ListMFADeviceTagsRequest>,
  context: OperationContext<VirtualMfaDevice>,
): Promise<ListMFADeviceTagsResponse> => list(taggableMfaDevice, context, 'ListMFADeviceTags', input.SerialNumber, input);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagSAMLProvider.html */
export const tagSamlProvider = (input: Valid<TagSAMLProviderRequest>, context: OperationContext<SamlProvider>): Promise<object> =>
  add(taggableSamlProvider, context, input.SAMLProviderArn, input.Tags);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagSAMLProvider.html */
export const untagSamlProvider = (input: Valid<UntagSAMLProviderRequest>, context: OperationContext<SamlProvider>): Promise<object> =>
  remove(taggableSamlProvider, context, input.SAMLProviderArn, input.TagKeys);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviderTags.html */
export const listSamlProviderTags = (
  input: Valid<ListSAMLProviderTagsRequest>,
  context: OperationContext<SamlProvider>,
): Promise<ListSAMLProviderTagsResponse> => list(taggableSamlProvider, context, 'ListSAMLProviderTags', input.SAMLProviderArn, input);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagOpenIDConnectProvider.html */
export const tagOidcProvider = (input: Valid<TagOpenIDConnectProviderRequest>, context: OperationContext<OidcProvider>): Promise<object> =>
  add(taggableOidcProvider, context, input.OpenIDConnectProviderArn, input.Tags);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagOpenIDConnectProvider.html */
export const untagOidcProvider = (
  input: Valid<UntagOpenIDConnectProviderRequest>,
  context: OperationContext<OidcProvider>,
): Promise<object> => remove(taggableOidcProvider, context, input.OpenIDConnectProviderArn, input.TagKeys);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviderTags.html */
export const listOidcProviderTags = (
  input: Valid<ListOpenIDConnectProviderTagsRequest>,
  context: OperationContext<OidcProvider>,
): Promise<ListOpenIDConnectProviderTagsResponse> =>
  list(taggableOidcProvider, context, 'ListOpenIDConnectProviderTags', input.OpenIDConnectProviderArn, input);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagServerCertificate.html */
export const tagServerCertificate = (
  input: Valid<TagServerCertificateRequest>,
  context: OperationContext<ServerCertificate>,
): Promise<object> => add(taggableServerCertificate, context, input.ServerCertificateName, input.Tags);

/**
 * @throws InvalidInput  400  no keys: of all kinds this one alone minds
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagServerCertificate.html
 */
export async function untagServerCertificate(
  input: Valid<UntagServerCertificateRequest>,
  context: OperationContext<ServerCertificate>,
): Promise<object> {
  if (!context.target.stored) throw noSuchServerCertificate(input.ServerCertificateName);
  if (input.TagKeys.length === 0) throw invalidInput('The provided tag keys must not be null/empty.');
  return remove(taggableServerCertificate, context, input.ServerCertificateName, input.TagKeys);
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificateTags.html */
export const listServerCertificateTags = (
  input: Valid<ListServerCertificateTagsRequest>,
  context: OperationContext<ServerCertificate>,
): Promise<ListServerCertificateTagsResponse> =>
  list(taggableServerCertificate, context, 'ListServerCertificateTags', input.ServerCertificateName, input);
