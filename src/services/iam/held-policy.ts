import type { Scope } from '../../authorization/operation.ts';
import type { EntityType, Group, Role, User } from '../../store/tables/iam.ts';
import { attachmentsOf } from './attachment.ts';
import { inlinePoliciesOf } from './inline-policy.ts';
import { findDocument, findPolicy } from './managed-policy.ts';
import { groupsOf } from './membership.ts';

/** Who holds a policy: the user, group or role itself, or a group that the user is in. */
export interface Holder {
  readonly type: EntityType;
  readonly id: string;
  readonly name: string;
}

/** An identity-based policy as somebody holds it. */
export interface HeldPolicy {
  readonly holder: Holder;
  readonly policyName: string;
  /** Absent for inline policies. */
  readonly arn?: string;
  readonly document: string;
}

export function holderOf(entity: User | Group | Role): Holder {
  if ('userId' in entity) return { type: 'user', id: entity.userId, name: entity.userName };
  if ('groupId' in entity) return { type: 'group', id: entity.groupId, name: entity.groupName };
  return { type: 'role', id: entity.roleId, name: entity.roleName };
}

/** The policies that are granted to a user, with those of its groups, a group or a role. A managed policy is its default version. */
export async function heldPolicies(entity: User | Group | Role, scope: Scope): Promise<HeldPolicy[]> {
  const holders = [holderOf(entity)];
  if ('userId' in entity) holders.push(...(await groupsOf(scope.reader, entity.userId)).map(holderOf));
  const held: HeldPolicy[] = [];
  for (const holder of holders) {
    for (const { policyName, document } of await inlinePoliciesOf(scope.reader, holder.id)) held.push({ holder, policyName, document });
    for (const { policyArn } of await attachmentsOf(scope.reader, holder.id)) {
      const found = await findManaged(policyArn, scope);
      if (found) held.push({ holder, arn: policyArn, ...found });
    }
  }
  return held;
}

/** A managed policy's name and the document of its default version; undefined when it is gone. */
export async function findManaged(
  arn: string,
  scope: Scope,
): Promise<{ readonly policyName: string; readonly document: string } | undefined> {
  const policy = await findPolicy(scope.reader, scope, arn);
  const document = policy && (await findDocument(scope.reader, scope, arn, policy.defaultVersionId));
  return policy && document !== undefined ? { policyName: policy.policyName, document } : undefined;
}
