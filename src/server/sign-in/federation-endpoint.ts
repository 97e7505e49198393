import type { Authenticator } from '../../authentication/authenticate.ts';
import type { Caller } from '../../authentication/caller.ts';
import type { KeyRing } from '../../authentication/master-key.ts';
import { openValue, sealValue } from '../../authentication/sealed-value.ts';
import type { Session, SessionTokens } from '../../authentication/session-token.ts';
import { spend } from '../../authentication/spent-token.ts';
import type { Clock } from '../../core/clock.ts';
import type { HttpResponse } from '../../core/http.ts';
import type { Random } from '../../core/id.ts';
import type { Store } from '../../store/store.ts';
import { roles } from '../../store/tables/iam.ts';
import { json } from '../json-body.ts';
import { escapeHtml, page } from '../page.ts';
import { consoleDestination } from './console-destination.ts';
import type { ConsoleSessions, TemporaryCredentials } from './console-session.ts';
import { renewedSession } from './renewed-session.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage } from './sign-in-page.ts';

export interface FederationParts {
  readonly store: Store;
  readonly keys: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly sessionTokens: SessionTokens;
  readonly authenticator: Authenticator;
  readonly sessions: ConsoleSessions;
}

/** How long a login link is good, in milliseconds. */
const TOKEN_LIFE = 15 * 60_000;
const SHORTEST = 900;
const LONGEST = 43_200;
const MAX_ISSUER = 2048;
/** Credentials come as JSON in the query or the form; session tokens are long. */
const MAX_FORM_BYTES = 64 * 1024;

/** What a sign-in token holds, sealed: nobody but this installation can read or make one. */
interface SignInToken {
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string };
  /** Seconds asked for, from the moment of signing in. */
  readonly sessionDuration?: number;
  readonly expiresAt: number;
  readonly id: string;
}

/**
 * The endpoint of custom identity brokers: a program that has temporary credentials of somebody turns them into a link that signs a browser in.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
 */
export function federationPages(parts: FederationParts): readonly SignInPage[] {
  const common = {
    path: '/federation',
    maxBytes: MAX_FORM_BYTES,
    operation: 'Federation',
    handle: (call: PageCall) => answer(call, parts),
  };
  return [
    { ...common, method: 'GET' },
    // Programs post long sessions; what they post proves itself.
    { ...common, method: 'POST', fromElsewhere: true },
  ];
}

async function answer(call: PageCall, parts: FederationParts): Promise<PageAnswer> {
  const fields = fieldsOf(call);
  const action = fields.get('Action');
  if (action === 'getSigninToken') return getSigninToken(fields, parts);
  if (action === 'login') return login(call, fields, parts);
  if (action === 'logout') return { response: askToSignOut() };
  throw refuse(400, 'ValidationException', 'The Action must be getSigninToken, login or logout.');
}

/** Query and form together; what stands in both is refused (threat P01). */
function fieldsOf({ query, form }: PageCall): ReadonlyMap<string, string> {
  for (const name of form.keys()) if (query.has(name)) throw refuse(400, 'ValidationException', `${name} is given twice.`);
  return new Map([...query, ...form]);
}

/**
 * @throws ValidationException  400  not the credentials of AssumeRole or GetFederationToken; a duration that these may not ask for
 */
async function getSigninToken(fields: ReadonlyMap<string, string>, parts: FederationParts): Promise<PageAnswer> {
  const { authenticator, keys, random, clock } = parts;
  const credentials = readSession(fields.get('Session'));
  const caller = await authenticator.callerOf(credentials);
  const session = caller?.session;
  // One sentence for unknown, wrong and expired: whoever has no credentials learns nothing about them.
  if (!caller || !session) throw refuse(400, 'ValidationException', 'The Session does not hold valid temporary credentials.');
  const sessionDuration = readDuration(fields.get('SessionDuration'), session);
  const token: SignInToken = {
    credentials,
    ...(sessionDuration === undefined ? {} : { sessionDuration }),
    expiresAt: clock.now() + TOKEN_LIFE,
    id: Buffer.from(random.bytes(16)).toString('base64url'),
  };
  return { response: json(200, { SigninToken: sealValue(token, 'signin-token', [], { keys, random }) }), caller: calledBy(caller) };
}

function readSession(text: string | undefined): SignInToken['credentials'] {
  const wrong = refuse(400, 'ValidationException', 'The Session must be JSON with sessionId, sessionKey and sessionToken.');
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    throw wrong;
  }
  if (typeof value !== 'object' || value === null) throw wrong;
  const { sessionId, sessionKey, sessionToken } = value as Record<string, unknown>;
  if (typeof sessionId !== 'string' || typeof sessionKey !== 'string' || typeof sessionToken !== 'string') throw wrong;
  return { accessKeyId: sessionId, secretAccessKey: sessionKey, sessionToken };
}

/** Seconds; undefined when none are asked for. @throws ValidationException  400 */
function readDuration(text: string | undefined, session: Session): number | undefined {
  const kind = KINDS[session.kind];
  if (kind === undefined)
    throw refuse(
      400,
      'ValidationException',
      'Only credentials of AssumeRole, its federated forms and GetFederationToken can sign in here.',
    );
  if (text === undefined || text === '') return undefined;
  if (kind === 'federation')
    throw refuse(400, 'ValidationException', 'SessionDuration cannot be given with credentials of GetFederationToken.');
  if (session.chained) throw refuse(400, 'ValidationException', 'SessionDuration cannot be given with credentials of a chained role.');
  const seconds = /^[0-9]{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds >= SHORTEST && seconds <= LONGEST))
    throw refuse(400, 'ValidationException', `SessionDuration must be a number of seconds from ${SHORTEST} to ${LONGEST}.`);
  return seconds;
}

/** The kinds of session that may come in here, and how. Any other may not. */
const KINDS: Readonly<Partial<Record<Session['kind'], 'role' | 'federation'>>> = {
  AssumeRole: 'role',
  AssumeRoleWithSAML: 'role',
  AssumeRoleWithWebIdentity: 'role',
  GetFederationToken: 'federation',
};

/** @throws ValidationException  400  a token that is not ours, was used, or whose time is over */
async function login(call: PageCall, fields: ReadonlyMap<string, string>, parts: FederationParts): Promise<PageAnswer> {
  const { authenticator, clock, sessions, store } = parts;
  const token = openValue<SignInToken>(fields.get('SigninToken') ?? '', 'signin-token', [], parts);
  const wrong = refuse(400, 'ValidationException', 'The sign-in link is not valid, or its time is over. Ask for a new one.');
  if (!token || clock.now() >= token.expiresAt) throw wrong;
  const caller = await authenticator.callerOf(token.credentials);
  const session = caller?.session;
  if (!caller || !session) throw wrong;
  // (unverified) that a link works once.
  if (!(await spend(store, `signin-token:${token.id}`, token.expiresAt, clock.now()))) throw wrong;
  const issuer = readIssuer(fields.get('Issuer'));
  const response = await sessions.begin(
    call.request,
    {
      credentials: await extended(token, session, parts),
      accountId: caller.account,
      arn: caller.principal.arn,
      method: 'federation',
      signInUrl: issuer,
    },
    consoleDestination(fields.get('Destination'), call.origin),
  );
  // As AWS answers it.
  return { response: { ...response, status: 302 }, caller: calledBy(caller) };
}

/**
 * The credentials of the console session: those given, or where a duration was asked for the same session with another end. It ends when the
 * role's longest session would, counted from when the credentials were issued (unverified: AWS documents only the twelve hours).
 */
async function extended(token: SignInToken, session: Session, parts: FederationParts): Promise<TemporaryCredentials> {
  const { clock, store } = parts;
  const { sessionDuration } = token;
  if (sessionDuration === undefined) return { ...token.credentials, expiresAt: session.expiresAt };
  const role = await store.find(roles, 'id', [session.principal.uniqueId]);
  const longest = session.issuedAt + (role?.maxSessionDuration ?? 0) * 1000;
  const expiresAt = Math.min(clock.now() + sessionDuration * 1000, Math.max(longest, session.expiresAt));
  return renewedSession(session, { expiresAt }, parts);
}

/** Where the broker has people sign in again: shown as a link, so it must be one. */
function readIssuer(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_ISSUER) return undefined;
  const url = URL.parse(text);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

const calledBy = (caller: Caller) => ({ arn: caller.principal.arn, account: caller.account });

/** A link must not sign anybody out (threat C13): a button does. */
const askToSignOut = (): HttpResponse =>
  page(
    'Sign out · Sagegate',
    `<main><h1>Sign out?</h1><form method="post" action="${escapeHtml('/console/sign-out')}"><button>Sign out</button></form>
<p><a href="/console/">Stay signed in</a></p></main>`,
    { forms: true },
  );
