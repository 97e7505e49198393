import { createHash } from 'node:crypto';
import { sessionCaller } from '../../authentication/principals.ts';
import type { SecretBox, SecretPlace } from '../../authentication/secret-box.ts';
import type { Session, SessionTokens } from '../../authentication/session-token.ts';
import type { Clock } from '../../core/clock.ts';
import type { HttpRequest, HttpResponse } from '../../core/http.ts';
import type { Random } from '../../core/id.ts';
import type { Reader, Store, Writer } from '../../store/store.ts';
import { type ConsoleSession, consoleSessions, type SignInMethod } from '../../store/tables/console.ts';
import { secretCookie } from './host-cookie.ts';
import { seeOther } from './sign-in-page.ts';

/** Temporary credentials as STS gives them out. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Who is to be signed in, proved by whoever calls this. */
export interface NewConsoleSession {
  readonly credentials: TemporaryCredentials;
  readonly accountId: string;
  readonly arn: string;
  readonly method: SignInMethod;
  readonly signInUrl?: string | undefined;
  /** Milliseconds at most; as long as the credentials when absent. */
  readonly lifetime?: number | undefined;
  /** Whom it is switched from. */
  readonly switchedFrom?: Omit<NewConsoleSession, 'switchedFrom' | 'lifetime'> | undefined;
}

/** A session that is in force, with what signs its calls. */
export interface OpenConsoleSession extends Omit<ConsoleSession, 'switchedFrom'> {
  readonly credentials: TemporaryCredentials;
  readonly switchedFrom?: NonNullable<NewConsoleSession['switchedFrom']> | undefined;
}

/** Longest a console session lasts, as on AWS. */
const ABSOLUTE_LIMIT = 12 * 3600_000;
/** Not used for so long, it ends. AWS has no such limit for its console; ours. */
const IDLE_LIMIT = 4 * 3600_000;
/** How often use is written down. */
const SEEN_EVERY = 60_000;
/** Ended sessions removed with each new one: the table stays as large as what is going on. */
const SWEPT = 20;
const MAX_USER_AGENT = 256;

const placeOf = (
  session: Pick<ConsoleSession, 'accountId' | 'sessionId'>,
  column: 'credentials' | 'origin' = 'credentials',
): SecretPlace => ({
  account: session.accountId,
  entity: session.sessionId,
  column: `console_session.${column}`,
});

const hash = (secret: string): string => createHash('sha256').update(`console-session:${secret}`).digest('base64url');

const cookie = secretCookie('__Host-sagegate-session');

export interface ConsoleSessionParts {
  readonly store: Store;
  readonly secrets: SecretBox;
  readonly random: Random;
  readonly clock: Clock;
  readonly sessionTokens: SessionTokens;
}

/**
 * Who is signed in to the console. A session is a random secret in a cookie and a row that holds the temporary credentials its calls are signed
 * with, so the console can do what those may do and nothing else. Each sign-in makes a new secret and ends the session of the old one (threat C12).
 */
export class ConsoleSessions {
  readonly #parts: ConsoleSessionParts;

  constructor(parts: ConsoleSessionParts) {
    this.#parts = parts;
  }

  /**
   * Signs a browser in and sends it on.
   * @param destination  a path of ours or an https URL of AWS's, checked by `consoleDestination`
   */
  async begin(request: HttpRequest, wanted: NewConsoleSession, destination: string): Promise<HttpResponse> {
    const { store, secrets, random, clock } = this.#parts;
    const now = clock.now();
    const secret = Buffer.from(random.bytes(32)).toString('base64url');
    const sessionId = hash(secret);
    const { credentials, accountId, arn, method, signInUrl, switchedFrom } = wanted;
    const person = this.#opened((switchedFrom ?? wanted).credentials);
    if (!person) throw new Error('somebody is signed in with credentials that are none of ours');
    const expiresAt = Math.min(credentials.expiresAt, now + (wanted.lifetime ?? ABSOLUTE_LIMIT), now + ABSOLUTE_LIMIT);
    const session: ConsoleSession = {
      sessionId,
      accountId,
      arn,
      personId: personIdOf(person),
      method,
      sealedCredentials: secrets.seal(JSON.stringify(credentials), placeOf({ accountId, sessionId })),
      ...(switchedFrom === undefined ? {} : { switchedFrom: this.#sealedOrigin(switchedFrom, sessionId) }),
      ...(signInUrl === undefined ? {} : { signInUrl }),
      createdAt: now,
      lastSeenAt: now,
      expiresAt,
      sourceIp: request.remoteAddress,
      userAgent: (request.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT),
    };
    const before = cookie.read(request);
    await store.write(async (writer) => {
      if (before !== undefined) await writer.delete(consoleSessions, [hash(before)]);
      await writer.insert(consoleSessions, session);
      await sweep(writer, now);
    });
    return seeOther(destination, cookie.write(secret, Math.ceil((expiresAt - now) / 1000)));
  }

  /** Milliseconds since the epoch, by the clock that sessions end by. */
  now(): number {
    return this.#parts.clock.now();
  }

  /** The session of a request's cookie; undefined when there is none, it has ended, or whoever signed in is gone, as when their account is closed. */
  async find(request: HttpRequest): Promise<OpenConsoleSession | undefined> {
    const secret = cookie.read(request);
    if (secret === undefined) return undefined;
    const { store, secrets, clock } = this.#parts;
    const session = await store.get(consoleSessions, [hash(secret)]);
    const now = clock.now();
    if (!session || !isInForce(session, now)) return undefined;
    const text = secrets.open(session.sealedCredentials, placeOf(session));
    // Sealed under a master key that is gone: as good as signed out.
    if (text === undefined) return undefined;
    const found = { ...session, credentials: JSON.parse(text) as TemporaryCredentials, switchedFrom: this.#openedOrigin(session) };
    const arn = await this.#arnOf(found.switchedFrom ?? found);
    if (arn === undefined) return undefined;
    if (now >= session.lastSeenAt + SEEN_EVERY) await this.#seen(session.sessionId, now);
    return found.switchedFrom ? { ...found, switchedFrom: { ...found.switchedFrom, arn } } : { ...found, arn };
  }

  /** The present name of whoever has signed in; undefined when they are gone, whoever has their name now. */
  async #arnOf({ credentials }: Pick<OpenConsoleSession, 'credentials'>): Promise<string | undefined> {
    const session = this.#opened(credentials);
    return session && (await sessionCaller(this.#parts.store, session))?.principal.arn;
  }

  #opened({ sessionToken, accessKeyId }: TemporaryCredentials): Session | undefined {
    return this.#parts.sessionTokens.openSessionToken(sessionToken, accessKeyId);
  }

  #sealedOrigin(
    { credentials, signInUrl, ...origin }: NonNullable<NewConsoleSession['switchedFrom']>,
    sessionId: string,
  ): NonNullable<ConsoleSession['switchedFrom']> {
    const place = placeOf({ accountId: origin.accountId, sessionId }, 'origin');
    const sealedCredentials = this.#parts.secrets.seal(JSON.stringify(credentials), place);
    return { ...origin, ...(signInUrl === undefined ? {} : { signInUrl }), sealedCredentials };
  }

  #openedOrigin({ switchedFrom, sessionId }: ConsoleSession): NewConsoleSession['switchedFrom'] {
    if (!switchedFrom) return undefined;
    const { sealedCredentials, ...origin } = switchedFrom;
    const text = this.#parts.secrets.open(sealedCredentials, placeOf({ accountId: origin.accountId, sessionId }, 'origin'));
    return text === undefined ? undefined : { ...origin, credentials: JSON.parse(text) as TemporaryCredentials };
  }

  async #seen(sessionId: string, now: number): Promise<void> {
    await this.#parts.store.write(async (writer) => {
      const session = await writer.get(consoleSessions, [sessionId]);
      if (session && session.lastSeenAt < now) await writer.update(consoleSessions, { ...session, lastSeenAt: now });
    });
  }

  /** Signs a browser out and sends it on. */
  async end(request: HttpRequest, destination: string): Promise<HttpResponse> {
    const secret = cookie.read(request);
    if (secret !== undefined) await this.#parts.store.write((writer) => writer.delete(consoleSessions, [hash(secret)]));
    return seeOther(destination, cookie.clear());
  }

  /** The sessions of a person that are in force, whatever roles they have switched to, newest first. */
  async ofPerson(person: Person): Promise<readonly ConsoleSession[]> {
    const now = this.#parts.clock.now();
    return (await this.#listed(this.#parts.store, person)).filter((session) => isInForce(session, now)).toReversed();
  }

  /** Ends one of a person's sessions. Whether there was such a one; another's is none. */
  async endOne(person: Person, sessionId: string): Promise<boolean> {
    return this.#parts.store.write(async (writer) => {
      const session = (await this.#listed(writer, person)).find((each) => each.sessionId === sessionId);
      if (session) await writer.delete(consoleSessions, [session.sessionId]);
      return session !== undefined;
    });
  }

  /** Ends every session of a person, wherever it is open. The number that ended. */
  async endAll(person: Person): Promise<number> {
    return this.#parts.store.write(async (writer) => {
      const open = await this.#listed(writer, person);
      for (const { sessionId } of open) await writer.delete(consoleSessions, [sessionId]);
      return open.length;
    });
  }

  #listed(reader: Reader, person: Person): Promise<readonly ConsoleSession[]> {
    return reader.list(consoleSessions, { index: 'person', prefix: [person.personId] });
  }
}

/** Somebody by a session of theirs. */
type Person = Pick<ConsoleSession, 'personId'>;

/** Root users have their account's id, which no user or role has. */
const personIdOf = ({ principal: { uniqueId, sessionName } }: Session): string =>
  sessionName === undefined ? uniqueId : `${uniqueId}:${sessionName}`;

const isInForce = ({ expiresAt, lastSeenAt }: ConsoleSession, now: number): boolean => now < expiresAt && now < lastSeenAt + IDLE_LIMIT;

async function sweep(writer: Writer, now: number): Promise<void> {
  for (const session of await writer.list(consoleSessions, { index: 'expiry', prefix: [], limit: SWEPT })) {
    if (session.expiresAt > now) return;
    await writer.delete(consoleSessions, [session.sessionId]);
  }
}
