import type {
  AcceptHandshakeRequest,
  AcceptHandshakeResponse,
  CancelHandshakeRequest,
  CancelHandshakeResponse,
  DeclineHandshakeRequest,
  DeclineHandshakeResponse,
} from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Writer } from '../../store/store.ts';
import {
  type Handshake,
  type HandshakeAction,
  handshakes,
  organizationMemberships,
  organizations,
} from '../../store/tables/organization.ts';
import { cancelApprovals, settleAllFeatures } from './all-features.ts';
import { handshakeConstraintViolation, handshakeNotFound, invalidHandshakeTransition, notInUse } from './errors.ts';
import { handshakeOnItsWay, handshakeShape, isRecipient, settled, wrongParty } from './handshake.ts';
import { join } from './invitation.ts';
import { acceptTransfer } from './responsibility-transfer.ts';
import { makeServiceLinkedRole } from './service-linked-role.ts';

/** What follows from accepting, by kind. May refuse; a refusal that is returned rather than thrown leaves the handshake accepted. */
type Consequence = (writer: Writer, handshake: Handshake, context: OperationContext) => Promise<ServiceError | undefined>;

const CONSEQUENCES: Readonly<Record<HandshakeAction, Consequence>> = {
  async INVITE(writer, handshake, context) {
    const organization = await writer.get(organizations, [handshake.organizationId]);
    if (!organization) throw handshakeNotFound();
    // As recorded: it fails, and the handshake is accepted all the same.
    if (await writer.get(organizationMemberships, [context.account])) return handshakeConstraintViolation('ALREADY_IN_AN_ORGANIZATION');
    await join(writer, organization, handshake, context);
    return undefined;
  },

  async APPROVE_ALL_FEATURES(writer, handshake, context) {
    const organization = await writer.get(organizations, [handshake.organizationId]);
    if (!organization) throw handshakeNotFound();
    await settleAllFeatures(writer, organization, context.now);
    return undefined;
  },

  async ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE(writer, handshake, context) {
    await makeServiceLinkedRole(writer, context.account, context);
    return CONSEQUENCES.APPROVE_ALL_FEATURES(writer, handshake, context);
  },

  async ENABLE_ALL_FEATURES(writer, handshake) {
    const organization = await writer.get(organizations, [handshake.organizationId]);
    if (!organization) throw notInUse();
    await writer.update(organizations, { ...organization, featureSet: 'ALL' });
    return undefined;
  },

  TRANSFER_RESPONSIBILITY: acceptTransfer,
};

/**
 * Accepts what a handshake asks for: its recipient's business; ENABLE_ALL_FEATURES only once it is OPEN.
 * @throws HandshakeNotFound, HandshakeAlreadyInState, InvalidHandshakeTransition, AccessDenied  400
 * @throws HandshakeConstraintViolation  400  ALREADY_IN_AN_ORGANIZATION, RESPONSIBILITY_TRANSFER_ALREADY_EXISTS, SOURCE_AND_TARGET_CANNOT_MATCH
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_AcceptHandshake.html
 */
export async function acceptHandshake(
  { HandshakeId }: Valid<AcceptHandshakeRequest>,
  context: OperationContext<Handshake>,
): Promise<AcceptHandshakeResponse> {
  const { now } = context;
  const outcome = await context.installation.store.write(async (writer) => {
    const handshake = await handshakeOnItsWay(writer, HandshakeId, 'ACCEPTED', now);
    if (!(await isRecipient(writer, handshake, context.account))) throw wrongParty();
    if (handshake.state === 'REQUESTED') throw invalidHandshakeTransition();
    const accepted = settled(handshake, 'ACCEPTED', now);
    await writer.update(handshakes, accepted);
    const refusal = await CONSEQUENCES[handshake.action](writer, accepted, context);
    return { refusal, shape: await handshakeShape(writer, accepted, now) };
  });
  if (outcome.refusal) throw outcome.refusal;
  return { Handshake: outcome.shape };
}

/**
 * Declines an invitation: its recipient's business.
 * @throws HandshakeNotFound, HandshakeAlreadyInState, InvalidHandshakeTransition, AccessDenied  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeclineHandshake.html
 */
export async function declineHandshake(
  { HandshakeId }: Valid<DeclineHandshakeRequest>,
  context: OperationContext,
): Promise<DeclineHandshakeResponse> {
  const { now } = context;
  return context.installation.store.write(async (writer) => {
    const handshake = await handshakeOnItsWay(writer, HandshakeId, 'DECLINED', now);
    if (!(await isRecipient(writer, handshake, context.account))) throw wrongParty();
    const declined = settled(handshake, 'DECLINED', now);
    await writer.update(handshakes, declined);
    return { Handshake: await handshakeShape(writer, declined, now) };
  });
}

/**
 * Takes an invitation back: its sender's business.
 * @throws HandshakeNotFound, HandshakeAlreadyInState, InvalidHandshakeTransition, AccessDenied  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CancelHandshake.html
 */
export async function cancelHandshake(
  { HandshakeId }: Valid<CancelHandshakeRequest>,
  context: OperationContext,
): Promise<CancelHandshakeResponse> {
  const { now } = context;
  return context.installation.store.write(async (writer) => {
    const handshake = await handshakeOnItsWay(writer, HandshakeId, 'CANCELED', now);
    if (handshake.managementAccountId !== context.account) throw wrongParty();
    const canceled = settled(handshake, 'CANCELED', now);
    await writer.update(handshakes, canceled);
    if (handshake.action === 'ENABLE_ALL_FEATURES') await cancelApprovals(writer, handshake, now);
    return { Handshake: await handshakeShape(writer, canceled, now) };
  });
}
