import type { Caller } from '../authentication/caller.ts';
import { checkPassword } from '../authentication/password-policy.ts';
import { rootCaller } from '../authentication/principals.ts';
import type { Installation } from '../authorization/installation.ts';
import { identityCenterInstances, identityCenterOperations } from '../store/tables/identity-center.ts';
import { identityPasswords } from '../store/tables/identity-store.ts';
import { organizationMemberships } from '../store/tables/organization.ts';
import type { CallOperation } from './first-key.ts';
import type { SeedIdentityCenter, SeedOrganization } from './seed-schema.ts';

/*
 * The parts of a seed that are no account's alone. Everything is made by calling operations as root users; written directly are only the passwords
 * of people and the id of the identity store, which nobody may choose over the wire.
 */

interface Parts {
  readonly installation: Installation;
  readonly call: CallOperation;
  /** Runs a step; what is wrong with it is told with this place in the seed. */
  readonly at: (where: string, work: () => Promise<void>) => Promise<void>;
}

async function rootOf(account: string, { store }: Installation): Promise<Caller> {
  const root = await rootCaller(store, account);
  if (!root) throw new Error(`there is no account ${account}`);
  return root;
}

/** The organization with its members, by invitation. What an earlier start has made of it stays. */
export async function seedOrganization({ management, members = [] }: SeedOrganization, { installation, call, at }: Parts): Promise<void> {
  const isIn = async (account: string) => (await installation.store.get(organizationMemberships, [account])) !== undefined;
  const root = await rootOf(management, installation);
  await at('organization.management', async () => {
    if (!(await isIn(management))) await call(root, 'organizations', 'CreateOrganization', {});
  });
  for (const [i, member] of members.entries()) {
    await at(`organization.members[${i}]`, async () => {
      if (await isIn(member)) return;
      const target = { Target: { Type: 'ACCOUNT', Id: member } };
      const { Handshake } = (await call(root, 'organizations', 'InviteAccountToOrganization', target)) as { Handshake: { Id: string } };
      await call(await rootOf(member, installation), 'organizations', 'AcceptHandshake', { HandshakeId: Handshake.Id });
    });
  }
}

/** An instance of IAM Identity Center with its people, permission sets and assignments. One that an earlier start began is made anew. */
export async function seedIdentityCenter(seed: SeedIdentityCenter, { installation, call, at }: Parts): Promise<void> {
  const { store, clock, passwords } = installation;
  const region = seed.region ?? 'us-east-1';
  const root = await rootOf(seed.owner, installation);
  const invoke = async <Output = object>(service: string, operation: string, input: object): Promise<Output> =>
    (await call(root, service, operation, input, region)) as Output;
  const place = { InstanceArn: '', IdentityStoreId: '' };
  await at('identityCenter', async () => {
    const begun = await store.find(identityCenterInstances, 'owner', [seed.owner]);
    if (begun) await invoke('sso-admin', 'DeleteInstance', { InstanceArn: `arn:aws:sso:::instance/${begun.instanceId}` });
    const input = seed.name === undefined ? {} : { Name: seed.name };
    Object.assign(place, await invoke('sso-admin', 'CreateInstance', input));
    const created = await store.find(identityCenterInstances, 'owner', [seed.owner]);
    if (!created) throw new Error('the instance is not there after it was created');
    place.IdentityStoreId = seed.identityStoreId ?? created.identityStoreId;
    await store.write((writer) => writer.update(identityCenterInstances, { ...created, identityStoreId: place.IdentityStoreId }));
  });
  const { InstanceArn, IdentityStoreId } = place;

  const groups = new Map<string, string>();
  for (const [i, { name, description }] of (seed.groups ?? []).entries()) {
    await at(`identityCenter.groups[${i}]`, async () => {
      const input = { IdentityStoreId, DisplayName: name, ...(description === undefined ? {} : { Description: description }) };
      const { GroupId } = await invoke<{ GroupId: string }>('identitystore', 'CreateGroup', input);
      groups.set(name, GroupId);
    });
  }
  const users = new Map<string, string>();
  for (const [i, user] of (seed.users ?? []).entries()) {
    await at(`identityCenter.users[${i}]`, async () => {
      const { name, displayName = name, givenName = name, familyName = name, email, password, attributes } = user;
      const { UserId } = await invoke<{ UserId: string }>('identitystore', 'CreateUser', {
        IdentityStoreId,
        UserName: name,
        DisplayName: displayName,
        Name: { GivenName: givenName, FamilyName: familyName },
        ...(email === undefined ? {} : { Emails: [{ Value: email, Primary: true }] }),
        ...(attributes === undefined ? {} : { Extensions: { 'aws:identitystore:enterprise': attributes } }),
      });
      users.set(name, UserId);
      for (const group of user.groups ?? [])
        await invoke('identitystore', 'CreateGroupMembership', {
          IdentityStoreId,
          GroupId: needed(groups, group, 'group'),
          MemberId: { UserId },
        });
      if (password === undefined) return;
      checkPassword(password, undefined, { name, email });
      const row = {
        identityStoreId: IdentityStoreId,
        userId: UserId,
        passwordHash: await passwords.hash(password),
        changedAt: clock.now(),
      };
      await store.write((writer) => writer.insert(identityPasswords, row));
    });
  }
  const sets = new Map<string, string>();
  for (const [i, set] of (seed.permissionSets ?? []).entries()) {
    await at(`identityCenter.permissionSets[${i}]`, async () => {
      const { PermissionSet } = await invoke<{ PermissionSet: { PermissionSetArn: string } }>('sso-admin', 'CreatePermissionSet', {
        InstanceArn,
        Name: set.name,
        ...(set.description === undefined ? {} : { Description: set.description }),
        ...(set.sessionDuration === undefined ? {} : { SessionDuration: set.sessionDuration }),
        ...(set.relayState === undefined ? {} : { RelayState: set.relayState }),
        ...(set.tags === undefined ? {} : { Tags: Object.entries(set.tags).map(([Key, Value]) => ({ Key, Value })) }),
      });
      const named = { InstanceArn, PermissionSetArn: PermissionSet.PermissionSetArn };
      sets.set(set.name, named.PermissionSetArn);
      for (const ManagedPolicyArn of set.managedPolicies ?? [])
        await invoke('sso-admin', 'AttachManagedPolicyToPermissionSet', { ...named, ManagedPolicyArn });
      for (const { name, path = '/' } of set.customerPolicies ?? []) {
        const CustomerManagedPolicyReference = { Name: name, Path: path };
        await invoke('sso-admin', 'AttachCustomerManagedPolicyReferenceToPermissionSet', { ...named, CustomerManagedPolicyReference });
      }
      if (set.inlinePolicy !== undefined)
        await invoke('sso-admin', 'PutInlinePolicyToPermissionSet', { ...named, InlinePolicy: JSON.stringify(set.inlinePolicy) });
    });
  }
  const attributes = Object.entries(seed.accessControlAttributes ?? {});
  if (attributes.length > 0)
    await at('identityCenter.accessControlAttributes', async () => {
      const AccessControlAttributes = attributes.map(([Key, source]) => ({ Key, Value: { Source: [source] } }));
      const input = { InstanceArn, InstanceAccessControlAttributeConfiguration: { AccessControlAttributes } };
      await invoke('sso-admin', 'CreateInstanceAccessControlAttributeConfiguration', input);
    });
  for (const [i, { account, permissionSet, user, group }] of (seed.assignments ?? []).entries()) {
    await at(`identityCenter.assignments[${i}]`, async () => {
      if ((user === undefined) === (group === undefined)) throw new Error('an assignment is of a user or of a group');
      const PrincipalId = user === undefined ? needed(groups, group ?? '', 'group') : needed(users, user, 'user');
      const { AccountAssignmentCreationStatus: status } = await invoke<{ AccountAssignmentCreationStatus: { RequestId: string } }>(
        'sso-admin',
        'CreateAccountAssignment',
        {
          InstanceArn,
          PermissionSetArn: needed(sets, permissionSet, 'permission set'),
          PrincipalId,
          PrincipalType: user === undefined ? 'GROUP' : 'USER',
          TargetId: account,
          TargetType: 'AWS_ACCOUNT',
        },
      );
      await refuseFailed(store, InstanceArn, status.RequestId);
    });
  }
}

/** A policy that an account lacks shows in the request's outcome alone. */
async function refuseFailed(store: Installation['store'], instanceArn: string, requestId: string): Promise<void> {
  const operation = await store.get(identityCenterOperations, [instanceArn.slice(instanceArn.lastIndexOf('/') + 1), requestId]);
  if (operation?.failure !== undefined) throw new Error(operation.failure);
}

function needed(known: ReadonlyMap<string, string>, name: string, kind: string): string {
  const id = known.get(name);
  if (id === undefined) throw new Error(`there is no ${kind} ${name} in the seed`);
  return id;
}
