import type { ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse } from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { attachments, type EntityType, groups, roles, users } from '../../store/tables/iam.ts';
import { noSuchPolicy, type PolicyView } from './managed-policy.ts';
import { takePageOf } from './page.ts';
import { hasPathPrefix } from './path.ts';
import { walkRows } from './walk.ts';

/** A user, group or role that a policy is attached to, or that it bounds. */
interface PolicyEntity {
  readonly type: EntityType;
  readonly name: string;
  readonly id: string;
  readonly path: string;
}

/** What `EntityFilter` lets through. The filters that are not entities (LocalManagedPolicy, AWSManagedPolicy) let nothing through. */
const FILTERS: Readonly<Record<string, EntityType>> = { User: 'user', Group: 'group', Role: 'role' };

/**
 * Who uses a policy: groups, users, then roles, each by name. Without a usage filter both uses count, and nobody is named twice.
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
 */
export async function listEntitiesForPolicy(
  input: Valid<ListEntitiesForPolicyRequest>,
  context: OperationContext<PolicyView>,
): Promise<ListEntitiesForPolicyResponse> {
  const policy = context.target.stored;
  if (!policy) throw noSuchPolicy(input.PolicyArn);
  const wanted = input.EntityFilter === undefined ? undefined : FILTERS[input.EntityFilter];
  const found = new Map<string, PolicyEntity>();
  if (input.EntityFilter === undefined || wanted !== undefined) {
    if (input.PolicyUsageFilter !== 'PermissionsBoundary')
      for await (const entity of attachedEntities(context.reader, context.account, policy.arn)) found.set(entity.id, entity);
    if (input.PolicyUsageFilter !== 'PermissionsPolicy')
      for await (const entity of boundedEntities(context.reader, context.account, policy.arn)) found.set(entity.id, entity);
  }
  const kept = [...found.values()].filter(
    (entity) => (wanted === undefined || entity.type === wanted) && hasPathPrefix(entity.path, input.PathPrefix),
  );
  const { items, end } = await takePageOf(
    context,
    { operation: 'ListEntitiesForPolicy', filters: [policy.policyId, input.EntityFilter, input.PathPrefix, input.PolicyUsageFilter] },
    input,
    kept,
    ({ type, name }) => [ORDER[type], foldCase(name)],
  );
  const ofType = (type: EntityType) => items.filter((entity) => entity.type === type);
  return {
    PolicyGroups: ofType('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
    PolicyUsers: ofType('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
    PolicyRoles: ofType('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    ...end,
  };
}

const ORDER: Readonly<Record<EntityType, string>> = { group: '1', user: '2', role: '3' };

async function* attachedEntities(reader: Reader, account: string, arn: string): AsyncGenerator<PolicyEntity> {
  for await (const { entityType, entityId } of walkRows(reader, attachments, { index: 'policy', prefix: [account, arn] })) {
    const entity = await findEntity(reader, entityType, entityId);
    if (entity) yield entity;
  }
}

async function findEntity(reader: Reader, type: EntityType, id: string): Promise<PolicyEntity | undefined> {
  if (type === 'user') {
    const user = await reader.find(users, 'id', [id]);
    return user && { type, id, name: user.userName, path: user.path };
  }
  if (type === 'group') {
    const group = await reader.find(groups, 'id', [id]);
    return group && { type, id, name: group.groupName, path: group.path };
  }
  const role = await reader.find(roles, 'id', [id]);
  return role && { type, id, name: role.roleName, path: role.path };
}

async function* boundedEntities(reader: Reader, account: string, arn: string): AsyncGenerator<PolicyEntity> {
  const listing = { index: 'boundary', prefix: [arn, account] };
  for await (const user of walkRows(reader, users, listing)) yield { type: 'user', id: user.userId, name: user.userName, path: user.path };
  for await (const role of walkRows(reader, roles, listing)) yield { type: 'role', id: role.roleId, name: role.roleName, path: role.path };
}
