import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { HttpRequest } from '../core/http.ts';
import { checkSignature, parseAuthorization, type SigningCredential, SigningKeyCache, type SigningRules } from '../sigv4/index.ts';
import { DerivedCache } from '../store/derived-cache.ts';
import type { Store } from '../store/store.ts';
import { accessKeys } from '../store/tables/iam.ts';
import type { Caller } from './caller.ts';
import { rootCaller, sessionCaller, userCaller } from './principals.ts';
import type { SecretBox } from './secret-box.ts';
import type { SessionTokens } from './session-token.ts';

/** A key that may sign at this moment, and whose it is. */
interface Credential {
  readonly secretAccessKey: string;
  readonly caller: Caller;
  /** The session token that belongs to it, and when it ends; absent for long-term keys. */
  readonly token?: string;
  readonly expiresAt?: number;
}

export interface AuthenticatorParts {
  readonly store: Store;
  readonly secrets: SecretBox;
  readonly sessionTokens: SessionTokens;
  readonly clock: Clock;
  /** Whether a wrong signature is answered with what should have been signed. It repeats what the caller sent, so: off unless asked for. */
  readonly signatureHints?: boolean;
}

/** Where a sealed access key secret lives. */
export const secretPlace = (account: string, accessKeyId: string) => ({ account, entity: accessKeyId, column: 'access_key.secret' });

/** Credentials and derived signing keys kept at hand. */
const CACHED_CREDENTIALS = 20_000;

/** Tells who signed a request. Knows access keys and sessions; nothing it returns comes from the request except by proof. */
export class Authenticator {
  readonly #parts: AuthenticatorParts;
  readonly #credentials: DerivedCache<Credential | undefined>;
  readonly #signingKeys = new SigningKeyCache(CACHED_CREDENTIALS);

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
    this.#credentials = new DerivedCache(parts.store, CACHED_CREDENTIALS);
  }

  /**
   * The caller who signed the request; at once when the credential is at hand.
   * @throws ServiceError MissingAuthenticationToken, IncompleteSignature, SignatureDoesNotMatch, InvalidClientTokenId, ExpiredToken
   */
  authenticate(
    request: HttpRequest,
    rules: Omit<SigningRules, 'now'>,
  ): { caller: Caller; region: string } | Promise<{ caller: Caller; region: string }> {
    const authorization = parseAuthorization(request, { ...rules, now: this.#parts.clock.now() });
    const { accessKeyId, sessionToken, region } = authorization;
    const prove = (credential: Credential | undefined): { caller: Caller; region: string } => {
      checkSignature(authorization, credential && this.#signing(credential), this.#signingKeys, { hints: this.#parts.signatureHints });
      if (!credential) throw new Error('a signature without a credential was accepted');
      return { caller: credential.caller, region };
    };
    const known = this.#credentials.peek(accessKeyId);
    if (known && known.token === sessionToken) return prove(known);
    return this.#find(accessKeyId, sessionToken).then(prove);
  }

  /**
   * Whose credentials these are, shown whole instead of by a signature: for the few doors that take them so. Undefined for all that would not
   * sign: unknown, wrong secret, expired.
   */
  async callerOf(shown: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
  }): Promise<Caller | undefined> {
    const credential = await this.#find(shown.accessKeyId, shown.sessionToken);
    if (!credential || this.#signing(credential).expired) return undefined;
    const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
    return timingSafeEqual(digest(shown.secretAccessKey), digest(credential.secretAccessKey)) ? credential.caller : undefined;
  }

  #signing(credential: Credential): SigningCredential {
    const { secretAccessKey, expiresAt } = credential;
    return { secretAccessKey, expired: expiresAt !== undefined && this.#parts.clock.now() >= expiresAt };
  }

  async #find(accessKeyId: string, sessionToken: string | undefined): Promise<Credential | undefined> {
    return sessionToken === undefined ? this.#findLongTerm(accessKeyId) : this.#findSession(accessKeyId, sessionToken);
  }

  async #findLongTerm(accessKeyId: string): Promise<Credential | undefined> {
    const { store, secrets } = this.#parts;
    // Asked before the cache: ids that do not exist must not push out those that do (threat Z09).
    if (!(await store.get(accessKeys, [accessKeyId]))) return undefined;
    return this.#credentials.load(accessKeyId, async (reader) => {
      const key = await reader.get(accessKeys, [accessKeyId]);
      if (key?.status !== 'Active') return undefined;
      const caller = key.ownerId === key.accountId ? await rootCaller(reader, key.accountId) : await userCaller(reader, key.ownerId);
      const secretAccessKey = secrets.open(key.sealedSecret, secretPlace(key.accountId, accessKeyId));
      return caller && secretAccessKey !== undefined ? { secretAccessKey, caller: { ...caller, accessKeyId } } : undefined;
    });
  }

  /** The token is opened before anything is looked up or kept: only what this installation issued gets that far. */
  async #findSession(accessKeyId: string, token: string): Promise<Credential | undefined> {
    const session = this.#parts.sessionTokens.openSessionToken(token, accessKeyId);
    if (!session) return undefined;
    return this.#credentials.load(accessKeyId, async (reader) => {
      const caller = await sessionCaller(reader, session);
      return caller && { secretAccessKey: session.secretAccessKey, caller, token, expiresAt: session.expiresAt };
    });
  }
}
