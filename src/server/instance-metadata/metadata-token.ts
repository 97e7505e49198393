import { open, seal } from '../../authentication/sealed.ts';
import type { Installation } from '../../authorization/installation.ts';

/** Longest life of a token, in seconds. */
const MAX_TTL = 21_600;
/** Longer than any token that is issued; what exceeds it is not looked at. */
const MAX_LENGTH = 256;

/** The seconds that a request for a token names; undefined when they will not do. */
export function readTtl(header: string | undefined): number | undefined {
  const seconds = header !== undefined && /^[1-9][0-9]{0,4}$/.test(header) ? Number(header) : 0;
  return seconds >= 1 && seconds <= MAX_TTL ? seconds : undefined;
}

/** A session token (IMDSv2): sealed for one instance, and good until its time has passed. Nothing is kept of it. */
export function issueMetadataToken(instanceId: string, ttlSeconds: number, { keys, random, clock }: Installation): string {
  const expiresAt = Buffer.alloc(8);
  expiresAt.writeBigUInt64BE(BigInt(clock.now() + ttlSeconds * 1000));
  return seal(expiresAt, 'instance-metadata-token', [instanceId], keys, random).toString('base64url');
}

/** Seconds that a token still lives; undefined when it has ended, was altered, or is another instance's. */
export function tokenLife(token: string, instanceId: string, { keys, clock }: Installation): number | undefined {
  if (token.length > MAX_LENGTH) return undefined;
  const sealed = Buffer.from(token, 'base64url');
  // Node reads base64 loosely; a token has one spelling.
  if (sealed.toString('base64url') !== token) return undefined;
  const opened = open(sealed, 'instance-metadata-token', [instanceId], keys);
  if (opened?.length !== 8) return undefined;
  const left = Number(opened.readBigUInt64BE()) - clock.now();
  return left > 0 ? Math.ceil(left / 1000) : undefined;
}
