import { findInstanceOfStore, inInstance } from '../../authorization/identity-center.ts';
import type { ResourceType, ResourceTypes, Scope, Target } from '../../authorization/operation.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';
import { type IdentityMembership, identityMemberships } from '../../store/tables/identity-store.ts';

/*
 * What the operations of the identity store act on. A store belongs to the account that owns its instance; ARNs are known from the input alone,
 * and of what is looked up by something else than its id the ARN is a pattern.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentitystore.html#awsidentitystore-resources-for-iam-policies
 */

export interface InStore {
  readonly IdentityStoreId: string;
}

const ARN = 'arn:${Partition}:identitystore';

export const identityStoreArn = (account: string, identityStoreId: string): string =>
  `arn:aws:identitystore::${account}:identitystore/${identityStoreId}`;

async function located<Stored>(
  input: InStore,
  scope: Scope,
  target: (instance: IdentityCenterInstance | undefined) => Pick<Target<Stored>, 'arn' | 'stored'>,
): Promise<Target<Stored>> {
  const instance = await findInstanceOfStore(input.IdentityStoreId, scope);
  return inInstance(instance, scope, target(instance));
}

export const identityStore: ResourceType<InStore, IdentityCenterInstance> = {
  name: 'Identitystore',
  arn: `${ARN}::\${Account}:identitystore/\${IdentityStoreId}`,
  locate: (input, scope) =>
    located(input, scope, (instance) => ({
      arn: identityStoreArn(instance?.ownerAccountId ?? scope.account, input.IdentityStoreId),
      stored: instance,
    })),
};

const part = <Input extends InStore>(
  name: string,
  arn: string,
  resource: (input: Input) => string,
): ResourceType<Input, IdentityCenterInstance> => ({
  name,
  arn: `${ARN}:::${arn}`,
  locate: (input, scope) => located(input, scope, (stored) => ({ arn: `arn:aws:identitystore:::${resource(input)}`, stored })),
});

export const user = part<InStore & { readonly UserId: string }>('User', 'user/${UserId}', ({ UserId }) => `user/${UserId}`);
export const group = part<InStore & { readonly GroupId: string }>('Group', 'group/${GroupId}', ({ GroupId }) => `group/${GroupId}`);
export const membership = part<InStore & { readonly MembershipId: string }>(
  'GroupMembership',
  'membership/${MembershipId}',
  ({ MembershipId }) => `membership/${MembershipId}`,
);

/** A user, group or membership that a call finds by something else than its id: any. */
export const someUser = part<InStore>('User', 'user/${UserId}', () => 'user/*');
export const someGroup = part<InStore>('Group', 'group/${GroupId}', () => 'group/*');
export const someMembership = part<InStore>('GroupMembership', 'membership/${MembershipId}', () => 'membership/*');

/**
 * The group or the user of a membership that a call names: any, where there is no such membership. Which it is is not told to whoever may not
 * touch it.
 */
const ofMembership = (
  name: string,
  kind: 'user' | 'group',
  variable: string,
  idOf: (membership: IdentityMembership) => string,
): ResourceType<InStore & { readonly MembershipId: string }, IdentityCenterInstance> => ({
  name,
  arn: `${ARN}:::${kind}/\${${variable}}`,
  locate: async (input, scope) => {
    const found = await scope.reader.get(identityMemberships, [input.IdentityStoreId, input.MembershipId]);
    const resource = (id: string) => `arn:aws:identitystore:::${kind}/${id}`;
    const target = await located(input, scope, (stored) => ({ arn: resource(stored && found ? idOf(found) : '*'), stored }));
    return { ...target, shownAs: resource('*') };
  },
});

export const userOfMembership = ofMembership('User', 'user', 'UserId', ({ userId }) => userId);
export const groupOfMembership = ofMembership('Group', 'group', 'GroupId', ({ groupId }) => groupId);

/** The user who is, or is to be, a member. */
export const member = part<InStore & { readonly MemberId: { readonly UserId?: string | undefined } }>(
  'User',
  'user/${UserId}',
  ({ MemberId }) => `user/${MemberId.UserId ?? '*'}`,
);

export const groups: ResourceTypes<InStore & { readonly GroupIds: readonly string[] }, IdentityCenterInstance> = {
  name: 'Group',
  arn: `${ARN}:::group/\${GroupId}`,
  locateEach: (input, scope) =>
    Promise.all(
      input.GroupIds.map((GroupId) => located(input, scope, (stored) => ({ arn: `arn:aws:identitystore:::group/${GroupId}`, stored }))),
    ),
};

export const allUsers = part<InStore>('AllUsers', 'user/*', () => 'user/*');
export const allGroups = part<InStore>('AllGroups', 'group/*', () => 'group/*');
export const allMemberships = part<InStore>('AllGroupMemberships', 'membership/*', () => 'membership/*');
