import type { AuditEvent, AuditSink } from '../audit/event.ts';
import { sourceOf } from '../authentication/attempt-limit.ts';
import type { MovableClock } from '../core/clock.ts';
import type { HttpRequest, HttpResponse } from '../core/http.ts';
import { type Random, uuid } from '../core/id.ts';
import { ServiceError } from '../core/service-error.ts';
import type { SignUps } from '../services/accounts/sign-up.ts';
import type { Store } from '../store/store.ts';
import { listAccounts, showAccount } from './account-view.ts';
import { moveClock } from './clock-route.ts';
import type { Decisions } from './decisions.ts';
import type { FirstKeys } from './first-key.ts';
import { type HostRules, isLoopback, refusalOfForeign } from './foreign-request.ts';
import type { Imported, ImportOptions } from './import-aws.ts';
import { type AccountDetails, accountDetails } from './import-aws-shape.ts';
import type { ImportedOrganization } from './import-organization.ts';
import { type OrganizationPrint, organizationPrint } from './import-organization-shape.ts';
import { CONTAINER_SERVICES } from './instance-metadata/container-credentials.ts';
import type { CredentialEndpoints } from './instance-metadata/endpoints.ts';
import { checkFields, json, readBody } from './json-body.ts';
import { landingPage } from './landing-page.ts';
import { sameToken } from './operator-token.ts';
import type { Outbox } from './outbox.ts';
import { outboxPage } from './outbox-page.ts';
import { PRIVATE_HEADERS } from './page.ts';
import type { ServiceCalls } from './service-calls.ts';
import { anyObject, integer, mapOf, object, oneOf, oneOrMore, text } from './shape.ts';
import { readForm } from './sign-in/sign-in-page.ts';

export interface LocalApiParts {
  readonly store: Store;
  readonly random: Random;
  readonly signUps: SignUps;
  readonly firstKeys: FirstKeys;
  readonly outbox: Outbox;
  readonly decisions: Decisions;
  readonly importAccount: (details: AccountDetails, options: ImportOptions) => Promise<Imported>;
  readonly importOrganization: (print: OrganizationPrint) => Promise<ImportedOrganization>;
  readonly endpoints: CredentialEndpoints;
  readonly serviceCalls: ServiceCalls;
  readonly operatorToken: string;
  readonly hosts: HostRules;
  readonly audit: AuditSink;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether the server can answer at this moment. */
  readonly isReady: () => Promise<boolean>;
  /** The clock and the way back to the seed: on ephemeral servers only. Without them their routes do not exist (threat V03). */
  readonly ephemeral?: { readonly clock: MovableClock; readonly reset: () => Promise<void> };
  /** Routes of parts that have some. */
  readonly more?: readonly Route[];
  readonly logError: (error: unknown, route: string) => void;
}

export interface Call {
  readonly request: HttpRequest;
  /** What stands where the route's path says `*`. */
  readonly part: string;
  readonly query: URLSearchParams;
  readonly source: string;
  /** For the audit, where somebody has signed: who, on what, and how it was decided. */
  readonly tell: (what: Told) => void;
}

type Told = Pick<AuditEvent, 'caller' | 'resource' | 'denied' | 'decisionId'>;

type Answer = object | HttpResponse;

/** Who may know that a route is there. `operator`: who shows the operator token, and on ephemeral servers everybody on this machine. */
type Audience = 'everybody' | 'operator' | 'ephemeral';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/_sagegate/`; `*` is one part. */
  readonly path: string;
  readonly audience: Audience;
  /** A page for people: a link from another site may lead to it. */
  readonly isPage?: boolean;
  /** Not written down when it succeeds: asked for every few seconds by machines. */
  readonly isQuiet?: boolean;
  readonly handle: (call: Call) => Promise<Answer>;
}

const PREFIX = '/_sagegate/';
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

const isResponse = (answer: Answer): answer is HttpResponse => 'status' in answer && 'headers' in answer && 'body' in answer;

const code = object({ code: text({ min: 0, max: 40, what: 'the code, as text' }) });
const shortText = text({ min: 0, max: 512 });
const keys = text({ min: 0, max: 64, what: 'keys of a telephone' });

const isAddress = (value: string): boolean => /^[^@\s]+@[^@\s]+$/.test(value);

/** Bytes of an account as `get-account-authorization-details` prints it, or of an organization; the listener lets no more through. */
const MAX_IMPORT_BYTES = 8 * 1024 * 1024;

const roleArn = text({ max: 2048, matches: (value) => value.startsWith('arn:'), what: 'the ARN of a role' });
const accountId = text({ max: 12, matches: (value) => /^[0-9]{12}$/.test(value), what: 'an account id of 12 digits' });
/** What opens an endpoint of credentials: a port that needs no privileges, or any, and how long it lives unless renewed. */
const lease = { port: integer(0, 65_535), leaseSeconds: integer(1, 86_400) };

/** A resource's policy is 20 KiB at most, an operation's input seldom more than some. */
const MAX_SERVICE_CALL_BYTES = 256 * 1024;

const serviceCall = object(
  { as: shortText },
  {
    role: roleArn,
    sessionName: text({ max: 64, matches: (value) => /^[\w+=,.@-]{2,64}$/.test(value), what: 'the name of a session' }),
    sourceArn: text({ max: 2048 }),
    sourceAccount: accountId,
    onBehalfOf: text({ max: 2048 }),
    region: shortText,
    sourceIp: shortText,
    service: shortText,
    operation: shortText,
    input: anyObject,
    action: shortText,
    resource: text({ max: 2048 }),
    resourceAccount: accountId,
    resourcePolicy: text({ max: 131_072 }),
    context: mapOf(oneOrMore(text({ min: 0, max: 2048 }), 100), 100),
  },
);

const shapes = {
  start: object({ email: shortText, accountName: shortText }),
  nothing: object({}),
  code,
  password: object({ password: shortText }),
  contact: object(
    {},
    {
      FullName: shortText,
      AddressLine1: shortText,
      City: shortText,
      PostalCode: shortText,
      CountryCode: shortText,
      PhoneNumber: shortText,
      CompanyName: shortText,
      StateOrRegion: shortText,
      AddressLine2: shortText,
      AddressLine3: shortText,
      DistrictOrCounty: shortText,
      WebsiteUrl: shortText,
    },
  ),
  call: object({}, { do: oneOf('answer', 'decline', 'hang up', 'press'), keys }),
  phone: object({ channel: oneOf('text', 'voice') }, { phoneNumber: shortText }),
  firstKey: object({ password: shortText, for: oneOf('administrator', 'root') }),
  instanceMetadata: object({}, lease),
  containerCredentials: object({ roleArn, service: oneOf(...CONTAINER_SERVICES), region: shortText }, lease),
  importAws: object(
    { details: accountDetails },
    { email: text({ max: 64, matches: isAddress, what: 'an e-mail address' }), accessKeyFor: shortText },
  ),
};

/**
 * What AWS has only as web pages or not at all: health, sign-up, the reasons of denials, and for who runs the server the outbox, the accounts, the clock and the way
 * back to the seed. Lives under `/_sagegate/` and on the landing pages, and answers nothing else.
 */
export class LocalApi {
  readonly #parts: LocalApiParts;
  readonly #routes: readonly Route[];

  constructor(parts: LocalApiParts) {
    this.#parts = parts;
    this.#routes = [...this.#table(), ...(parts.more ?? [])];
  }

  /** The answer; undefined when the request is none of ours and goes the way of AWS's. */
  answer(request: HttpRequest): Promise<HttpResponse> | HttpResponse | undefined {
    // INVARIANT: what a client of AWS sends never ends here: no operation has a path below the prefix, and pages are for browsers.
    if (!request.target.startsWith('/_') && !request.target.startsWith('/%') && !this.#asksForLanding(request)) return undefined;
    const url = readTarget(request.target);
    if (!url) return undefined;
    if (url.path === '/') return this.#landing(request);
    if (!url.path.startsWith(PREFIX)) return undefined;
    return this.#dispatch(request, url.path.slice(PREFIX.length), url.query);
  }

  #asksForLanding({ method, target, headers }: HttpRequest): boolean {
    return (
      target === '/' &&
      (method === 'GET' || method === 'HEAD') &&
      headers.authorization === undefined &&
      (headers.accept ?? '').includes('text/html')
    );
  }

  #landing(request: HttpRequest): HttpResponse | undefined {
    if (!this.#asksForLanding(request)) return undefined;
    const { version, ephemeral, hosts } = this.#parts;
    const refused = refusalOfForeign(request, hosts, true);
    if (refused !== undefined) return this.#refuse(request, 'landing', new ServiceError('AccessDeniedException', refused, { status: 403 }));
    const endpoint = `${request.secure ? 'https' : 'http'}://${request.headers.host}`;
    return landingPage({ endpoint, version, ephemeral: ephemeral !== undefined, outboxIsOpen: this.#isAllowed('operator', request) });
  }

  async #dispatch(request: HttpRequest, path: string, query: URLSearchParams): Promise<HttpResponse> {
    const parts = path.split('/');
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const matching = this.#routes.filter((route) => matches(route.path, parts) && this.#isAllowed(route.audience, request, query));
    const route = matching.find((each) => each.method === method);
    const name = route?.path ?? 'unknown';
    let told: Told = {};
    const tell = (what: Told): void => {
      told = { ...told, ...what };
    };
    try {
      const refused = refusalOfForeign(request, this.#parts.hosts, route?.isPage === true && method === 'GET');
      if (refused !== undefined) throw new ServiceError('AccessDeniedException', refused, { status: 403 });
      if (matching.length === 0) throw new ServiceError('UnknownOperationException', 'There is nothing here.', { status: 404 });
      if (!route) {
        const methods = matching.map((each) => each.method).join(' or ');
        throw new ServiceError('UnknownOperationException', `This takes ${methods}.`, { status: 405 });
      }
      const part = parts[route.path.split('/').indexOf('*')] ?? '';
      const answer = await route.handle({ request, part, query, source: sourceOf(request.remoteAddress), tell });
      if (!route.isQuiet) this.#record(request, name, uuid(this.#parts.random), 200, told);
      return isResponse(answer) ? answer : json(200, answer);
    } catch (error) {
      return this.#refuse(request, name, error, told);
    }
  }

  #refuse(request: HttpRequest, route: string, error: unknown, told: Told = {}): HttpResponse {
    const requestId = uuid(this.#parts.random);
    const known =
      error instanceof ServiceError ? error : new ServiceError('InternalFailure', 'The request could not be answered.', { status: 500 });
    if (known !== error) this.#parts.logError(error, `${request.method} ${PREFIX}${route}`);
    const status = known.status ?? (known.code === 'InternalFailure' ? 500 : 400);
    this.#record(request, route, requestId, status, { ...told, errorCode: known.code });
    const headers: Record<string, string> = { 'x-amzn-ErrorType': known.code, 'x-amzn-RequestId': requestId };
    if (told.decisionId !== undefined) headers['x-sagegate-decision-id'] = told.decisionId;
    const retryAfter = known.fields?.retryAfterSeconds;
    if (typeof retryAfter === 'number') headers['Retry-After'] = String(retryAfter);
    return json(status, { __type: known.code, message: known.message, ...known.fields }, headers);
  }

  /** The route's name stands for the target: paths hold the secrets of sign-ups, queries the operator's. */
  #record(request: HttpRequest, route: string, requestId: string, status: number, more: Told & { readonly errorCode?: string } = {}): void {
    this.#parts.audit.record({
      requestId,
      time: this.#parts.now(),
      service: 'sagegate',
      operation: `${request.method} ${PREFIX}${route}`.slice(0, 200),
      sourceIp: request.remoteAddress,
      userAgent: (request.headers['user-agent'] ?? '').slice(0, 512),
      status,
      ...more,
    });
  }

  #isAllowed(audience: Audience, request: HttpRequest, query?: URLSearchParams): boolean {
    if (audience === 'everybody') return true;
    if (this.#parts.ephemeral && isLoopback(request.remoteAddress)) return true;
    if (audience === 'ephemeral') return false;
    const bearer = /^Bearer ([A-Za-z0-9_-]{1,100})$/.exec(request.headers.authorization ?? '')?.[1];
    const given = bearer ?? query?.get('token') ?? undefined;
    return given !== undefined && sameToken(given, this.#parts.operatorToken);
  }

  #table(): Route[] {
    const { signUps, firstKeys, outbox, decisions, importAccount, importOrganization, endpoints, serviceCalls, store, ephemeral } =
      this.#parts;
    const signUp = (path: string, handle: (call: Call, token: string) => Promise<object>): Route => ({
      method: 'POST',
      path: `signup/*/${path}`,
      audience: 'everybody',
      handle: async (call) => ({ signUpId: call.part, ...(await handle(call, tokenOf(call))) }),
    });
    const routes: Route[] = [
      { method: 'GET', path: 'health', audience: 'everybody', isQuiet: true, handle: async () => this.#state('ok') },
      { method: 'GET', path: 'ready', audience: 'everybody', isQuiet: true, handle: () => this.#readiness() },
      {
        method: 'POST',
        path: 'signup',
        audience: 'everybody',
        handle: async ({ request, source }) => {
          const { email, accountName } = readBody(request, shapes.start);
          const { token, signUp } = await signUps.start(email, accountName, source);
          return json(201, { signUpId: token, ...signUp });
        },
      },
      {
        method: 'GET',
        path: 'signup/*',
        audience: 'everybody',
        handle: async (call) => ({ signUpId: call.part, ...(await signUps.show(tokenOf(call))) }),
      },
      signUp('resend', ({ request, source }, token) => {
        readBody(request, shapes.nothing);
        return signUps.resend(token, source);
      }),
      signUp('email-code', ({ request }, token) => signUps.confirmEmail(token, readBody(request, shapes.code).code)),
      signUp('password', ({ request }, token) => signUps.choosePassword(token, readBody(request, shapes.password).password)),
      signUp('contact', ({ request }, token) => signUps.giveContact(token, readBody(request, shapes.contact))),
      signUp('phone', ({ request, source }, token) => {
        const { channel, phoneNumber } = readBody(request, shapes.phone);
        return signUps.verifyPhone(token, channel, phoneNumber, source);
      }),
      signUp('phone-code', ({ request }, token) => signUps.confirmPhone(token, readBody(request, shapes.code).code)),
      signUp('first-key', ({ request }, token) => {
        const { password, for: owner } = readBody(request, shapes.firstKey);
        return firstKeys.issue(token, password, owner);
      }),
      {
        method: 'GET',
        path: 'outbox',
        audience: 'operator',
        isPage: true,
        isQuiet: true,
        handle: async ({ request, query }) =>
          (request.headers.accept ?? '').includes('text/html')
            ? outboxPage(outbox.list(), query.get('token') ?? undefined)
            : { messages: outbox.list().map(({ sentAt, ...rest }) => ({ ...rest, sentAt: new Date(sentAt).toISOString() })) },
      },
      { method: 'POST', path: 'outbox/*/call', audience: 'operator', handle: (call) => useTelephone(call, outbox) },
      {
        method: 'GET',
        path: 'decisions/*',
        audience: 'everybody',
        handle: async ({ request, part, query }) => decisions.show(part, request, this.#isAllowed('operator', request, query)),
      },
      { method: 'GET', path: 'accounts', audience: 'operator', handle: ({ query }) => listAccounts(store, query) },
      { method: 'GET', path: 'accounts/*', audience: 'operator', handle: ({ part }) => showAccount(store, part) },
      {
        method: 'POST',
        path: 'import/aws',
        audience: 'operator',
        handle: async ({ request }) => {
          const { details, ...options } = readBody(request, shapes.importAws, MAX_IMPORT_BYTES);
          return json(201, await importAccount(details, options));
        },
      },
      {
        method: 'POST',
        path: 'import/aws-organization',
        audience: 'operator',
        handle: async ({ request }) => json(201, await importOrganization(readBody(request, organizationPrint, MAX_IMPORT_BYTES))),
      },
      {
        method: 'POST',
        path: 'instances/*/metadata',
        audience: 'operator',
        handle: async ({ request, part }) => json(201, await endpoints.openInstance(part, readBody(request, shapes.instanceMetadata))),
      },
      {
        method: 'POST',
        path: 'container-credentials',
        audience: 'operator',
        handle: async ({ request }) => json(201, await endpoints.openContainer(readBody(request, shapes.containerCredentials))),
      },
      {
        method: 'POST',
        path: 'service-calls',
        audience: 'operator',
        handle: ({ request }) => serviceCalls.call(readBody(request, serviceCall, MAX_SERVICE_CALL_BYTES), request.remoteAddress),
      },
      // Asking for an endpoint renews its lease.
      { method: 'GET', path: 'endpoints/*', audience: 'operator', isQuiet: true, handle: ({ part }) => endpoints.renew(part) },
      {
        method: 'DELETE',
        path: 'endpoints/*',
        audience: 'operator',
        handle: async ({ part }) => {
          await endpoints.close(part);
          return { status: 'closed' };
        },
      },
      {
        method: 'GET',
        path: 'instance-identity/certificate',
        audience: 'everybody',
        handle: async () => ({
          status: 200,
          headers: { 'Content-Type': 'application/x-pem-file', 'Cache-Control': 'public, max-age=60' },
          body: await endpoints.certificate(),
        }),
      },
    ];
    if (!ephemeral) return routes;
    const { clock, reset } = ephemeral;
    const time = () => ({ now: new Date(clock.now()).toISOString() });
    return [
      ...routes,
      {
        method: 'POST',
        path: 'reset',
        audience: 'ephemeral',
        handle: async ({ request }) => {
          readBody(request, shapes.nothing);
          await reset();
          return { status: 'reset' };
        },
      },
      { method: 'GET', path: 'clock', audience: 'ephemeral', isQuiet: true, handle: async () => time() },
      {
        method: 'POST',
        path: 'clock',
        audience: 'ephemeral',
        handle: async ({ request }) => {
          moveClock(clock, request);
          return time();
        },
      },
    ];
  }

  #state(status: 'ok' | 'ready'): object {
    const { version, ephemeral } = this.#parts;
    return { status, enforcement: 'on', ephemeral: ephemeral !== undefined, version };
  }

  async #readiness(): Promise<object> {
    if (await this.#parts.isReady()) return this.#state('ready');
    throw new ServiceError('ServiceUnavailableException', 'Not ready.', { status: 503, fields: { enforcement: 'on' } });
  }
}

/** Answers a telephone of the outbox, presses its keys, hangs up: for its page, by a form, and for programs. */
async function useTelephone({ request, part, query }: Call, outbox: Outbox): Promise<Answer> {
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const given = isForm ? checkFields(Object.fromEntries(readForm(request)), shapes.call) : readBody(request, shapes.call);
  const phone = /^[0-9]{1,9}$/.test(part) ? outbox.phone(Number(part)) : undefined;
  if (!phone) throw new ServiceError('ResourceNotFoundException', 'There is no such telephone.', { status: 404 });
  if (given.do === 'answer') await phone.answer();
  if (given.do === 'decline') await phone.hangUp('busy');
  if (given.do === 'hang up') await phone.hangUp();
  if (given.keys !== undefined) await phone.press(given.keys);
  if (!isForm) return { call: phone.show() };
  const token = query.get('token');
  const location = `${PREFIX}outbox${token === null ? '' : `?token=${encodeURIComponent(token)}`}`;
  return { status: 303, headers: { ...PRIVATE_HEADERS, Location: location }, body: '' };
}

/** Path, decoded once, and query; undefined when they do not decode: not ours then. */
function readTarget(target: string): { path: string; query: URLSearchParams } | undefined {
  const question = target.indexOf('?');
  const raw = question === -1 ? target : target.slice(0, question);
  try {
    return { path: decodeURIComponent(raw), query: new URLSearchParams(question === -1 ? '' : target.slice(question + 1)) };
  } catch {
    return undefined;
  }
}

const matches = (path: string, parts: readonly string[]): boolean => {
  const wanted = path.split('/');
  return wanted.length === parts.length && wanted.every((each, i) => (each === '*' ? parts[i] !== '' : each === parts[i]));
};

function tokenOf(call: Call): string {
  if (TOKEN.test(call.part)) return call.part;
  throw new ServiceError('ResourceNotFoundException', 'There is no such sign-up, or its time has passed. Begin again.', { status: 404 });
}
