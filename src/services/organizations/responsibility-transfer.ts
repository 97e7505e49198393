import type {
  DescribeResponsibilityTransferRequest,
  DescribeResponsibilityTransferResponse,
  InviteOrganizationToTransferResponsibilityRequest,
  InviteOrganizationToTransferResponsibilityResponse,
  ListInboundResponsibilityTransfersRequest,
  ListInboundResponsibilityTransfersResponse,
  ListOutboundResponsibilityTransfersRequest,
  ListOutboundResponsibilityTransfersResponse,
  ResponsibilityTransferStatus,
  TerminateResponsibilityTransferRequest,
  TerminateResponsibilityTransferResponse,
  TransferParticipant,
  ResponsibilityTransfer as TransferShape,
  UpdateResponsibilityTransferRequest,
  UpdateResponsibilityTransferResponse,
} from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import { lowerAlphanumeric } from '../../core/id.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import {
  type Handshake,
  handshakes,
  type Organization,
  type ResponsibilityTransfer,
  responsibilityTransfers,
} from '../../store/tables/organization.ts';
import { type TransferDirection, transferArn } from './arn.ts';
import type { Known } from './condition-keys.ts';
import {
  handshakeConstraintViolation,
  invalidInput,
  invalidTransferTransition,
  notInUse,
  transferAlreadyInStatus,
  transferNotFound,
} from './errors.ts';
import { handshakeShape, receivedBy, refuseOverRate, sendHandshake, wrongParty } from './handshake.ts';
import { isShown, stateOf } from './handshake-state.ts';
import { INVITATION_DAYS, recipientOf, refuseDuplicate } from './invitation.ts';
import { takePageOf } from './page.ts';
import { callersOrganization, findOrganization } from './standing.ts';
import { newTags } from './tag-rules.ts';

/*
 * An organization (the target) that manages a responsibility of another one (the source): billing, so far. What it means for bills is not
 * Sagegate's; here are the arrangements themselves.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_responsibility_transfers.html
 */

/** A transfer's status is that of its invitation until it is withdrawn. */
export async function statusOf(reader: Reader, transfer: ResponsibilityTransfer, now: number): Promise<ResponsibilityTransferStatus> {
  if (transfer.endsAt !== undefined) return 'WITHDRAWN';
  const handshake = await reader.get(handshakes, [transfer.handshakeId]);
  if (!handshake) throw new Error(`${transfer.transferId} has no handshake`);
  const state = stateOf(handshake, now);
  return state === 'OPEN' ? 'REQUESTED' : state;
}

/** Seen from an organization; undefined when it is party on neither side. Before it is accepted, the source is whoever was invited. */
export async function directionFor(
  reader: Reader,
  transfer: ResponsibilityTransfer,
  { organizationId, managementAccountId }: Organization,
): Promise<TransferDirection | undefined> {
  if (transfer.target.organizationId === organizationId) return 'INBOUND';
  if (transfer.source) return transfer.source.organizationId === organizationId ? 'OUTBOUND' : undefined;
  const received = await receivedBy(reader, managementAccountId);
  return received.some(({ handshakeId }) => handshakeId === transfer.handshakeId) ? 'OUTBOUND' : undefined;
}

/** @throws ResponsibilityTransferNotFound  400  none, or one between others */
async function partysTransfer(
  reader: Reader,
  organization: Organization,
  id: string,
): Promise<{ transfer: ResponsibilityTransfer; direction: TransferDirection }> {
  const transfer = await reader.get(responsibilityTransfers, [id]);
  const direction = transfer && (await directionFor(reader, transfer, organization));
  if (!transfer || !direction) throw transferNotFound();
  return { transfer, direction };
}

async function participant(reader: Reader, accountId: string): Promise<TransferParticipant> {
  return { ManagementAccountId: accountId, ManagementAccountEmail: (await reader.get(accounts, [accountId]))?.email };
}

async function shapeOf(
  reader: Reader,
  transfer: ResponsibilityTransfer,
  direction: TransferDirection,
  organization: Organization,
  now: number,
): Promise<TransferShape> {
  const handshake = await reader.get(handshakes, [transfer.handshakeId]);
  const invited = handshake?.recipient;
  const source: TransferParticipant = transfer.source
    ? await participant(reader, transfer.source.accountId)
    : invited?.type === 'ACCOUNT'
      ? { ManagementAccountId: invited.id }
      : { ManagementAccountEmail: invited?.id };
  const status = await statusOf(reader, transfer, now);
  return {
    Arn: transferArn(organization, direction, transfer.transferId),
    Name: transfer.name,
    Id: transfer.transferId,
    Type: 'BILLING',
    Status: status,
    Source: source,
    Target: await participant(reader, transfer.target.accountId),
    StartTimestamp: new Date(transfer.startsAt),
    ...(transfer.endsAt === undefined ? {} : { EndTimestamp: new Date(transfer.endsAt) }),
    ...(status === 'REQUESTED' ? { ActiveHandshakeId: transfer.handshakeId } : {}),
  };
}

/** How far ahead a transfer may start (unverified). */
const FARTHEST_START = 366 * 24 * 3600_000;

/** @throws InvalidInput  400  START_DATE_… */
function startOf(start: Date, now: number): number {
  const at = start.getTime();
  if (at % (24 * 3600_000) !== 0) throw invalidInput('START_DATE_NOT_BEGINNING_OF_DAY');
  if (start.getUTCDate() !== 1) throw invalidInput('START_DATE_NOT_BEGINNING_OF_MONTH');
  if (at <= now) throw invalidInput('START_DATE_TOO_EARLY');
  if (at > now + FARTHEST_START) throw invalidInput('START_DATE_TOO_LATE');
  return at;
}

/**
 * Invites the management account of another organization to hand its billing over to the caller's.
 * @throws InvalidInput                  400  INVALID_PARTY_TYPE_TARGET, INVALID_PATTERN, INVALID_EMAIL_ADDRESS_TARGET, START_DATE_…; tags
 * @throws DuplicateHandshake            400
 * @throws HandshakeConstraintViolation  400  SOURCE_AND_TARGET_CANNOT_MATCH
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteOrganizationToTransferResponsibility.html
 */
export async function inviteOrganizationToTransferResponsibility(
  input: Valid<InviteOrganizationToTransferResponsibilityRequest>,
  context: OperationContext<Known>,
): Promise<InviteOrganizationToTransferResponsibilityResponse> {
  const { now, account, installation } = context;
  const recipient = recipientOf(input.Target);
  const startsAt = startOf(input.StartTimestamp, now);
  return installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const tags = newTags(context, organization, input.Tags);
    if (recipient.id === account) throw handshakeConstraintViolation('SOURCE_AND_TARGET_CANNOT_MATCH');
    await refuseDuplicate(writer, organization, 'TRANSFER_RESPONSIBILITY', recipient, now);
    await refuseOverRate(writer, organization, 'TRANSFER_RESPONSIBILITY', context);
    const transferId = `rt-${lowerAlphanumeric(10, installation.random)}`;
    const about = { action: 'TRANSFER_RESPONSIBILITY' as const, recipient, state: 'OPEN' as const, tags: [], transferId };
    const notes = input.Notes === undefined ? {} : { notes: input.Notes };
    const handshake = await sendHandshake(writer, organization, { ...about, ...notes }, INVITATION_DAYS, context);
    await writer.insert(responsibilityTransfers, {
      transferId,
      name: input.SourceName,
      target: { organizationId: organization.organizationId, accountId: account },
      handshakeId: handshake.handshakeId,
      startsAt,
      createdAt: now,
      tags,
    });
    return { Handshake: await handshakeShape(writer, handshake, now) };
  });
}

/** What accepting the invitation does: the caller's organization becomes the source. */
export async function acceptTransfer(writer: Writer, handshake: Handshake, context: OperationContext): Promise<ServiceError | undefined> {
  const organization = await findOrganization(writer, context.account);
  if (!organization) throw notInUse();
  const { organizationId, managementAccountId } = organization;
  if (managementAccountId !== context.account) throw wrongParty();
  const transfer = await writer.get(responsibilityTransfers, [handshake.transferId ?? '']);
  if (!transfer) throw transferNotFound();
  if (transfer.target.organizationId === organizationId) throw handshakeConstraintViolation('SOURCE_AND_TARGET_CANNOT_MATCH');
  for (const other of await writer.list(responsibilityTransfers, { index: 'source', prefix: [organizationId] }))
    if ((await statusOf(writer, other, context.now)) === 'ACCEPTED')
      throw handshakeConstraintViolation('RESPONSIBILITY_TRANSFER_ALREADY_EXISTS');
  await writer.update(responsibilityTransfers, { ...transfer, source: { organizationId, accountId: managementAccountId } });
  return undefined;
}

/**
 * @throws ResponsibilityTransferNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeResponsibilityTransfer.html
 */
export async function describeResponsibilityTransfer(
  { Id }: Valid<DescribeResponsibilityTransferRequest>,
  context: OperationContext<Known>,
): Promise<DescribeResponsibilityTransferResponse> {
  const { reader, now } = context;
  const organization = await callersOrganization(reader, context);
  const { transfer, direction } = await partysTransfer(reader, organization, Id);
  return { ResponsibilityTransfer: await shapeOf(reader, transfer, direction, organization, now) };
}

/**
 * Renames a transfer: the business of the organization that gave the name.
 * @throws ResponsibilityTransferNotFound  400
 * @throws InvalidInput                    400  UNSUPPORTED_ACTION_IN_RESPONSIBILITY_TRANSFER  asked by the other side (unverified)
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateResponsibilityTransfer.html
 */
export async function updateResponsibilityTransfer(
  { Id, Name }: Valid<UpdateResponsibilityTransferRequest>,
  context: OperationContext<Known>,
): Promise<UpdateResponsibilityTransferResponse> {
  return context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { transfer, direction } = await partysTransfer(writer, organization, Id);
    if (direction === 'OUTBOUND') throw invalidInput('UNSUPPORTED_ACTION_IN_RESPONSIBILITY_TRANSFER');
    const renamed = { ...transfer, name: Name };
    await writer.update(responsibilityTransfers, renamed);
    return { ResponsibilityTransfer: await shapeOf(writer, renamed, direction, organization, context.now) };
  });
}

/** 23:59:59.999 of the last day of the month that an instant is in. */
const endOfMonth = (at: Date): number => Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1) - 1;

/**
 * Ends a transfer at the end of a month, the present one if none is given (unverified). Either side may.
 * @throws ResponsibilityTransferNotFound, ResponsibilityTransferAlreadyInStatus, InvalidResponsibilityTransferTransition  400
 * @throws InvalidInput  400  END_DATE_NOT_END_OF_MONTH, END_DATE_TOO_EARLY
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_TerminateResponsibilityTransfer.html
 */
export async function terminateResponsibilityTransfer(
  { Id, EndTimestamp }: Valid<TerminateResponsibilityTransferRequest>,
  context: OperationContext<Known>,
): Promise<TerminateResponsibilityTransferResponse> {
  const { now } = context;
  return context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { transfer, direction } = await partysTransfer(writer, organization, Id);
    const status = await statusOf(writer, transfer, now);
    if (status === 'WITHDRAWN') throw transferAlreadyInStatus();
    if (status !== 'ACCEPTED') throw invalidTransferTransition();
    const endsAt = EndTimestamp?.getTime() ?? endOfMonth(new Date(now));
    if (EndTimestamp && endsAt !== endOfMonth(EndTimestamp)) throw invalidInput('END_DATE_NOT_END_OF_MONTH');
    if (endsAt < now) throw invalidInput('END_DATE_TOO_EARLY');
    const withdrawn = { ...transfer, endsAt };
    await writer.update(responsibilityTransfers, withdrawn);
    return { ResponsibilityTransfer: await shapeOf(writer, withdrawn, direction, organization, now) };
  });
}

async function page(
  input: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
  context: OperationContext<Known>,
  name: readonly [string, ...(string | undefined)[]],
  direction: TransferDirection,
  organization: Organization,
  transfers: readonly ResponsibilityTransfer[],
): Promise<ListOutboundResponsibilityTransfersResponse> {
  const { items, end } = await takePageOf(context, name, input, transfers, ({ transferId }) => transferId);
  const shapes = items.map((transfer) => shapeOf(context.reader, transfer, direction, organization, context.now));
  return { ResponsibilityTransfers: await Promise.all(shapes), ...end };
}

/**
 * What the caller's organization manages for others, or has asked for.
 * @throws ResponsibilityTransferNotFound  400  of the Id given
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListInboundResponsibilityTransfers.html
 */
export async function listInboundResponsibilityTransfers(
  input: Valid<ListInboundResponsibilityTransfersRequest>,
  context: OperationContext<Known>,
): Promise<ListInboundResponsibilityTransfersResponse> {
  const organization = await callersOrganization(context.reader, context);
  const all = await context.reader.list(responsibilityTransfers, { index: 'target', prefix: [organization.organizationId] });
  const chosen = input.Id === undefined ? all : all.filter(({ transferId }) => transferId === input.Id);
  if (input.Id !== undefined && chosen.length === 0) throw transferNotFound();
  return page(input, context, ['ListInboundResponsibilityTransfers', input.Id], 'INBOUND', organization, chosen);
}

/**
 * What others manage for the caller's organization, or have asked it for.
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOutboundResponsibilityTransfers.html
 */
export async function listOutboundResponsibilityTransfers(
  input: Valid<ListOutboundResponsibilityTransfersRequest>,
  context: OperationContext<Known>,
): Promise<ListOutboundResponsibilityTransfersResponse> {
  const { reader, account, now } = context;
  const organization = await callersOrganization(reader, context);
  const found = await reader.list(responsibilityTransfers, { index: 'source', prefix: [organization.organizationId] });
  for (const handshake of await receivedBy(reader, account)) {
    if (handshake.transferId === undefined || handshake.state === 'ACCEPTED' || !isShown(handshake, now)) continue;
    const transfer = await reader.get(responsibilityTransfers, [handshake.transferId]);
    if (transfer) found.push(transfer);
  }
  return page(input, context, ['ListOutboundResponsibilityTransfers'], 'OUTBOUND', organization, found);
}
