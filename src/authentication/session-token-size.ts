import { deflateRawSync } from 'node:zlib';
import { ServiceError } from '../core/service-error.ts';
import type { Session } from './session-token.ts';

/** Bytes that session policies, tags and context may take together. AWS does not publish its figure (unverified). */
const BUDGET_BYTES = 4096;

const bytes = (text: string | undefined): number => (text === undefined ? 0 : Buffer.byteLength(text, 'utf8') + 1);
const allBytes = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + bytes(text), 0);

/**
 * `PackedPolicySize`: per cent of the space for session policies, tags and context that a session takes, rounded up. The inline policy counts
 * compressed, everything else as it stands, each part by itself: so one more part never makes the figure smaller.
 * @throws PackedPolicyTooLargeException  400  more than 100
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
 */
export function packedPolicySize(
  session: Pick<Session, 'policies' | 'tags' | 'transitiveTagKeys' | 'sourceIdentity' | 'federatedProvider' | 'context'>,
): number {
  const { inline, managedArns } = session.policies;
  const inlineBytes = bytes(inline);
  let size = inline === undefined ? 0 : Math.min(inlineBytes, deflateRawSync(Buffer.from(inline, 'utf8'), { level: 9 }).length);
  size += allBytes(managedArns) + allBytes(session.transitiveTagKeys) + bytes(session.sourceIdentity) + bytes(session.federatedProvider);
  for (const { Key, Value } of session.tags) size += bytes(Key) + bytes(Value);
  for (const [key, value] of Object.entries(session.context))
    size += bytes(key) + (typeof value === 'string' ? bytes(value) : allBytes(value));
  const percent = Math.ceil((size * 100) / BUDGET_BYTES);
  if (percent > 100) {
    throw new ServiceError(
      'PackedPolicyTooLargeException',
      `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
    );
  }
  return percent;
}
