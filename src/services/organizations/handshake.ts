import type {
  DescribeHandshakeRequest,
  DescribeHandshakeResponse,
  HandshakeFilter,
  HandshakeParty,
  HandshakeResource,
  Handshake as HandshakeShape,
  HandshakeState,
  ListHandshakesForAccountRequest,
  ListHandshakesForAccountResponse,
  ListHandshakesForOrganizationRequest,
  ListHandshakesForOrganizationResponse,
} from '@aws-sdk/client-organizations';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { lowerAlphanumeric } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import { type Handshake, handshakes, type Organization, responsibilityTransfers } from '../../store/tables/organization.ts';
import { handshakeArn } from './arn.ts';
import {
  handshakeAlreadyInState,
  handshakeConstraintViolation,
  handshakeNotFound,
  invalidHandshakeTransition,
  invalidInput,
  NO_PERMISSION,
} from './errors.ts';
import { isPending, isShown, stateOf } from './handshake-state.ts';
import { takePageOf } from './page.ts';
import { quotaOf } from './quota.ts';
import { callersOrganization, findOrganization } from './standing.ts';

/** Whether a handshake was sent to an account, by its id or by its root user's address. */
export async function isRecipient(reader: Reader, { recipient, managementAccountId }: Handshake, account: string): Promise<boolean> {
  if (recipient.type === 'ORGANIZATION') return account === managementAccountId;
  if (recipient.type === 'ACCOUNT') return recipient.id === account;
  const row = await reader.get(accounts, [account]);
  return row !== undefined && foldCase(row.email) === foldCase(recipient.id);
}

/** What is told of a handshake. The organization's id stands among the parties without its `o-`, as recorded. */
export async function handshakeShape(reader: Reader, handshake: Handshake, now: number): Promise<HandshakeShape> {
  const { recipient, organizationId } = handshake;
  const organization: HandshakeParty = { Id: organizationId.slice('o-'.length), Type: 'ORGANIZATION' };
  return {
    Id: handshake.handshakeId,
    Arn: handshakeArn(handshake),
    Parties: recipient.type === 'ORGANIZATION' ? [organization] : [organization, { Id: recipient.id, Type: recipient.type }],
    State: stateOf(handshake, now),
    RequestedTimestamp: new Date(handshake.requestedAt),
    ExpirationTimestamp: new Date(handshake.expiresAt),
    Action: handshake.action,
    Resources: await resourcesOf(reader, handshake),
  };
}

async function resourcesOf(reader: Reader, handshake: Handshake): Promise<HandshakeResource[]> {
  const { sender, recipient, notes, parentId, transferId } = handshake;
  const transfer = transferId === undefined ? undefined : await reader.get(responsibilityTransfers, [transferId]);
  // (unverified) how the resources of a transfer are arranged.
  const about: HandshakeResource[] = transfer
    ? [
        { Type: 'RESPONSIBILITY_TRANSFER', Value: transfer.transferId },
        { Type: 'TRANSFER_TYPE', Value: 'BILLING' },
        { Type: 'TRANSFER_START_TIMESTAMP', Value: new Date(transfer.startsAt).toISOString() },
        {
          Type: 'MANAGEMENT_ACCOUNT',
          Value: handshake.managementAccountId,
          Resources: [
            { Type: 'MANAGEMENT_EMAIL', Value: sender.email },
            { Type: 'MANAGEMENT_NAME', Value: sender.name },
          ],
        },
      ]
    : [
        {
          Type: 'ORGANIZATION',
          Value: handshake.organizationId,
          Resources: [
            { Type: 'MASTER_EMAIL', Value: sender.email },
            { Type: 'MASTER_NAME', Value: sender.name },
            { Type: 'ORGANIZATION_FEATURE_SET', Value: sender.featureSet },
          ],
        },
      ];
  return [
    ...about,
    ...(recipient.type === 'ORGANIZATION' ? [] : [{ Type: recipient.type, Value: recipient.id }]),
    ...(notes === undefined ? [] : [{ Type: 'NOTES' as const, Value: notes }]),
    ...(parentId === undefined ? [] : [{ Type: 'PARENT_HANDSHAKE' as const, Value: parentId }]),
  ];
}

const DAY = 24 * 3600_000;

/**
 * @throws HandshakeConstraintViolation  400  HANDSHAKE_RATE_LIMIT_EXCEEDED  too many of a kind in one day
 */
export async function refuseOverRate(
  reader: Reader,
  organization: Organization,
  action: Handshake['action'],
  scope: Pick<Scope, 'now' | 'installation'>,
): Promise<void> {
  const sent = await reader.list(handshakes, { index: 'organization', prefix: [organization.organizationId] });
  const today = sent.filter((each) => each.action === action && each.requestedAt > scope.now - DAY).length;
  const allowed = Math.max(quotaOf(scope, organization, 'InvitationsPerDay'), quotaOf(scope, organization, 'AccountsPerOrganization'));
  if (today >= allowed) throw handshakeConstraintViolation('HANDSHAKE_RATE_LIMIT_EXCEEDED');
}

const SWEPT = 20;

/** Takes away old handshakes, of whichever organization, that nobody is shown any more, and the transfers that nothing came of. */
async function sweep(writer: Writer, now: number): Promise<void> {
  for (const old of await writer.list(handshakes, { index: 'ended', prefix: [], limit: SWEPT })) {
    if (isShown(old, now)) return;
    await writer.delete(handshakes, [old.handshakeId]);
    if (old.transferId !== undefined) await writer.delete(responsibilityTransfers, [old.transferId]);
  }
}

/** Writes a new handshake of an organization. */
export async function sendHandshake(
  writer: Writer,
  organization: Organization,
  about: Pick<Handshake, 'action' | 'recipient' | 'state' | 'notes' | 'tags' | 'parentId' | 'transferId'>,
  daysOpen: number,
  { now, installation }: Pick<Scope, 'now' | 'installation'>,
): Promise<Handshake> {
  const { organizationId, managementAccountId, featureSet } = organization;
  await sweep(writer, now);
  const management = await writer.get(accounts, [managementAccountId]);
  const handshake: Handshake = {
    handshakeId: `h-${lowerAlphanumeric(10, installation.random)}`,
    organizationId,
    managementAccountId,
    requestedAt: now,
    expiresAt: now + daysOpen * DAY,
    sender: { email: management?.email ?? '', name: management?.name ?? '', featureSet },
    ...about,
  };
  await writer.insert(handshakes, handshake);
  return handshake;
}

/**
 * The handshake that was authorised, on its way to another state.
 * @throws HandshakeNotFound, HandshakeAlreadyInState, InvalidHandshakeTransition  400
 */
export async function handshakeOnItsWay(reader: Reader, id: string, to: HandshakeState, now: number): Promise<Handshake> {
  const handshake = await reader.get(handshakes, [id]);
  if (!handshake || !isShown(handshake, now)) throw handshakeNotFound();
  if (stateOf(handshake, now) === to) throw handshakeAlreadyInState();
  if (!isPending(handshake, now)) throw invalidHandshakeTransition();
  return handshake;
}

export const settled = (handshake: Handshake, state: 'ACCEPTED' | 'DECLINED' | 'CANCELED', settledAt: number): Handshake => ({
  ...handshake,
  state,
  settledAt,
});

/** A party, but not the one whose move it is. */
export const wrongParty = (): ServiceError => new ServiceError('AccessDenied', NO_PERMISSION);

/**
 * @throws HandshakeNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeHandshake.html
 */
export async function describeHandshake(
  { HandshakeId }: Valid<DescribeHandshakeRequest>,
  { reader, now }: OperationContext,
): Promise<DescribeHandshakeResponse> {
  const handshake = await reader.get(handshakes, [HandshakeId]);
  if (!handshake || !isShown(handshake, now)) throw handshakeNotFound();
  return { Handshake: await handshakeShape(reader, handshake, now) };
}

/** @throws InvalidInput  400  MAX_LIMIT_EXCEEDED_FILTER */
function chosenBy(filter: HandshakeFilter | undefined): (handshake: Handshake) => boolean {
  const { ActionType, ParentHandshakeId } = filter ?? {};
  if (ActionType !== undefined && ParentHandshakeId !== undefined) throw invalidInput('MAX_LIMIT_EXCEEDED_FILTER');
  return ({ action, parentId }) =>
    (ActionType === undefined || action === ActionType) && (ParentHandshakeId === undefined || parentId === ParentHandshakeId);
}

async function list(
  context: OperationContext,
  operation: string,
  input: Valid<ListHandshakesForAccountRequest>,
  found: readonly Handshake[],
): Promise<{ Handshakes: HandshakeShape[]; NextToken?: string }> {
  const { now, reader } = context;
  const chosen = chosenBy(input.Filter);
  const shown = found.filter((handshake) => isShown(handshake, now) && chosen(handshake));
  const name = [operation, input.Filter?.ActionType, input.Filter?.ParentHandshakeId] as const;
  const { items, end } = await takePageOf(context, name, input, shown, ({ handshakeId }) => handshakeId);
  return { Handshakes: await Promise.all(items.map((handshake) => handshakeShape(reader, handshake, now))), ...end };
}

/** The handshakes that an account has been sent, by its id or its address. */
export async function receivedBy(reader: Reader, account: string): Promise<Handshake[]> {
  const row = await reader.get(accounts, [account]);
  const byId = await reader.list(handshakes, { index: 'recipient', prefix: ['ACCOUNT', account] });
  const byEmail = row ? await reader.list(handshakes, { index: 'recipient', prefix: ['EMAIL', foldCase(row.email)] }) : [];
  return [...byId, ...byEmail];
}

/**
 * What the caller's account has received; a management account also what it has to finish itself.
 * @throws InvalidInput  400  MAX_LIMIT_EXCEEDED_FILTER
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForAccount.html
 */
export async function listHandshakesForAccount(
  input: Valid<ListHandshakesForAccountRequest>,
  context: OperationContext,
): Promise<ListHandshakesForAccountResponse> {
  const { reader, account } = context;
  const organization = await findOrganization(reader, account);
  const own =
    organization?.managementAccountId === account
      ? await reader.list(handshakes, { index: 'recipient', prefix: ['ORGANIZATION', organization.organizationId] })
      : [];
  return list(context, 'ListHandshakesForAccount', input, [...(await receivedBy(reader, account)), ...own]);
}

/**
 * What the organization has sent.
 * @throws InvalidInput  400  MAX_LIMIT_EXCEEDED_FILTER
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForOrganization.html
 */
export async function listHandshakesForOrganization(
  input: Valid<ListHandshakesForOrganizationRequest>,
  context: OperationContext,
): Promise<ListHandshakesForOrganizationResponse> {
  const { organizationId } = await callersOrganization(context.reader, context);
  const sent = await context.reader.list(handshakes, { index: 'organization', prefix: [organizationId] });
  return list(context, 'ListHandshakesForOrganization', input, sent);
}
