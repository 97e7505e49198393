import type {
  EntityType as EntityFilter,
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  UserDetail,
} from '@aws-sdk/client-iam';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { type Group, groups, instanceProfiles, managedPolicies, type Role, roles, type User, users } from '../../store/tables/iam.ts';
import { policiesInUse } from './account-summary.ts';
import { boundaryAndTags } from './attached-boundary.ts';
import { attachedShape, attachmentsOf } from './attachment.ts';
import { groupShape } from './group.ts';
import { inlinePoliciesOf } from './inline-policy.ts';
import { instanceProfileShape } from './instance-profile.ts';
import { findDocument, findPolicy, type PolicyView, policyShape, policyView, usageOf } from './managed-policy.ts';
import { groupsOf } from './membership.ts';
import { comparePositions, positionAsked, takePage } from './page.ts';
import { isAwsManaged, readPolicyArn } from './policy-arn.ts';
import { encodeDocument } from './policy-document.ts';
import { lastUsedShape, nestedRoleShape } from './role.ts';
import { userShape } from './user.ts';
import { walkRows } from './walk.ts';

/** The parts of an account in the order in which its pages run through them, whatever the order of the filter. */
const SECTIONS = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;
type Section = (typeof SECTIONS)[number];

type Item =
  | { readonly section: 'User'; readonly name: string; readonly row: User }
  | { readonly section: 'Role'; readonly name: string; readonly row: Role }
  | { readonly section: 'Group'; readonly name: string; readonly row: Group }
  | { readonly section: 'LocalManagedPolicy' | 'AWSManagedPolicy'; readonly name: string; readonly row: PolicyView };

/**
 * Users, groups, roles and policies of an account with all that relates them. AWS's policies only as far as they are in use. The marker fixes
 * the filter: what the request says beside a marker is not looked at.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
export async function getAccountAuthorizationDetails(
  input: Valid<GetAccountAuthorizationDetailsRequest>,
  context: OperationContext,
): Promise<GetAccountAuthorizationDetailsResponse> {
  const name = { operation: 'GetAccountAuthorizationDetails', filters: [] };
  const [fixed] = positionAsked(context, name, input) ?? [];
  const filter = fixed ?? filterText(input.Filter);
  const { items, end } = await takePage(
    context,
    name,
    input,
    (after) => walk(context, filter, after?.[1] as Section | undefined, after?.[2]),
    (item) => [filter, item.section, item.name],
  );
  const answer = {
    UserDetailList: [] as UserDetail[],
    GroupDetailList: [] as GroupDetail[],
    RoleDetailList: [] as RoleDetail[],
    Policies: [] as ManagedPolicyDetail[],
  };
  for (const item of items) {
    if (item.section === 'User') answer.UserDetailList.push(await userDetail(item.row, context));
    else if (item.section === 'Role') answer.RoleDetailList.push(await roleDetail(item.row, context));
    else if (item.section === 'Group') answer.GroupDetailList.push(await groupDetail(item.row, context));
    else answer.Policies.push(await policyDetail(item.row, context));
  }
  return { ...answer, ...end };
}

/** The sections asked for, one digit each; all of them without a filter. */
function filterText(filter: readonly EntityFilter[] | undefined): string {
  const wanted = SECTIONS.filter((section) => filter === undefined || filter.length === 0 || filter.includes(section));
  return wanted.map((section) => String(SECTIONS.indexOf(section))).join('');
}

async function* walk(context: Scope, filter: string, from: Section | undefined, after: string | undefined): AsyncGenerator<Item> {
  const first = from === undefined ? 0 : SECTIONS.indexOf(from);
  for (const [index, section] of SECTIONS.entries()) {
    if (index < first || !filter.includes(String(index))) continue;
    yield* walkSection(context, section, index === first ? after : undefined);
  }
}

async function* walkSection({ reader, account, installation }: Scope, section: Section, after: string | undefined): AsyncGenerator<Item> {
  const listing = { prefix: [account] };
  const position = after === undefined ? undefined : [after];
  switch (section) {
    case 'User':
      for await (const row of walkRows(reader, users, listing, position)) yield { section, name: foldCase(row.userName), row };
      return;
    case 'Role':
      for await (const row of walkRows(reader, roles, listing, position)) yield { section, name: foldCase(row.roleName), row };
      return;
    case 'Group':
      for await (const row of walkRows(reader, groups, listing, position)) yield { section, name: foldCase(row.groupName), row };
      return;
    case 'LocalManagedPolicy':
      for await (const row of walkRows(reader, managedPolicies, listing, position))
        yield { section, name: foldCase(row.policyName), row: policyView(row) };
      return;
    case 'AWSManagedPolicy': {
      const used = [...(await policiesInUse(reader, account))].filter((arn) => isAwsManaged(readPolicyArn(arn)));
      for (const arn of used.sort((a, b) => comparePositions([a], [b]))) {
        const row = await findPolicy(reader, { account, installation }, arn);
        if (row && (after === undefined || arn > after)) yield { section, name: arn, row };
      }
    }
  }
}

async function inlineDetails(reader: Reader, entityId: string): Promise<PolicyDetail[]> {
  return (await inlinePoliciesOf(reader, entityId)).map((policy) => ({
    PolicyName: policy.policyName,
    PolicyDocument: encodeDocument(policy.document),
  }));
}

/** A user's inline policies are left out when there are none; a group's and a role's are not. */
async function userDetail(user: User, { reader }: Scope): Promise<UserDetail> {
  const inline = await inlineDetails(reader, user.userId);
  const { PasswordLastUsed: _, ...shape } = userShape(user);
  return {
    ...shape,
    ...(inline.length === 0 ? {} : { UserPolicyList: inline }),
    GroupList: (await groupsOf(reader, user.userId)).map((group) => group.groupName),
    AttachedManagedPolicies: (await attachmentsOf(reader, user.userId)).map(attachedShape),
    ...boundaryAndTags(user),
  };
}

async function groupDetail(group: Group, { reader }: Scope): Promise<GroupDetail> {
  return {
    ...groupShape(group),
    GroupPolicyList: await inlineDetails(reader, group.groupId),
    AttachedManagedPolicies: (await attachmentsOf(reader, group.groupId)).map(attachedShape),
  };
}

/** Without description and MaxSessionDuration. */
async function roleDetail(role: Role, { reader, now }: Scope): Promise<RoleDetail> {
  const profiles = [];
  for await (const profile of walkRows(reader, instanceProfiles, { index: 'role', prefix: [role.roleId] }))
    profiles.push(await instanceProfileShape(profile, reader));
  return {
    ...(await nestedRoleShape(role, reader)),
    InstanceProfileList: profiles,
    RolePolicyList: await inlineDetails(reader, role.roleId),
    AttachedManagedPolicies: (await attachmentsOf(reader, role.roleId)).map(attachedShape),
    ...boundaryAndTags(role),
    RoleLastUsed: await lastUsedShape(role, reader, now),
  };
}

/** With every version, newest first, and without description. */
async function policyDetail(policy: PolicyView, context: Scope): Promise<ManagedPolicyDetail> {
  const versions = [];
  for (const { versionId, createdAt } of policy.versions) {
    const document = await findDocument(context.reader, context, policy.arn, versionId);
    if (document === undefined) continue;
    versions.push({
      Document: encodeDocument(document),
      VersionId: versionId,
      IsDefaultVersion: versionId === policy.defaultVersionId,
      CreateDate: new Date(createdAt),
    });
  }
  return { ...policyShape(policy, await usageOf(context.reader, context.account, policy.arn)), PolicyVersionList: versions };
}
