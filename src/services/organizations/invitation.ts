import type {
  HandshakeParty,
  InviteAccountToOrganizationRequest,
  InviteAccountToOrganizationResponse,
} from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { type Handshake, handshakes, type Organization, organizationMemberships } from '../../store/tables/organization.ts';
import { accountsUsed } from './account-creation.ts';
import { duplicateHandshake, handshakeConstraintViolation, invalidInput } from './errors.ts';
import { handshakeShape, refuseOverRate, sendHandshake } from './handshake.ts';
import { isPending } from './handshake-state.ts';
import { attachDefaults } from './policy-type.ts';
import { quotaOf } from './quota.ts';
import { makeServiceLinkedRole } from './service-linked-role.ts';
import { callersOrganization } from './standing.ts';
import { newTags } from './tag-rules.ts';

/** Days that an invitation can be accepted. */
export const INVITATION_DAYS = 15;

/** The model's pattern for addresses, which the target of an invitation does not have. Linear: no character can be in two of its parts. */
const EMAIL = /^[^\s@]{1,64}@[^\s@.]{1,64}(?:\.[^\s@.]{1,64})+$/;

/**
 * Whom a call invites.
 * @throws InvalidInput  400  INVALID_PARTY_TYPE_TARGET, INVALID_PATTERN, INVALID_EMAIL_ADDRESS_TARGET
 */
export function recipientOf({ Id, Type }: Valid<HandshakeParty>): Handshake['recipient'] & { readonly type: 'ACCOUNT' | 'EMAIL' } {
  if (Type === 'ORGANIZATION') throw invalidInput('INVALID_PARTY_TYPE_TARGET');
  if (Type === 'ACCOUNT' && !/^\d{12}$/.test(Id)) throw invalidInput('INVALID_PATTERN');
  if (Type === 'EMAIL' && !EMAIL.test(Id)) throw invalidInput('INVALID_EMAIL_ADDRESS_TARGET');
  return { type: Type, id: Id };
}

/** @throws DuplicateHandshake  400  the organization has invited this party to the same already */
export async function refuseDuplicate(
  reader: Reader,
  { organizationId }: Organization,
  action: Handshake['action'],
  recipient: Handshake['recipient'],
  now: number,
): Promise<void> {
  const sent = await reader.list(handshakes, { index: 'recipient', prefix: [recipient.type, foldCase(recipient.id)] });
  if (sent.some((each) => each.organizationId === organizationId && each.action === action && isPending(each, now)))
    throw duplicateHandshake();
}

/**
 * Invites an account. Whether there is one of that id or address is not told: who has it can accept.
 * @throws InvalidInput                  400  INVALID_PARTY_TYPE_TARGET, INVALID_PATTERN, INVALID_EMAIL_ADDRESS_TARGET; tags
 * @throws DuplicateHandshake            400
 * @throws HandshakeConstraintViolation  400  ALREADY_IN_AN_ORGANIZATION (invited by id), ACCOUNT_NUMBER_LIMIT_EXCEEDED, HANDSHAKE_RATE_LIMIT_EXCEEDED,
 *                                            INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteAccountToOrganization.html
 */
export async function inviteAccountToOrganization(
  input: Valid<InviteAccountToOrganizationRequest>,
  context: OperationContext,
): Promise<InviteAccountToOrganizationResponse> {
  const { now } = context;
  const recipient = recipientOf(input.Target);
  return context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const tags = newTags(context, organization, input.Tags);
    if (recipient.type === 'ACCOUNT' && (await writer.get(organizationMemberships, [recipient.id])))
      throw handshakeConstraintViolation('ALREADY_IN_AN_ORGANIZATION');
    await refuseDuplicate(writer, organization, 'INVITE', recipient, now);
    const sent = await writer.list(handshakes, { index: 'organization', prefix: [organization.organizationId] });
    if (sent.some((each) => each.action === 'ENABLE_ALL_FEATURES' && isPending(each, now)))
      throw handshakeConstraintViolation('INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES');
    await refuseOverRate(writer, organization, 'INVITE', context);
    if ((await accountsUsed(writer, organization, now)) >= quotaOf(context, organization, 'AccountsPerOrganization'))
      throw handshakeConstraintViolation('ACCOUNT_NUMBER_LIMIT_EXCEEDED');
    const about = { action: 'INVITE' as const, recipient, state: 'OPEN' as const, tags };
    const notes = input.Notes === undefined ? {} : { notes: input.Notes };
    const handshake = await sendHandshake(writer, organization, { ...about, ...notes }, INVITATION_DAYS, context);
    return { Handshake: await handshakeShape(writer, handshake, now) };
  });
}

/** Takes an invited account in, directly under the root. It gets no access role: who has it already decides who gets in. */
export async function join(writer: Writer, organization: Organization, handshake: Handshake, context: OperationContext): Promise<void> {
  const { account: accountId, now } = context;
  const { organizationId, rootId } = organization;
  const joined = { joinedMethod: 'INVITED' as const, joinedAt: now, tags: handshake.tags };
  await writer.insert(organizationMemberships, { accountId, organizationId, parentId: rootId, ...joined });
  await attachDefaults(writer, organization, accountId, now);
  await makeServiceLinkedRole(writer, accountId, context);
}
