import type { EnableAllFeaturesResponse } from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { type Handshake, handshakes, type Organization, organizationMemberships } from '../../store/tables/organization.ts';
import { handshakeConstraintViolation } from './errors.ts';
import { handshakeShape, refuseOverRate, sendHandshake, settled } from './handshake.ts';
import { isPending } from './handshake-state.ts';
import { hasServiceLinkedRole } from './service-linked-role.ts';
import { callersOrganization } from './standing.ts';

/*
 * From consolidated billing to all features: one handshake to be finished by the management account, and under it one for each member that has
 * to agree. The first is REQUESTED until all of them have, then OPEN.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/manage-begin-all-features-standard-migration.html
 */

/** Days until the request runs out. */
const REQUEST_DAYS = 90;

/**
 * @throws HandshakeConstraintViolation  400  ORGANIZATION_ALREADY_HAS_ALL_FEATURES, ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAllFeatures.html
 */
export async function enableAllFeatures(_: object, context: OperationContext): Promise<EnableAllFeaturesResponse> {
  const { now } = context;
  return context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { organizationId, managementAccountId } = organization;
    if (organization.featureSet === 'ALL') throw handshakeConstraintViolation('ORGANIZATION_ALREADY_HAS_ALL_FEATURES');
    const sent = await writer.list(handshakes, { index: 'organization', prefix: [organizationId] });
    if (sent.some((each) => each.action === 'ENABLE_ALL_FEATURES' && isPending(each, now)))
      throw handshakeConstraintViolation('ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION');
    await refuseOverRate(writer, organization, 'ENABLE_ALL_FEATURES', context);
    for (const each of sent)
      if (each.action === 'INVITE' && isPending(each, now)) await writer.update(handshakes, settled(each, 'CANCELED', now));
    const recipient = { type: 'ORGANIZATION' as const, id: organizationId };
    const request = { action: 'ENABLE_ALL_FEATURES' as const, recipient, state: 'REQUESTED' as const, tags: [] };
    const parent = await sendHandshake(writer, organization, request, REQUEST_DAYS, context);
    for (const { accountId, joinedMethod, closure } of await writer.list(organizationMemberships, {
      index: 'organization',
      prefix: [organizationId],
    })) {
      if (accountId === managementAccountId || closure) continue;
      if (joinedMethod === 'CREATED' && (await hasServiceLinkedRole(writer, accountId))) continue;
      const action = joinedMethod === 'INVITED' ? ('APPROVE_ALL_FEATURES' as const) : ('ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE' as const);
      const approval = { action, recipient: { type: 'ACCOUNT' as const, id: accountId }, state: 'OPEN' as const, tags: [] };
      await sendHandshake(writer, organization, { ...approval, parentId: parent.handshakeId }, REQUEST_DAYS, context);
    }
    await settleAllFeatures(writer, organization, now);
    return { Handshake: await handshakeShape(writer, (await writer.get(handshakes, [parent.handshakeId])) ?? parent, now) };
  });
}

const approvalsOf = (reader: Reader, { handshakeId }: Handshake): Promise<Handshake[]> =>
  reader.list(handshakes, { index: 'parent', prefix: [handshakeId] });

/** Opens the request once every member that was asked, and is an open member still, has agreed. To be called when that may have come about. */
export async function settleAllFeatures(writer: Writer, { organizationId }: Organization, now: number): Promise<void> {
  for (const request of await writer.list(handshakes, { index: 'recipient', prefix: ['ORGANIZATION', organizationId] })) {
    if (request.state !== 'REQUESTED' || !isPending(request, now)) continue;
    let agreed = true;
    for (const approval of await approvalsOf(writer, request)) {
      if (approval.state === 'ACCEPTED') continue;
      const member = await writer.get(organizationMemberships, [approval.recipient.id]);
      if (member?.organizationId === organizationId && !member.closure) agreed = false;
      else if (isPending(approval, now)) await writer.update(handshakes, settled(approval, 'CANCELED', now));
    }
    if (agreed) await writer.update(handshakes, { ...request, state: 'OPEN' });
  }
}

/** When the request is taken back, nobody needs to answer any more. */
export async function cancelApprovals(writer: Writer, request: Handshake, now: number): Promise<void> {
  for (const approval of await approvalsOf(writer, request))
    if (isPending(approval, now)) await writer.update(handshakes, settled(approval, 'CANCELED', now));
}
