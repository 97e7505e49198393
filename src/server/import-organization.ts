import type { Installation } from '../authorization/installation.ts';
import { foldCase } from '../core/name.ts';
import { ServiceError } from '../core/service-error.ts';
import type { Tag } from '../core/tag.ts';
import { fullAccessPolicy, fullAccessPolicyOf } from '../model/full-access-policies.ts';
import { validatePolicy } from '../policy/index.ts';
import { hasRootProfile } from '../services/iam/root-login-profile.ts';
import { AFTER_CLOSURE, CLOSING, CLOSURE_WINDOW, isActive } from '../services/organizations/account.ts';
import { accountArn, organizationArn, policyArn, resourcePolicyArn, rootArn, unitArn } from '../services/organizations/arn.ts';
import { readManagementPolicy } from '../services/organizations/management-policy.ts';
import { isPolicyType } from '../services/organizations/policy-type.ts';
import { createAccount } from '../store/new-account.ts';
import { DuplicateKeyError, type Writer } from '../store/store.ts';
import { type Account, accounts } from '../store/tables/account.ts';
import {
  delegations,
  type Membership,
  type Organization,
  type OrganizationalUnit,
  type OrganizationPolicy,
  organizationalUnits,
  organizationMemberships,
  organizationPolicies,
  organizationResourcePolicies,
  organizations,
  type PolicyAttachment,
  policyAttachments,
  serviceAccesses,
} from '../store/tables/organization.ts';
import type { OrganizationPrint, PrintedAccount, PrintedPolicy, PrintedTime } from './import-organization-shape.ts';

export interface ImportedOrganization {
  readonly organizationId: string;
  readonly managementAccountId: string;
  readonly units: number;
  readonly accounts: number;
  /** Members that were not here before: empty accounts of these ids. */
  readonly newAccounts: readonly string[];
  readonly policies: number;
  readonly attachments: number;
  /** Types of policies that this version does not know: none of them decides who may do what. */
  readonly unknownPolicyTypes: readonly string[];
}

/** 400 */
const unfit = (sentence: string): ServiceError => new ServiceError('ValidationException', sentence, { status: 400 });
/** 409 */
const inTheWay = (sentence: string): ServiceError => new ServiceError('ConflictException', sentence, { status: 409 });

/** A member as it is to be, and the account it is. */
interface Member {
  readonly membership: Membership;
  readonly name: string;
  readonly email: string;
}

/** All that the commands printed, as rows. */
interface Rows {
  readonly organization: Organization;
  readonly units: readonly OrganizationalUnit[];
  readonly members: readonly Member[];
  readonly policies: readonly OrganizationPolicy[];
  readonly attachments: readonly PolicyAttachment[];
  readonly unknownPolicyTypes: readonly string[];
}

/**
 * Loads an organization as the commands of `aws organizations` print it: structure, accounts, policies and what they are attached to, tags,
 * trusted services, delegated administrators, the resource policy; ids, ARNs, names and states as they are. Accounts that are not here are made,
 * with nothing in them. All of it or nothing.
 *
 * Whatever guards must be whole: a list that was not printed, or only its first page, is refused, as what it leaves out would be allowed here and
 * not on AWS. No quota is asked about: AWS has let all of it exist.
 *
 * Not printed and so not here: handshakes, outcomes of account creations, responsibility transfers, when accounts were closed (long enough ago not
 * to count against the quota of closures; they stay to be seen for 90 days from now).
 * @throws ServiceError  400  the print is not whole, contradicts itself, or holds a policy that does not parse
 * @throws ServiceError  409  the organization is here already, a member is in another one, is somebody's who can sign in, or its address is taken
 */
export async function importOrganization(print: OrganizationPrint, installation: Installation): Promise<ImportedOrganization> {
  const rows = readPrint(print, installation);
  try {
    return await installation.store.write(async (writer) => {
      const { organization, units, members, policies, attachments, unknownPolicyTypes } = rows;
      const { organizationId, managementAccountId } = organization;
      if (await writer.get(organizations, [organizationId])) throw inTheWay(`Organization ${organizationId} is here already.`);
      for (const unit of units) await writer.insert(organizationalUnits, unit);
      const newAccounts: string[] = [];
      for (const member of members) if (await placeMember(writer, member, installation)) newAccounts.push(member.membership.accountId);
      await writer.insert(organizations, organization);
      for (const policy of policies) await writer.insert(organizationPolicies, policy);
      for (const attachment of attachments) await writer.insert(policyAttachments, attachment);
      await insertServices(writer, organizationId, print);
      await insertResourcePolicy(writer, organization, print);
      return {
        organizationId,
        managementAccountId,
        units: units.length,
        accounts: members.length,
        newAccounts: newAccounts.sort(),
        policies: policies.length,
        attachments: attachments.length,
        unknownPolicyTypes,
      };
    });
  } catch (error) {
    if (error instanceof DuplicateKeyError) throw inTheWay('An id or a name stands twice in what was printed, or is taken on this server.');
    throw error;
  }
}

/** Puts an account into its place. Whether it had to be made. */
async function placeMember(writer: Writer, { membership, name, email }: Member, installation: Installation): Promise<boolean> {
  const { accountId } = membership;
  const holder = await writer.find(accounts, 'email', [foldCase(email)]);
  if (holder && holder.accountId !== accountId)
    throw inTheWay(`The address of account ${accountId}, ${email}, is account ${holder.accountId}'s on this server.`);
  const held = await writer.get(accounts, [accountId]);
  if (held && hasRootProfile(held))
    throw inTheWay(`Account ${accountId} of this server has a root user who can sign in: it is not the one on AWS.`);
  if (await writer.get(organizationMemberships, [accountId])) throw inTheWay(`Account ${accountId} is in an organization here already.`);
  const account = held ?? (await createAccount(writer, { accountId, name, email, createdAt: membership.joinedAt }, installation));
  await writer.insert(organizationMemberships, membership);
  const updated: Account = { ...account, name, email, status: isActive(membership) ? 'ACTIVE' : 'SUSPENDED' };
  await writer.update(accounts, updated);
  return held === undefined;
}

async function insertServices(writer: Writer, organizationId: string, print: OrganizationPrint): Promise<void> {
  const trusted = print['list-aws-service-access-for-organization'];
  for (const { ServicePrincipal, DateEnabled } of trusted?.EnabledServicePrincipals ?? [])
    await writer.insert(serviceAccesses, { organizationId, servicePrincipal: ServicePrincipal, enabledAt: timeOf(DateEnabled) });
  for (const [accountId, { DelegatedServices }] of Object.entries(print['list-delegated-services-for-account'] ?? {})) {
    if ((await writer.get(organizationMemberships, [accountId]))?.organizationId !== organizationId)
      throw unfit(`list-delegated-services-for-account: ${accountId} is no account of the organization.`);
    for (const { ServicePrincipal, DelegationEnabledDate } of DelegatedServices)
      await writer.insert(delegations, {
        organizationId,
        accountId,
        servicePrincipal: ServicePrincipal,
        enabledAt: timeOf(DelegationEnabledDate),
      });
  }
}

async function insertResourcePolicy(writer: Writer, organization: Organization, print: OrganizationPrint): Promise<void> {
  const printed = print['describe-resource-policy']?.ResourcePolicy;
  if (!printed) return;
  const { Content: content, ResourcePolicySummary: summary } = printed;
  sameArn(summary.Arn, resourcePolicyArn(organization, summary.Id));
  const error = validatePolicy(content, 'resource');
  if (error) throw unfit(`${summary.Arn}: ${error.message}`);
  await writer.insert(organizationResourcePolicies, {
    organizationId: organization.organizationId,
    resourcePolicyId: summary.Id,
    content,
    tags: tagsOf(print, summary.Id),
  });
}

/** Milliseconds since the epoch. */
const timeOf = (time: PrintedTime): number => (typeof time === 'number' ? Math.round(time * 1000) : Date.parse(time));

const tagsOf = (print: OrganizationPrint, id: string): readonly Tag[] =>
  (print['list-tags-for-resource']?.[id]?.Tags ?? []).map(({ Key, Value }) => ({ Key, Value }));

function sameArn(printed: string, ours: string): void {
  if (printed !== ours) throw unfit(`${printed}: ${ours} was expected.`);
}

/** @throws ServiceError  400 */
function readPrint(print: OrganizationPrint, { clock, pace }: Installation): Rows {
  refusePages(print);
  const now = clock.now();
  const { organization, unknownPolicyTypes } = readOrganization(print, now);
  const { units, members } = readStructure(print, organization, { now, closesAt: now + Math.round(CLOSING * pace) });
  if (!members.some(({ membership }) => membership.accountId === organization.managementAccountId))
    throw unfit(`The management account ${organization.managementAccountId} is in none of the lists of accounts.`);
  const targets = new Set([
    organization.rootId,
    ...units.map(({ unitId }) => unitId),
    ...members.map(({ membership }) => membership.accountId),
  ]);
  const { policies, attachments } = readPolicies(print, organization, targets, now);
  const idle = new Set(members.filter(({ membership }) => !isActive(membership)).map(({ membership }) => membership.accountId));
  refuseUnguarded(
    organization,
    [...targets].filter((target) => !idle.has(target)),
    attachments,
  );
  return { organization, units, members, policies, attachments, unknownPolicyTypes };
}

/** A list of which only a part was printed. */
function refusePages(print: OrganizationPrint): void {
  for (const [command, printed] of Object.entries(print)) {
    for (const [about, answer] of 'NextToken' in printed ? [['', printed] as const] : Object.entries(printed))
      if (typeof answer === 'object' && answer !== null && 'NextToken' in answer && answer.NextToken !== '')
        throw unfit(`${command}${about === '' ? '' : ` ${about}`}: is only a page of the list. Let the AWS CLI print all of them.`);
  }
}

function readOrganization(print: OrganizationPrint, now: number): Pick<Rows, 'organization' | 'unknownPolicyTypes'> {
  const { Id, Arn, FeatureSet, MasterAccountId } = print['describe-organization'].Organization;
  const [root, ...others] = print['list-roots'].Roots;
  if (!root || others.length > 0) throw unfit('list-roots: an organization has one root.');
  // One that is being disabled still guards.
  const enabled = root.PolicyTypes.filter(({ Status }) => Status === 'ENABLED' || Status === 'PENDING_DISABLE').map(({ Type }) => Type);
  const organization: Organization = {
    organizationId: Id,
    managementAccountId: MasterAccountId,
    featureSet: FeatureSet,
    rootId: root.Id,
    rootTags: tagsOf(print, root.Id),
    policyTypes: enabled.filter(isPolicyType),
    createdAt: now,
  };
  sameArn(Arn, organizationArn(organization));
  sameArn(root.Arn, rootArn(organization, root.Id));
  const listed = [...enabled, ...Object.keys(print['list-policies'])];
  return { organization, unknownPolicyTypes: [...new Set(listed.filter((type) => !isPolicyType(type)))].sort() };
}

/** From the root down: each list is asked for once, so that no unit can be below itself. */
function readStructure(
  print: OrganizationPrint,
  organization: Organization,
  times: { readonly now: number; readonly closesAt: number },
): Pick<Rows, 'units' | 'members'> {
  const { organizationId, rootId } = organization;
  const units: OrganizationalUnit[] = [];
  const members: Member[] = [];
  const reached = new Set([rootId]);
  for (const parentId of reached) {
    const below = print['list-organizational-units-for-parent'][parentId];
    const within = print['list-accounts-for-parent'][parentId];
    if (!below) throw unfit(`list-organizational-units-for-parent ${parentId}: was not printed.`);
    if (!within) throw unfit(`list-accounts-for-parent ${parentId}: was not printed.`);
    for (const { Id: unitId, Arn, Name: name } of below.OrganizationalUnits) {
      sameArn(Arn, unitArn(organization, unitId));
      if (reached.has(unitId)) throw unfit(`${unitId}: stands below two parents.`);
      reached.add(unitId);
      units.push({ organizationId, unitId, parentId, name, tags: tagsOf(print, unitId) });
    }
    for (const account of within.Accounts) {
      sameArn(account.Arn, accountArn(organization, account.Id));
      const { Id: accountId, Name: name, Email: email } = account;
      const joined = { joinedMethod: account.JoinedMethod, joinedAt: timeOf(account.JoinedTimestamp) };
      const state = stateOf(account, times);
      if (accountId === organization.managementAccountId && Object.keys(state).length > 0)
        throw unfit(`Account ${accountId} is the management account and is not active.`);
      members.push({
        membership: { accountId, organizationId, parentId, ...joined, tags: tagsOf(print, accountId), ...state },
        name,
        email,
      });
    }
  }
  return { units, members };
}

/** What its state says of a member: nothing, when it is at work. `State` is not printed by every version of the CLI. */
function stateOf(
  { Id, Status, State }: PrintedAccount,
  { now, closesAt }: { readonly now: number; readonly closesAt: number },
): Pick<Membership, 'closure' | 'heldBack'> {
  const state = State ?? (Status === 'SUSPENDED' ? 'CLOSED' : Status);
  switch (state) {
    case 'ACTIVE':
      return {};
    case 'SUSPENDED':
    case 'PENDING_ACTIVATION':
      return { heldBack: state };
    case 'PENDING_CLOSURE':
      return { closure: { requestedAt: now, closedAt: closesAt, goneAt: closesAt + AFTER_CLOSURE } };
    case 'CLOSED':
      return { closure: { requestedAt: now - CLOSURE_WINDOW, closedAt: now, goneAt: now + AFTER_CLOSURE } };
    default:
      throw unfit(`Account ${Id}: neither Status nor State was printed.`);
  }
}

function readPolicies(
  print: OrganizationPrint,
  organization: Organization,
  targets: ReadonlySet<string>,
  now: number,
): Pick<Rows, 'policies' | 'attachments'> {
  const { organizationId, policyTypes } = organization;
  const policies: OrganizationPolicy[] = [];
  const attachments: PolicyAttachment[] = [];
  for (const type of policyTypes) if (!print['list-policies'][type]) throw unfit(`list-policies ${type}: was not printed.`);
  for (const [type, { Policies }] of Object.entries(print['list-policies'])) {
    if (!isPolicyType(type)) continue;
    for (const summary of Policies) {
      if (summary.Type !== type) throw unfit(`list-policies ${type}: ${summary.Id} is a ${summary.Type}.`);
      const own = readPolicy(print, organization, summary, now);
      if (own) policies.push(own);
      if (!policyTypes.includes(type)) continue;
      const attached = print['list-targets-for-policy']?.[summary.Id];
      if (!attached) throw unfit(`list-targets-for-policy ${summary.Id}: was not printed.`);
      for (const { TargetId: targetId } of attached.Targets) {
        if (!targets.has(targetId)) throw unfit(`list-targets-for-policy ${summary.Id}: ${targetId} is not in the organization.`);
        attachments.push({ organizationId, targetId, type, policyId: summary.Id, attachedAt: now });
      }
    }
  }
  return { policies, attachments };
}

/** Undefined for AWS's own, which is this version's. */
function readPolicy(
  print: OrganizationPrint,
  organization: Organization,
  summary: PrintedPolicy,
  now: number,
): OrganizationPolicy | undefined {
  const { Id: policyId, Type: type, Name: name, Description: description } = summary;
  const known = fullAccessPolicy(policyId);
  if (summary.AwsManaged || known) {
    if (known?.type !== type || !summary.AwsManaged) throw unfit(`${summary.Arn}: is no policy of AWS that this version knows.`);
    return undefined;
  }
  sameArn(summary.Arn, policyArn(organization, type, policyId));
  const described = print['describe-policy']?.[policyId]?.Policy;
  if (!described) throw unfit(`describe-policy ${policyId}: was not printed.`);
  if (described.PolicySummary.Id !== policyId) throw unfit(`describe-policy ${policyId}: is about ${described.PolicySummary.Id}.`);
  refuseUnread(described.Content, type, summary.Arn);
  const { organizationId } = organization;
  return { organizationId, policyId, type, name, description, content: described.Content, tags: tagsOf(print, policyId), changedAt: now };
}

function refuseUnread(content: string, type: string, arn: string): void {
  if (type === 'SERVICE_CONTROL_POLICY' || type === 'RESOURCE_CONTROL_POLICY') {
    const error = validatePolicy(content, type === 'SERVICE_CONTROL_POLICY' ? 'scp' : 'rcp');
    if (error) throw unfit(`${arn}: ${error.message}`);
  } else if (!readManagementPolicy(content)) throw unfit(`${arn}: its content is not a JSON object.`);
}

/**
 * Everything that is at work has an SCP, where they are enabled, and RCPFullAWSAccess, where RCPs are: AWS lets nobody take the last away. Without one nothing
 * would be allowed there, and nobody would know why.
 */
function refuseUnguarded({ policyTypes }: Organization, targets: readonly string[], attachments: readonly PolicyAttachment[]): void {
  const full = fullAccessPolicyOf('RESOURCE_CONTROL_POLICY')?.id;
  const held = { SERVICE_CONTROL_POLICY: new Set<string>(), RESOURCE_CONTROL_POLICY: new Set<string>() };
  for (const { type, targetId, policyId } of attachments) {
    if (type === 'SERVICE_CONTROL_POLICY' || (type === 'RESOURCE_CONTROL_POLICY' && policyId === full)) held[type].add(targetId);
  }
  for (const type of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const) {
    const bare = policyTypes.includes(type) ? targets.find((target) => !held[type].has(target)) : undefined;
    if (bare !== undefined) throw unfit(`${bare}: has no ${type} attached, and on AWS everything has. The lists of targets are not whole.`);
  }
}
