import type { HandshakeState } from '@aws-sdk/client-organizations';
import type { Handshake } from '../../store/tables/organization.ts';

const DAY = 24 * 3600_000;

/** How long handshakes that have come to their end are shown. */
const SHOWN_AFTER_END = 30 * DAY;

export const stateOf = ({ state, expiresAt }: Handshake, now: number): HandshakeState =>
  (state === 'OPEN' || state === 'REQUESTED') && expiresAt <= now ? 'EXPIRED' : state;

/** Whether it can still come to something. */
export function isPending(handshake: Handshake, now: number): boolean {
  const state = stateOf(handshake, now);
  return state === 'OPEN' || state === 'REQUESTED';
}

export const isShown = (handshake: Handshake, now: number): boolean =>
  isPending(handshake, now) || now < (handshake.settledAt ?? handshake.expiresAt) + SHOWN_AFTER_END;
