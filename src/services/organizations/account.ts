import type {
  Account as AccountShape,
  CloseAccountRequest,
  DescribeAccountRequest,
  DescribeAccountResponse,
  ListAccountsForParentRequest,
  ListAccountsForParentResponse,
  ListAccountsRequest,
  ListAccountsResponse,
  MoveAccountRequest,
  RemoveAccountFromOrganizationRequest,
} from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import {
  delegations,
  type Membership,
  type Organization,
  organizationMemberships,
  policyAttachments,
} from '../../store/tables/organization.ts';
import { settleAllFeatures } from './all-features.ts';
import { accountArn } from './arn.ts';
import {
  accountAlreadyClosed,
  accountNotFound,
  constraintViolation,
  destinationParentNotFound,
  duplicateAccount,
  masterCannotLeave,
  parentNotFound,
  sourceParentNotFound,
} from './errors.ts';
import { pathOf } from './organizational-unit.ts';
import { takePageOfRows } from './page.ts';
import { closuresAllowed, quotaOf } from './quota.ts';
import { callersOrganization, findMember, isParent, isThere } from './standing.ts';

const DAY = 24 * 3600_000;

/** `State` is the newer word: it tells an account its owner closed from one that AWS has suspended, which happens only before an import. */
function stateOf({ closure, heldBack }: Membership, now: number): Pick<AccountShape, 'Status' | 'State'> {
  // What the older word says before activation is (unverified).
  if (heldBack) return { Status: 'SUSPENDED', State: heldBack };
  if (!closure) return { Status: 'ACTIVE', State: 'ACTIVE' };
  return now < closure.closedAt ? { Status: 'PENDING_CLOSURE', State: 'PENDING_CLOSURE' } : { Status: 'SUSPENDED', State: 'CLOSED' };
}

/** Whether an account is at work: neither closed, nor being closed, nor held back. */
export const isActive = ({ closure, heldBack }: Membership): boolean => closure === undefined && heldBack === undefined;

export async function accountShape(reader: Reader, organization: Organization, member: Membership, now: number): Promise<AccountShape> {
  const account = await reader.get(accounts, [member.accountId]);
  return {
    Id: member.accountId,
    Arn: accountArn(organization, member.accountId),
    Email: account?.email,
    Name: account?.name,
    ...stateOf(member, now),
    Paths: [await pathOf(reader, organization, member.parentId, member.accountId)],
    JoinedMethod: member.joinedMethod,
    JoinedTimestamp: new Date(member.joinedAt),
  };
}

/**
 * @throws AccountNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html
 */
export async function describeAccount(input: Valid<DescribeAccountRequest>, context: OperationContext): Promise<DescribeAccountResponse> {
  const organization = await callersOrganization(context.reader, context);
  const member = await findMember(context.reader, organization, input.AccountId, context.now);
  if (!member) throw accountNotFound();
  return { Account: await accountShape(context.reader, organization, member, context.now) };
}

/** @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html */
export async function listAccounts(input: Valid<ListAccountsRequest>, context: OperationContext): Promise<ListAccountsResponse> {
  const organization = await callersOrganization(context.reader, context);
  return listMembers(input, context, organization, ['ListAccounts'], { index: 'organization', prefix: [organization.organizationId] });
}

/**
 * The accounts directly in a root or OU.
 * @throws ParentNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
 */
export async function listAccountsForParent(
  input: Valid<ListAccountsForParentRequest>,
  context: OperationContext,
): Promise<ListAccountsForParentResponse> {
  const organization = await callersOrganization(context.reader, context);
  if (!(await isParent(context.reader, organization, input.ParentId))) throw parentNotFound();
  const listing = { index: 'parent', prefix: [organization.organizationId, input.ParentId] };
  return listMembers(input, context, organization, ['ListAccountsForParent', input.ParentId], listing);
}

async function listMembers(
  input: Valid<ListAccountsRequest>,
  context: OperationContext,
  organization: Organization,
  name: readonly [string, ...string[]],
  listing: { readonly index: string; readonly prefix: readonly string[] },
): Promise<ListAccountsResponse> {
  const { reader, now } = context;
  const { items, end } = await takePageOfRows(context, name, input, organizationMemberships, listing, (member) => isThere(member, now));
  return { Accounts: await Promise.all(items.map((member) => accountShape(reader, organization, member, now))), ...end };
}

/**
 * Moves an account to another root or OU; what is inherited there holds from the next request on, for sessions under way too.
 * @throws AccountNotFound             400  also when the account is not in the source, as observed
 * @throws SourceParentNotFound, DestinationParentNotFound, DuplicateAccount  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_MoveAccount.html
 */
export async function moveAccount(input: Valid<MoveAccountRequest>, context: OperationContext): Promise<object> {
  const { AccountId, SourceParentId, DestinationParentId } = input;
  await context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const member = await findMember(writer, organization, AccountId, context.now);
    if (!member) throw accountNotFound();
    if (!(await isParent(writer, organization, SourceParentId))) throw sourceParentNotFound();
    if (!(await isParent(writer, organization, DestinationParentId))) throw destinationParentNotFound();
    if (member.parentId !== SourceParentId) throw accountNotFound();
    if (SourceParentId === DestinationParentId) throw duplicateAccount();
    await writer.update(organizationMemberships, { ...member, parentId: DestinationParentId });
  });
  return {};
}

/** How long after its creation an account may not leave. */
const WAIT_PERIOD = 4 * DAY;

/** Takes an account out of its organization: standalone from now on, its tags and the policies attached to it gone. */
async function leave(writer: Writer, organization: Organization, accountId: string, context: OperationContext): Promise<void> {
  const { organizationId, managementAccountId } = organization;
  const member = await findMember(writer, organization, accountId, context.now);
  if (!member) throw accountNotFound();
  if (accountId === managementAccountId) throw masterCannotLeave();
  if ((await writer.count(delegations, { prefix: [organizationId, accountId] })) > 0)
    throw constraintViolation('CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG');
  if (member.joinedMethod === 'CREATED') {
    // What an account needs to stand alone is asked at sign-up and not at its creation here. Which of the two AWS checks first is (unverified).
    const account = await writer.get(accounts, [accountId]);
    if (account?.contact === undefined) throw constraintViolation('MEMBER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED');
    if (context.now < member.joinedAt + WAIT_PERIOD) throw constraintViolation('WAIT_PERIOD_ACTIVE');
  }
  for (const { type, policyId } of await writer.list(policyAttachments, { prefix: [organizationId, accountId] }))
    await writer.delete(policyAttachments, [organizationId, accountId, type, policyId]);
  await writer.delete(organizationMemberships, [accountId]);
  await settleAllFeatures(writer, organization, context.now);
}

/**
 * @throws AccountNotFound, MasterCannotLeaveOrganization  400
 * @throws ConstraintViolation  400  MEMBER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED, WAIT_PERIOD_ACTIVE, CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_RemoveAccountFromOrganization.html
 */
export async function removeAccountFromOrganization(
  input: Valid<RemoveAccountFromOrganizationRequest>,
  context: OperationContext,
): Promise<object> {
  await context.installation.store.write(async (writer) =>
    leave(writer, await callersOrganization(writer, context), input.AccountId, context),
  );
  return {};
}

/**
 * As RemoveAccountFromOrganization, called by the account itself.
 * @throws MasterCannotLeaveOrganization, ConstraintViolation  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_LeaveOrganization.html
 */
export async function leaveOrganization(_: object, context: OperationContext): Promise<object> {
  await context.installation.store.write(async (writer) =>
    leave(writer, await callersOrganization(writer, context), context.account, context),
  );
  return {};
}

/** How long closing takes, about, in milliseconds; the installation's pace multiplies it. */
export const CLOSING = 60_000;
/** After this time nothing is left of a closed account. */
export const AFTER_CLOSURE = 90 * DAY;
export const CLOSURE_WINDOW = 30 * DAY;

/**
 * Closes a member account: its credentials end with this call. It is shown as being closed for a while, as suspended for 90 days, and then no more.
 * @throws AccountNotFound, AccountAlreadyClosed  400
 * @throws ConstraintViolation  400  CANNOT_CLOSE_MANAGEMENT_ACCOUNT, CLOSE_ACCOUNT_QUOTA_EXCEEDED, CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED,
 *                                   ORGANIZATION_NOT_IN_ALL_FEATURES_MODE
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html
 */
export async function closeAccount({ AccountId }: Valid<CloseAccountRequest>, context: OperationContext): Promise<object> {
  const { now, installation } = context;
  await installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const member = await findMember(writer, organization, AccountId, now);
    const account = await writer.get(accounts, [AccountId]);
    if (!member || !account) throw accountNotFound();
    if (AccountId === organization.managementAccountId) throw constraintViolation('CANNOT_CLOSE_MANAGEMENT_ACCOUNT');
    if (organization.featureSet !== 'ALL') throw constraintViolation('ORGANIZATION_NOT_IN_ALL_FEATURES_MODE');
    if (!isActive(member)) throw accountAlreadyClosed();
    const members = await writer.list(organizationMemberships, { index: 'organization', prefix: [organization.organizationId] });
    const closures = members.flatMap(({ closure }) => (closure ? [closure] : []));
    if (closures.filter(({ closedAt }) => now < closedAt).length >= quotaOf(context, organization, 'AccountClosuresInProgress'))
      throw constraintViolation('CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED');
    if (
      closures.filter(({ requestedAt }) => requestedAt > now - CLOSURE_WINDOW).length >=
      closuresAllowed(context, organization, members.length)
    )
      throw constraintViolation('CLOSE_ACCOUNT_QUOTA_EXCEEDED');
    const closedAt = now + Math.round(CLOSING * installation.pace);
    await writer.update(organizationMemberships, { ...member, closure: { requestedAt: now, closedAt, goneAt: closedAt + AFTER_CLOSURE } });
    await writer.update(accounts, { ...account, status: 'SUSPENDED' });
    await settleAllFeatures(writer, organization, now);
  });
  return {};
}
