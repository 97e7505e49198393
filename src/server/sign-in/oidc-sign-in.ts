import { hash } from 'node:crypto';
import { setImmediate as otherCalls } from 'node:timers/promises';
import { countAttempts } from '../../authentication/attempt-limit.ts';
import { openValue, sealValue } from '../../authentication/sealed-value.ts';
import type { SecretPlace } from '../../authentication/secret-box.ts';
import { spend } from '../../authentication/spent-token.ts';
import { type JsonRecord, readJsonObject } from '../../authentication/strict-json.ts';
import type { IssuerEndpoints } from '../../authentication/web-identity/issuer-endpoints.ts';
import { AccessDenied, type Authorizer } from '../../authorization/authorize.ts';
import type { Installation } from '../../authorization/installation.ts';
import { iamArn } from '../../core/arn.ts';
import { type Outbound, OutboundError } from '../../core/outbound.ts';
import { ServiceError } from '../../core/service-error.ts';
import { stsOperations } from '../../services/sts/operations.ts';
import { audienceOf, callerByToken, type VerifiedToken, verifyToken } from '../../services/sts/web-identity.ts';
import { type ConsoleSignIn, type OidcProvider, oidcProviders, roles } from '../../store/tables/iam.ts';
import { walkRows } from '../../store/walk.ts';
import type { browserFacts } from './role-entry.ts';
import { refuse } from './sign-in-page.ts';

/** A provider whose people sign in to the console. */
export interface SignInProvider extends OidcProvider {
  readonly consoleSignIn: ConsoleSignIn;
}

export const signsIn = (provider: OidcProvider): provider is SignInProvider => provider.consoleSignIn !== undefined;

type ProviderKey = Pick<OidcProvider, 'accountId' | 'url'>;

/** Where the secret of our client is kept. */
export const clientSecretPlace = ({ accountId, url }: ProviderKey): SecretPlace => ({
  account: accountId,
  entity: url,
  column: 'oidc_provider.client_secret',
});

/** The link that signs people in: good for a page of a company's own. */
export const startPath = ({ accountId, url }: ProviderKey): string =>
  `/signin/oidc?${new URLSearchParams({ account: accountId, provider: url })}`;

/**
 * Where the provider sends people back to: an address of its own for each provider of each account, so that no answer of one can be taken for that of
 * another (RFC 9700 §4.4.2.2; threat W03).
 */
export const callbackPath = (provider: ProviderKey): string => `/signin/oidc/callback/${callbackId(provider)}`;

const callbackId = ({ accountId, url }: ProviderKey): string => hash('sha256', JSON.stringify([accountId, url]), 'base64url').slice(0, 22);

/** As its tokens and its discovery document name it. */
export const issuerOf = ({ url }: Pick<OidcProvider, 'url'>, outbound: Outbound): string =>
  outbound.allowsPlain(`http://${url}`) ? `http://${url}` : `https://${url}`;

/** Somebody who has been sent to a provider: sealed for the browser that began, in the `state` that comes back. */
interface Pending {
  readonly accountId: string;
  readonly url: string;
  readonly clientId: string;
  readonly nonce: string;
  /** @see https://www.rfc-editor.org/rfc/rfc7636 */
  readonly verifier: string;
  readonly destination: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly id: string;
}

/** Whom a provider has vouched for. */
export interface Arrived {
  readonly provider: SignInProvider;
  readonly token: VerifiedToken;
  readonly idToken: string;
  readonly destination: string;
}

/** Milliseconds that somebody may take at the provider. */
export const PENDING_LIFE = 15 * 60_000;
/** As many may begin from one address: an organization's people share one. */
const STARTS = { max: 1000, window: 15 * 60_000 };
/** `state` comes back in an address: a destination that would make it very long is forgotten. */
const LONGEST_DESTINATION = 512;
const LONGEST_STATE = 4096;
const LONGEST_CODE = 4096;
/** Bytes of what the token endpoint answers: tokens of 20,000 characters, and others besides. */
const LONGEST_ANSWER = 128 * 1024;
/** Milliseconds. */
const PATIENCE = 10_000;
const MOST_OFFERED = 100;
/** Roles that are decided on before other calls have their turn. */
const AT_ONCE = 50;

const LOST = 'You took too long, or came here another way. Start again at the sign-in page.';

export interface OidcSignInParts {
  readonly installation: Installation;
  readonly authorizer: Authorizer;
  /** For who runs the server: why a provider could not be asked. */
  readonly logError: (error: unknown) => void;
}

/**
 * Signing in by an OpenID Connect provider of an account: the authorization code flow with PKCE. What it ends in is a token for
 * AssumeRoleWithWebIdentity; by itself it gives nobody anything.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
export class OidcSignIn {
  readonly #parts: OidcSignInParts;

  constructor(parts: OidcSignInParts) {
    this.#parts = parts;
  }

  /**
   * Where a browser is sent to sign in.
   * @param browser  a secret that this browser alone shows
   * @param source   whose starts are counted together
   * @throws ServiceError  429 too many; 502 the provider cannot be asked
   */
  async begin(provider: SignInProvider, origin: string, browser: string, source: string, destination: string): Promise<string> {
    const { installation } = this.#parts;
    const { clock, random, store } = installation;
    const now = clock.now();
    const again = await store.write((writer) => countAttempts(writer, [{ subject: `oidc-start:${source}`, limit: STARTS }], now));
    if (again !== undefined)
      throw refuse(429, 'TooManyRequestsException', 'Too many sign-ins from your address. Wait a quarter of an hour.');
    const { authorization } = await this.endpoints(provider);
    const text = (bytes: number): string => Buffer.from(random.bytes(bytes)).toString('base64url');
    const { accountId, url, consoleSignIn } = provider;
    const pending: Pending = {
      accountId,
      url,
      clientId: consoleSignIn.clientId,
      nonce: text(32),
      verifier: text(32),
      destination: destination.length > LONGEST_DESTINATION ? '' : destination,
      expiresAt: now + PENDING_LIFE,
      id: text(16),
    };
    const address = new URL(authorization);
    const parameters = {
      response_type: 'code',
      client_id: pending.clientId,
      redirect_uri: origin + callbackPath(provider),
      scope: 'openid',
      state: sealValue(pending, 'oidc-state', [browser], installation),
      nonce: pending.nonce,
      code_challenge: hash('sha256', pending.verifier, 'base64url'),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    return address.href;
  }

  /**
   * Whom the provider has vouched for in its answer.
   * @param part     of the address that the browser was sent back to
   * @param browser  what this browser shows; undefined when nothing
   * @throws ServiceError  403  not an answer to a start of this browser, or used before; the provider has refused, or what it says proves nobody
   */
  async finish(part: string, answer: ReadonlyMap<string, string>, origin: string, browser: string | undefined): Promise<Arrived> {
    const { installation } = this.#parts;
    const { clock, store, federation } = installation;
    const state = answer.get('state') ?? '';
    const isKnown = browser !== undefined && state.length <= LONGEST_STATE;
    const pending = isKnown ? openValue<Pending>(state, 'oidc-state', [browser], installation) : undefined;
    const lost = refuse(403, 'AccessDeniedException', LOST);
    if (!pending || clock.now() >= pending.expiresAt || part !== callbackId(pending)) throw lost;
    // Over all nodes, and whatever the answer is (threat W01).
    if (!(await spend(store, `oidc-state:${pending.id}`, pending.expiresAt, clock.now()))) throw lost;
    const provider = await store.get(oidcProviders, [pending.accountId, pending.url]);
    if (!provider || !signsIn(provider) || provider.consoleSignIn.clientId !== pending.clientId) throw lost;
    const endpoints = await this.endpoints(provider);
    const issuer = issuerOf(provider, federation.outbound);
    const iss = answer.get('iss');
    if (iss === undefined ? endpoints.namesItself : iss !== issuer)
      throw refuse(403, 'AccessDeniedException', 'The answer is not of the identity provider that you were sent to. Start again.');
    const error = answer.get('error');
    if (error !== undefined)
      throw refuse(
        403,
        'AccessDeniedException',
        `Your identity provider has not signed you in. It says: ${saying(error, answer.get('error_description'))}`,
      );
    const code = answer.get('code') ?? '';
    if (code === '' || code.length > LONGEST_CODE)
      throw refuse(400, 'ValidationException', 'The answer of your identity provider holds no code.');
    const answered = await this.#exchange(provider, endpoints, { code, origin, verifier: pending.verifier });
    const idToken = typeof answered.id_token === 'string' ? answered.id_token : '';
    const now = clock.now();
    const token = await verifyToken(idToken, provider.accountId, { reader: store, installation, now }).catch((error: unknown) => {
      throw error instanceof ServiceError
        ? refuse(403, error.code, `The token of your identity provider is not accepted. ${error.message}`)
        : error;
    });
    const { claims } = token;
    const isForThis =
      claims.iss === issuer &&
      audienceOf(claims) === pending.clientId &&
      claims.aud.includes(pending.clientId) &&
      claims.all.nonce === pending.nonce &&
      fitsAccessToken(token, answered.access_token);
    if (!isForThis)
      throw refuse(403, 'InvalidIdentityTokenException', 'The token of your identity provider was not made for this sign-in. Start again.');
    return { provider, token, idToken, destination: pending.destination };
  }

  /**
   * The roles of the provider's account that its own people may take on by this token, as AssumeRoleWithWebIdentity would decide at this moment; a
   * hundred at most. `problem`: what is wrong with the token itself, where there is none for that reason.
   */
  async rolesFor(
    { provider, token }: Pick<Arrived, 'provider' | 'token'>,
    facts: ReturnType<typeof browserFacts>,
  ): Promise<{ readonly roleArns: readonly string[]; readonly problem: string | undefined }> {
    const { installation, authorizer } = this.#parts;
    const operation = stsOperations.AssumeRoleWithWebIdentity;
    if (!operation) throw new Error('STS has no AssumeRoleWithWebIdentity');
    const { store, authorizationView, clock } = installation;
    const now = clock.now();
    const region = 'us-east-1';
    const roleArns: string[] = [];
    let problem: string | undefined;
    let decided = 0;
    for await (const { accountId, path, roleName } of walkRows(authorizationView, roles, { prefix: [provider.accountId] })) {
      const RoleArn = iamArn(accountId, `role${path}${roleName}`);
      try {
        const caller = callerByToken(token, RoleArn);
        const scope = { caller, account: caller.account, region, now, reader: store, installation };
        const input = { RoleArn, RoleSessionName: sessionNameOf(token.claims.sub) };
        await authorizer.authorize(operation, input as never, scope, { ...facts, caller, now, region, calledVia: [] });
        if (roleArns.push(RoleArn) === MOST_OFFERED) break;
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        if (!(error instanceof AccessDenied)) problem ??= error.message;
      }
      if (++decided % AT_ONCE === 0) await otherCalls();
    }
    return { roleArns, problem };
  }

  /**
   * Where a provider signs people in.
   * @throws ServiceError  502  it cannot be asked, says that it is another one, or signs nobody in
   */
  async endpoints(provider: OidcProvider): Promise<IssuerEndpoints> {
    const { issuerKeys, outbound } = this.#parts.installation.federation;
    const issuer = issuerOf(provider, outbound);
    const endpoints = await this.#asked(() => issuerKeys.endpoints({ url: issuer, thumbprints: provider.thumbprints }));
    const { protocol, username, hash: fragment } = URL.parse(endpoints?.authorization ?? '') ?? {};
    const isWell = protocol === 'https:' || (protocol === 'http:' && outbound.allowsPlain(endpoints?.authorization ?? ''));
    if (!endpoints || !isWell || username !== '' || fragment !== '')
      throw refuse(502, 'InvalidIdentityProviderException', 'The identity provider does not say where people sign in to it.');
    return endpoints;
  }

  /** What a call to a provider gives. @throws ServiceError  502  it cannot be reached; why, the log tells */
  async #asked<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      this.#parts.logError(error);
      throw refuse(
        502,
        'IDPCommunicationErrorException',
        'The identity provider could not be asked. Try again in a while, or tell your administrator.',
      );
    }
  }

  /** @throws ServiceError  403 the provider refuses; 502 it cannot be asked, or does not answer in JSON */
  async #exchange(
    provider: SignInProvider,
    { token, clientAuthentication }: IssuerEndpoints,
    { code, origin, verifier }: { readonly code: string; readonly origin: string; readonly verifier: string },
  ): Promise<JsonRecord> {
    const { outbound } = this.#parts.installation.federation;
    const proof = clientProof(provider.consoleSignIn.clientId, this.#secretOf(provider), clientAuthentication);
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: origin + callbackPath(provider),
      code_verifier: verifier,
      ...proof.fields,
    });
    const { status, text } = await this.#asked(async () => {
      const answer = await outbound.post(token, {
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json', ...proof.headers },
        body: Buffer.from(form.toString()),
        maxBytes: LONGEST_ANSWER,
        patience: PATIENCE,
        thumbprints: provider.thumbprints,
      });
      const pieces: Uint8Array[] = [];
      for await (const piece of answer.body) pieces.push(piece);
      return { status: answer.status, text: Buffer.concat(pieces).toString('utf8') };
    });
    const answered = readJsonObject(text);
    if (status === 200 && answered) return answered;
    const { error, error_description: description } = answered ?? {};
    if (typeof error === 'string')
      throw refuse(
        403,
        'AccessDeniedException',
        `Your identity provider does not give out what proves you. It says: ${saying(error, typeof description === 'string' ? description : undefined)}`,
      );
    throw refuse(502, 'IDPCommunicationErrorException', `The identity provider did not answer as one does (status ${status}).`);
  }

  #secretOf(provider: SignInProvider): string | undefined {
    const { sealedClientSecret } = provider.consoleSignIn;
    if (sealedClientSecret === undefined) return undefined;
    const secret = this.#parts.installation.secrets.open(sealedClientSecret, clientSecretPlace(provider));
    if (secret === undefined)
      throw refuse(
        503,
        'ServiceUnavailableException',
        'The client secret for this identity provider was sealed under another key. Set it again.',
      );
    return secret;
  }
}

interface ClientProof {
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * How our client proves itself: not at all without a secret, else by `client_secret_basic` where the provider takes it, or by `client_secret_post`.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
function clientProof(clientId: string, secret: string | undefined, accepted: readonly string[]): ClientProof {
  if (secret === undefined) return { headers: {}, fields: { client_id: clientId } };
  if (accepted.includes('client_secret_basic')) {
    const basic = Buffer.from(`${formEncoded(clientId)}:${formEncoded(secret)}`).toString('base64');
    return { headers: { Authorization: `Basic ${basic}` }, fields: {} };
  }
  if (accepted.includes('client_secret_post')) return { headers: {}, fields: { client_id: clientId, client_secret: secret } };
  throw refuse(502, 'InvalidIdentityProviderException', 'The identity provider takes client secrets in no way that is known here.');
}

/** As a value of `application/x-www-form-urlencoded`, which both halves of the header are. */
const formEncoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);

const LONGEST_SAYING = 200;

/** What a provider says, for a page: a line of bounded length, in printable characters alone. The page escapes it (threat W07). */
function saying(error: string, description: string | undefined): string {
  const line = (text: string): string => text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, ' ').slice(0, LONGEST_SAYING);
  return description === undefined || description === '' ? line(error) : `${line(error)}: ${line(description)}`;
}

/**
 * Whether an access token is the one that a token speaks of, where it speaks of one: the left half of its hash, by the hash of the token's algorithm.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken
 */
function fitsAccessToken({ claims, algorithm }: VerifiedToken, accessToken: JsonRecord[string]): boolean {
  const claimed = claims.all.at_hash;
  if (claimed === undefined) return true;
  if (typeof claimed !== 'string' || typeof accessToken !== 'string') return false;
  const whole = hash(`sha${algorithm.slice(2)}`, accessToken, 'buffer');
  return whole.subarray(0, whole.length / 2).toString('base64url') === claimed;
}

const LONGEST_NAME = 64;

/**
 * The name of the role's session: the subject, so that the audit tells who it was. Where the subject does not fit, what does not is replaced and a
 * piece of its hash is put behind it: no two people become one by that.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export function sessionNameOf(subject: string): string {
  if (/^[\w+=,.@-]{2,64}$/.test(subject)) return subject;
  const mark = `-${hash('sha256', subject, 'hex').slice(0, 8)}`;
  return subject.replace(/[^\w+=,.@-]+/g, '-').slice(0, LONGEST_NAME - mark.length) + mark;
}
