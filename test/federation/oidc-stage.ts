import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { IAM } from '@aws-sdk/client-iam';
import { type AuditEvent, RecentEvents } from '../../src/audit/event.ts';
import { parseSeed } from '../../src/server/seed-file.ts';
import { type RunningServer, startServer } from '../../src/server/serve.ts';
import { sign } from '../../src/sigv4/index.ts';
import { type Credentials, policy } from '../harness.ts';
import { authority, makeToken, type SigningKey, startIssuer, type TestIssuer } from './issuer.ts';

export const ACCOUNT = '123456789012';
/** Of examples/seed.yaml. */
const ADMINISTRATOR = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

/** What was posted to a token endpoint. */
export interface Exchange {
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
}

/** An issuer that signs people in as the test says. */
export interface SignInIssuer extends TestIssuer {
  readonly name: string;
  readonly key: SigningKey;
  /** Every exchange that was asked for, in order. */
  readonly exchanges: Exchange[];
  /** Further members of the discovery document; undefined ones are left out. */
  discovery: object;
  /** What the token endpoint answers; a token for the last start when absent. */
  answer: ((exchange: Exchange) => { status?: number; body: object | string }) | undefined;
  /** Claims laid over those of a good token. */
  claims: object;
  /** The nonce that it was last asked for: what a browser brought to its sign-in page. */
  nonce: string;
  /** Members of the token endpoint's answer beside the ID token. */
  beside: object;
}

export async function startSignInIssuer(now: () => number, path = ''): Promise<SignInIssuer> {
  const issuer = await startIssuer({ path });
  const key = issuer.keys[0] as SigningKey;
  const more: Omit<SignInIssuer, keyof TestIssuer> = {
    name: issuer.url.replace('https://', ''),
    key,
    exchanges: [],
    discovery: {},
    answer: undefined,
    claims: {},
    nonce: '',
    beside: { access_token: 'opaque', token_type: 'Bearer' },
  };
  const made: SignInIssuer = Object.assign(issuer, more);
  made.pages.set(`${path}/.well-known/openid-configuration`, (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(
      JSON.stringify({
        issuer: made.url,
        jwks_uri: `${made.url}/keys`,
        authorization_endpoint: `${made.url}/authorize`,
        token_endpoint: `${made.url}/token`,
        ...made.discovery,
      }),
    );
  });
  made.pages.set(`${path}/token`, async (request, response) => {
    const exchange = { form: new URLSearchParams(await bodyOf(request)), authorization: request.headers.authorization };
    made.exchanges.push(exchange);
    const seconds = Math.floor(now() / 1000);
    const claims = { iss: made.url, sub: 'alice', aud: 'console', iat: seconds, exp: seconds + 300, nonce: made.nonce, ...made.claims };
    const { status = 200, body } = made.answer?.(exchange) ?? { body: { id_token: makeToken(key, claims), ...made.beside } };
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  return made;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece as string;
  return text;
}

/** A browser, as far as this server sees one: cookies, and no redirect followed. */
export class Visitor {
  readonly #server: string;
  readonly cookies = new Map<string, string>();

  constructor(server: string) {
    this.#server = server;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.#send(path, 'GET', headers);
  }

  post(path: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const own = { Origin: this.#server, 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/x-www-form-urlencoded' };
    return this.#send(path, 'POST', { ...own, ...headers }, new URLSearchParams(form).toString());
  }

  /** By Node's own client: what fetch sends of itself (Sec-Fetch-Mode) cannot be chosen. */
  async #send(path: string, method: string, headers: Readonly<Record<string, string>>, body = ''): Promise<Response> {
    const Cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(this.#server + path, { method, headers: { ...(Cookie !== '' && { Cookie }), ...headers } }, resolve);
      sent.on('error', reject).end(body);
    });
    const given = new Headers();
    for (let i = 0; i < answer.rawHeaders.length; i += 2) given.append(answer.rawHeaders[i] ?? '', answer.rawHeaders[i + 1] ?? '');
    for (const cookie of given.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return new Response(await bodyOf(answer), { status: answer.statusCode ?? 0, headers: given });
  }
}

export interface OidcStage {
  readonly server: RunningServer;
  readonly issuer: SignInIssuer;
  /** Another issuer that this server may reach. */
  readonly other: SignInIssuer;
  readonly iam: IAM;
  readonly providerArn: string;
  readonly audit: RecentEvents;
  readonly logged: unknown[];
  /** A signed call of the local API. */
  local(path: string, body: object, as?: Credentials): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }>;
  /** Turns console sign-in on, or changes it. */
  turnOn(more?: object): Promise<Record<string, unknown>>;
  /** Makes a role that lets people of the provider in. */
  role(name: string, condition?: object, more?: object): Promise<string>;
  /** The link, and where it sent the browser to. */
  start(visitor: Visitor, more?: Readonly<Record<string, string>>): Promise<URL>;
  /** The answer of the provider, as the browser brings it. */
  callback(
    visitor: Visitor,
    sentTo: URL,
    answer?: Readonly<Record<string, string | undefined>>,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** From the link to whatever comes of it. */
  signIn(visitor?: Visitor): Promise<Response>;
  visitor(): Visitor;
  /** Seconds since the epoch, by the server's clock. */
  now(): number;
  moveClock(seconds: number): Promise<void>;
  /** What the issuer's discovery document says from now on, as if nobody had asked for it before. */
  discover(discovery: object): Promise<void>;
  events(operation: string): AuditEvent[];
  close(): Promise<void>;
}

/** A server as people start it, an issuer of its account, and another. */
export async function openOidc(): Promise<OidcStage> {
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const issuer = await startSignInIssuer(now);
  const other = await startSignInIssuer(now, '/tenant');
  const audit = new RecentEvents(2000);
  const logged: unknown[] = [];
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    remote: false,
    allowedHosts: [],
    pace: 0,
    audit,
    showMessage: () => undefined,
    logError: (error) => logged.push(error),
    federation: { allowed: [issuer.origin, other.origin], authorities: [authority.pem] },
    seed: parseSeed(readFileSync(new URL('../../examples/seed.yaml', import.meta.url), 'utf8'), 'seed'),
  });
  const iam = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: ADMINISTRATOR, maxAttempts: 1 });
  const created = await iam.createOpenIDConnectProvider({ Url: issuer.url, ClientIDList: ['console', 'another'] });
  const providerArn = created.OpenIDConnectProviderArn ?? '';

  const local: OidcStage['local'] = async (path, body, as = ADMINISTRATOR) => {
    const text = JSON.stringify(body);
    const raw = sign(
      {
        method: 'POST',
        target: `/_sagegate/${path}`,
        rawHeaders: ['Host', new URL(server.url).host, 'Content-Type', 'application/json'],
        body: Buffer.from(text),
      },
      as,
      { region: 'us-east-1', service: 'sagegate', now: now() },
    );
    const headers: Record<string, string> = {};
    for (let i = 2; i < raw.length; i += 2) headers[raw[i] ?? ''] = raw[i + 1] ?? '';
    const answer = await fetch(`${server.url}/_sagegate/${path}`, { method: 'POST', headers, body: text });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  };
  const stage: OidcStage = {
    server,
    issuer,
    other,
    iam,
    providerArn,
    audit,
    logged,
    local,
    turnOn: async (more = {}) => {
      const { status, body } = await local('oidc-sign-in', { provider: providerArn, enabled: true, clientId: 'console', ...more });
      if (status !== 200) throw new Error(JSON.stringify(body));
      return body;
    },
    role: async (RoleName, condition = { StringEquals: { [`${issuer.name}:aud`]: 'console' } }, more = {}) => {
      const statement = {
        Effect: 'Allow',
        Principal: { Federated: providerArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: condition,
        ...more,
      };
      const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(policy(statement)) });
      return Role?.Arn ?? '';
    },
    start: async (visitor, more = {}) => {
      const query = new URLSearchParams({ account: ACCOUNT, provider: issuer.name, ...more });
      const answer = await visitor.get(`/signin/oidc?${query}`, FROM_ELSEWHERE);
      const location = answer.headers.get('location');
      if (answer.status !== 303 || location === null) throw new Error(`${answer.status} ${await textOf(answer)}`);
      const sentTo = new URL(location);
      issuer.nonce = sentTo.searchParams.get('nonce') ?? '';
      return sentTo;
    },
    callback: (visitor, sentTo, answer = {}, headers = FROM_ELSEWHERE) => {
      const fields = { code: 'the-code', state: sentTo.searchParams.get('state') ?? undefined, ...answer };
      const query = new URLSearchParams(
        Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : ([[name, value]] as [string, string][]))),
      );
      return visitor.get(`${new URL(sentTo.searchParams.get('redirect_uri') ?? '').pathname}?${query}`, headers);
    },
    signIn: async (visitor = stage.visitor()) => stage.callback(visitor, await stage.start(visitor)),
    visitor: () => new Visitor(server.url),
    now: () => Math.floor(now() / 1000),
    discover: async (discovery) => {
      issuer.discovery = discovery;
      // Longer than anything is kept of it.
      await stage.moveClock(90_000);
    },
    moveClock: async (seconds) => {
      const answer = await fetch(`${server.url}/_sagegate/clock`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ advanceSeconds: seconds }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      ahead += seconds * 1000;
      iam.config.systemClockOffset = ahead;
    },
    events: (operation) => audit.list(2000).filter((event) => event.operation === operation),
    close: async () => {
      await server.close();
      await issuer.close();
      await other.close();
    },
  };
  return stage;
}

/** What browsers say of a link on another site's page. */
export const FROM_ELSEWHERE = {
  'Sec-Fetch-Site': 'cross-site',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
  Referer: 'https://idp.example.com/login?secret=1',
};

export const textOf = async (answer: Response): Promise<string> =>
  (await answer.text())
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ');
