import type {
  CreateAccountFailureReason,
  CreateAccountRequest,
  CreateAccountResponse,
  CreateAccountStatus,
  CreateGovCloudAccountRequest,
  DescribeCreateAccountStatusRequest,
  DescribeCreateAccountStatusResponse,
  ListCreateAccountStatusRequest,
  ListCreateAccountStatusResponse,
} from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import { iamArn } from '../../core/arn.ts';
import { lowerAlphanumeric, uniqueId } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import { createAccount as makeAccount } from '../../store/new-account.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import { attachments, type Role, roles, rootAccesses } from '../../store/tables/iam.ts';
import {
  type AccountCreation,
  accountCreations,
  handshakes,
  type Organization,
  organizationMemberships,
} from '../../store/tables/organization.ts';
import { concurrentModification, constraintViolation, createAccountStatusNotFound, invalidInput } from './errors.ts';
import { isPending } from './handshake-state.ts';
import { takePageOfRows } from './page.ts';
import { attachDefaults } from './policy-type.ts';
import { quotaOf } from './quota.ts';
import { makeServiceLinkedRole } from './service-linked-role.ts';
import { callersOrganization, isGone } from './standing.ts';
import { newTags } from './tag-rules.ts';

/*
 * Creating an account takes a while on AWS, and goes on in the background. Here all of it is written at once, and the clock says when it is to
 * be seen: until then neither the request tells the account's id nor does any listing hold it.
 */

/** About as long as on AWS, in milliseconds; the installation's pace multiplies them. A taken address is found out sooner. */
const CREATION = 5000;
const FAILURE = 2000;
/** How long the outcome can be asked for, and of how many requests. AWS does not say (unverified). */
const OUTCOME_KEPT = 90 * 24 * 3600_000;
const OUTCOMES_KEPT = 1000;
const SWEPT = 20;

export const ACCESS_ROLE = 'OrganizationAccountAccessRole';

const isDone = ({ completesAt }: AccountCreation, now: number): boolean => completesAt <= now;

function stateOf(creation: AccountCreation, now: number): 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' {
  if (!isDone(creation, now)) return 'IN_PROGRESS';
  return 'accountId' in creation.outcome ? 'SUCCEEDED' : 'FAILED';
}

function statusShape(creation: AccountCreation, now: number): CreateAccountStatus {
  const { outcome } = creation;
  return {
    Id: creation.requestId,
    AccountName: creation.accountName,
    State: stateOf(creation, now),
    RequestedTimestamp: new Date(creation.requestedAt),
    ...(isDone(creation, now) && {
      CompletedTimestamp: new Date(creation.completesAt),
      ...('accountId' in outcome ? { AccountId: outcome.accountId } : { FailureReason: outcome.failure as CreateAccountFailureReason }),
    }),
  };
}

/** How much of its quota of accounts an organization has used: members, closed ones until they are gone, those being made, and open invitations. */
export async function accountsUsed(reader: Reader, { organizationId }: Organization, now: number): Promise<number> {
  const members = await reader.list(organizationMemberships, { index: 'organization', prefix: [organizationId] });
  const sent = await reader.list(handshakes, { index: 'organization', prefix: [organizationId] });
  return (
    members.filter((member) => !isGone(member, now)).length +
    sent.filter((handshake) => handshake.action === 'INVITE' && isPending(handshake, now)).length
  );
}

/**
 * Begins to create a member account, with a role that the management account can assume. Answers while it is being made.
 * @throws ConstraintViolation     400  ACCOUNT_NUMBER_LIMIT_EXCEEDED, ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED, MAX_TAG_LIMIT_EXCEEDED
 * @throws ConcurrentModification  400  an account with this address is being created
 * @throws InvalidInput            400  INVALID_ROLE_NAME; tags
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
 */
export async function createAccount(input: Valid<CreateAccountRequest>, context: OperationContext): Promise<CreateAccountResponse> {
  const { now, installation } = context;
  const roleName = input.RoleName ?? ACCESS_ROLE;
  if (foldCase(roleName).startsWith('awsservicerolefor')) throw invalidInput('INVALID_ROLE_NAME');
  return installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { organizationId } = organization;
    const tags = newTags(context, organization, input.Tags);
    await sweep(writer, organizationId, now);
    const requests = await writer.list(accountCreations, { prefix: [organizationId] });
    const pending = requests.filter((creation) => !isDone(creation, now));
    if (pending.some(({ email }) => foldCase(email) === foldCase(input.Email))) throw concurrentModification();
    if (pending.length >= quotaOf(context, organization, 'AccountCreationsInProgress'))
      throw constraintViolation('ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED');
    if ((await accountsUsed(writer, organization, now)) >= quotaOf(context, organization, 'AccountsPerOrganization'))
      throw constraintViolation('ACCOUNT_NUMBER_LIMIT_EXCEEDED');
    const taken = (await writer.find(accounts, 'email', [foldCase(input.Email)])) !== undefined;
    const completesAt = now + Math.round((taken ? FAILURE : CREATION) * installation.pace);
    const request = {
      organizationId,
      requestId: `car-${lowerAlphanumeric(32, installation.random)}`,
      accountName: input.AccountName,
      email: input.Email,
      requestedAt: now,
      completesAt,
    };
    if (taken) {
      await writer.insert(accountCreations, { ...request, outcome: { failure: 'EMAIL_ALREADY_EXISTS' } });
    } else {
      const { accountId } = await makeAccount(
        writer,
        {
          name: input.AccountName,
          email: input.Email,
          mayHavePassword: await rootsMayHavePasswords(writer, organizationId),
          createdAt: completesAt,
        },
        installation,
      );
      const joined = { joinedMethod: 'CREATED' as const, joinedAt: completesAt };
      await writer.insert(organizationMemberships, { accountId, organizationId, parentId: organization.rootId, ...joined, tags });
      await attachDefaults(writer, organization, accountId, now);
      await makeServiceLinkedRole(writer, accountId, context);
      await makeAccessRole(writer, organization, accountId, roleName, context);
      await writer.insert(accountCreations, { ...request, outcome: { accountId } });
    }
    // Never done yet, even where it takes no time.
    return {
      CreateAccountStatus: {
        Id: request.requestId,
        AccountName: input.AccountName,
        State: 'IN_PROGRESS',
        RequestedTimestamp: new Date(now),
      },
    };
  });
}

/**
 * Whether the root users of new accounts may come to a password: not where the organization manages their credentials.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management
 */
const rootsMayHavePasswords = async (writer: Writer, organizationId: string): Promise<boolean> =>
  (await writer.get(rootAccesses, [organizationId]))?.features.includes('RootCredentialsManagement') !== true;

async function sweep(writer: Writer, organizationId: string, now: number): Promise<void> {
  let count = await writer.count(accountCreations, { prefix: [organizationId] });
  for (const old of await writer.list(accountCreations, { index: 'requested', prefix: [organizationId], limit: SWEPT })) {
    if (old.requestedAt > now - OUTCOME_KEPT && count <= OUTCOMES_KEPT) return;
    if (await writer.delete(accountCreations, [organizationId, old.requestId])) count--;
  }
}

/** The role by which the management account gets into the new one: an administrator's. */
async function makeAccessRole(
  writer: Writer,
  { managementAccountId }: Organization,
  accountId: string,
  roleName: string,
  { now, installation }: OperationContext,
): Promise<void> {
  const role: Role = {
    accountId,
    roleName,
    roleId: uniqueId('AROA', accountId, installation.random),
    path: '/',
    createdAt: now,
    trustPolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: iamArn(managementAccountId, 'root') }, Action: 'sts:AssumeRole' }],
    }),
    maxSessionDuration: 3600,
    tags: [],
  };
  await writer.insert(roles, role);
  const policyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await writer.insert(attachments, { accountId, entityType: 'role', entityId: role.roleId, policyArn });
}

/**
 * GovCloud is another partition, which is not served here: no management account has an associated account in it.
 * @throws ConstraintViolation  400  MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED, always
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateGovCloudAccount.html
 */
export async function createGovCloudAccount(_: Valid<CreateGovCloudAccountRequest>, context: OperationContext): Promise<object> {
  await callersOrganization(context.reader, context);
  throw constraintViolation('MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED');
}

/**
 * @throws CreateAccountStatusNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeCreateAccountStatus.html
 */
export async function describeCreateAccountStatus(
  input: Valid<DescribeCreateAccountStatusRequest>,
  context: OperationContext,
): Promise<DescribeCreateAccountStatusResponse> {
  const { reader, now } = context;
  const { organizationId } = await callersOrganization(reader, context);
  const creation = await reader.get(accountCreations, [organizationId, input.CreateAccountRequestId]);
  if (!creation) throw createAccountStatusNotFound();
  return { CreateAccountStatus: statusShape(creation, now) };
}

/** @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListCreateAccountStatus.html */
export async function listCreateAccountStatus(
  input: Valid<ListCreateAccountStatusRequest>,
  context: OperationContext,
): Promise<ListCreateAccountStatusResponse> {
  const { organizationId } = await callersOrganization(context.reader, context);
  const states = new Set<string>(input.States ?? []);
  const { items, end } = await takePageOfRows(
    context,
    ['ListCreateAccountStatus', ...[...states].sort()],
    input,
    accountCreations,
    { index: 'requested', prefix: [organizationId] },
    (creation) => states.size === 0 || states.has(stateOf(creation, context.now)),
  );
  return { CreateAccountStatuses: items.map((creation) => statusShape(creation, context.now)), ...end };
}
