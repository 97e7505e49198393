import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Random } from '../core/id.ts';
import type { Tag } from '../core/tag.ts';
import type { KeyRing } from './master-key.ts';
import { open, SEALING_OVERHEAD, seal } from './sealed.ts';

/** How a session came about; it limits what the session may call (`GetSessionToken` without MFA: no IAM). `ConsoleLogin`: by a password. */
export type SessionKind =
  | 'AssumeRole'
  | 'AssumeRoleWithSAML'
  | 'AssumeRoleWithWebIdentity'
  | 'AssumeRoot'
  | 'ConsoleLogin'
  | 'GetFederationToken'
  | 'GetSessionToken';

/** Whose session it is. */
export interface SessionPrincipal {
  readonly kind: 'user' | 'role' | 'federated-user' | 'root';
  readonly account: string;
  /**
   * The unique id the session is bound to, so that a recreated namesake does not inherit it: AIDA… of the user, AROA… of the role, for a
   * federated user that of the user who called GetFederationToken; the account id where that is root.
   */
  readonly uniqueId: string;
  /** Path and name of that user or role at the time of issue; empty for root. */
  readonly path: string;
  readonly name: string;
  /** The role session's or the federated user's name; absent for users and root. */
  readonly sessionName?: string | undefined;
}

/** Session policies, frozen at issue. Several count as one group. */
export interface SessionPolicies {
  /** The document as passed. */
  readonly inline?: string | undefined;
  readonly managedArns: readonly string[];
}

/** A session, whole: the token is its only record. Times are milliseconds since the epoch. */
export interface Session {
  readonly kind: SessionKind;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly principal: SessionPrincipal;
  /** `aws:TokenIssueTime`. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** When a second factor was proved; absent without one. `aws:MultiFactorAuthAge` counts from here. */
  readonly mfaAt?: number | undefined;
  /** Whether temporary credentials asked for it: role chaining, at most an hour. */
  readonly chained: boolean;
  readonly policies: SessionPolicies;
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string | undefined;
  /** `aws:FederatedProvider`. */
  readonly federatedProvider?: string | undefined;
  /** The sign-in it hangs on: when that ends, so do the session and all that were made with it. Sessions of a directory's people have one. */
  readonly signInId?: string | undefined;
  /** Further condition keys of the session, by name: `saml:sub`, `accounts.google.com:aud`. Null prototype when read from a token. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** Longest token in characters; longer texts are not looked at. Well under what the listener takes as headers. */
export const MAX_SESSION_TOKEN_LENGTH = 12_288;
/** Most bytes that a token may unfold to. */
const MAX_PAYLOAD_BYTES = 65_536;

/** First byte of the payload: its version and whether the rest is compressed. */
const PLAIN = 1;
const DEFLATED = 2;

/**
 * What stands in a token after the secret, as a tuple: names would be half of it. INVARIANT: a place keeps its meaning as long as tokens of
 * that version live (36 hours).
 */
type Payload = [
  kind: SessionKind,
  principal: [SessionPrincipal['kind'], string, string, string, string, string | null],
  issuedAt: number,
  expiresAt: number,
  mfaAt: number | null,
  chained: 0 | 1,
  inlinePolicy: string | null,
  managedPolicyArns: readonly string[],
  tags: readonly (readonly [string, string])[],
  transitiveTagKeys: readonly string[],
  sourceIdentity: string | null,
  federatedProvider: string | null,
  context: readonly (readonly [string, string | readonly string[]])[],
  /** Absent in tokens of before there were sign-ins. */
  signInId?: string | null,
];

function encode(session: Session): Buffer {
  const { principal, policies } = session;
  const payload: Payload = [
    session.kind,
    [principal.kind, principal.account, principal.uniqueId, principal.path, principal.name, principal.sessionName ?? null],
    session.issuedAt,
    session.expiresAt,
    session.mfaAt ?? null,
    session.chained ? 1 : 0,
    policies.inline ?? null,
    policies.managedArns,
    session.tags.map(({ Key, Value }) => [Key, Value] as const),
    session.transitiveTagKeys,
    session.sourceIdentity ?? null,
    session.federatedProvider ?? null,
    Object.entries(session.context),
    session.signInId ?? null,
  ];
  const json = Buffer.from(JSON.stringify(payload), 'utf8');
  if (json.length > MAX_PAYLOAD_BYTES) throw new RangeError('The session is larger than a token may unfold to.');
  const deflated = deflateRawSync(json, { level: 9 });
  const secret = Buffer.from(session.secretAccessKey, 'utf8');
  const rest = deflated.length < json.length ? deflated : json;
  // The secret stays outside the compressed part: a token's length must not depend on what a caller's tags have in common with it.
  if (secret.length > 255) throw new RangeError('A secret access key has 40 characters.');
  return Buffer.concat([Buffer.from([rest === deflated ? DEFLATED : PLAIN, secret.length]), secret, rest]);
}

/** Reads what `encode` wrote and GCM has vouched for; so a shape that does not fit is an older version's, not an attacker's. */
function decode(bytes: Buffer, accessKeyId: string): Session | undefined {
  const [version, secretLength] = bytes;
  if ((version !== PLAIN && version !== DEFLATED) || secretLength === undefined) return undefined;
  const secretAccessKey = bytes.subarray(2, 2 + secretLength).toString('utf8');
  const rest = bytes.subarray(2 + secretLength);
  const json = version === DEFLATED ? inflateRawSync(rest, { maxOutputLength: MAX_PAYLOAD_BYTES }) : rest;
  const payload = JSON.parse(json.toString('utf8')) as Payload;
  const [kind, [principalKind, account, uniqueId, path, name, sessionName], issuedAt, expiresAt, mfaAt, chained] = payload;
  const [, , , , , , inline, managedArns, tags, transitiveTagKeys, sourceIdentity, federatedProvider, entries, signInId] = payload;
  const context: Record<string, string | readonly string[]> = Object.create(null);
  for (const [key, value] of entries) context[key] = value;
  return {
    kind,
    accessKeyId,
    secretAccessKey,
    principal: { kind: principalKind, account, uniqueId, path, name, ...(sessionName === null ? {} : { sessionName }) },
    issuedAt,
    expiresAt,
    ...(mfaAt === null ? {} : { mfaAt }),
    chained: chained === 1,
    policies: { ...(inline === null ? {} : { inline }), managedArns },
    tags: tags.map(([Key, Value]) => ({ Key, Value })),
    transitiveTagKeys,
    ...(sourceIdentity === null ? {} : { sourceIdentity }),
    ...(federatedProvider === null ? {} : { federatedProvider }),
    ...(typeof signInId === 'string' ? { signInId } : {}),
    context,
  };
}

/**
 * Issues and reads session tokens: encrypted, self-contained, bound to this installation and to the access key id they travel with. Issuing
 * and checking one writes nothing. Whether the session has ended, and whether its principal still exists, is the caller's to ask.
 */
export class SessionTokens {
  readonly #keys: KeyRing;
  readonly #random: Random;
  readonly #installation: string;

  /** `installation` is the id of this installation's data; a token of another one does not open even under the same master key. */
  constructor(keys: KeyRing, random: Random, installation: string) {
    this.#keys = keys;
    this.#random = random;
    this.#installation = installation;
  }

  /**
   * The token of a session, base64. Check `packedPolicySize` first: within its budget a token always fits.
   * @throws RangeError  the token would be longer than MAX_SESSION_TOKEN_LENGTH
   */
  issueSessionToken(session: Session): string {
    const payload = encode(session);
    if (Math.ceil((payload.length + SEALING_OVERHEAD) / 3) * 4 > MAX_SESSION_TOKEN_LENGTH) {
      throw new RangeError('The session does not fit into a token; its packed size was not checked.');
    }
    return seal(payload, 'session-token', [this.#installation, session.accessKeyId], this.#keys, this.#random).toString('base64');
  }

  /** The session of a token that belongs to this access key id; undefined for every other text, in constant sentences and bounded time. */
  openSessionToken(token: string, accessKeyId: string): Session | undefined {
    if (token.length > MAX_SESSION_TOKEN_LENGTH) return undefined;
    const sealed = Buffer.from(token, 'base64');
    // Node reads base64 loosely; a token has one spelling.
    if (sealed.toString('base64') !== token) return undefined;
    const payload = open(sealed, 'session-token', [this.#installation, accessKeyId], this.#keys);
    return payload === undefined ? undefined : decode(payload, accessKeyId);
  }
}
