import { hash, type X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls';
import {
  type Outbound,
  type OutboundAnswer,
  type OutboundDocument,
  OutboundError,
  type OutboundMessage,
  type OutboundPosts,
  type OutboundRules,
} from '../core/outbound.ts';
import { isLoopback } from './foreign-request.ts';
import { isNeverAllowed, isPublicAddress } from './public-address.ts';

export interface GuardedFetchSettings {
  /** Whom the calls are to; issuers when absent. */
  readonly to?: keyof typeof DESTINATIONS;
  /** URLs of servers that may be reached although their addresses are private. */
  readonly allowed: readonly string[];
  /** PEM certificates of further authorities to trust. */
  readonly authorities: readonly string[];
  /** Milliseconds from asking for an address to the last byte of the answer; five seconds, or what a message says, when absent. */
  readonly patience?: number;
  /** Tests look names up elsewhere. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

const PATIENCE = 5_000;
const MOST_HEADER_BYTES = 16_384;

interface Destination {
  /** In sentences for the operator. */
  readonly what: string;
  /** Whether servers of the Internet may be reached that nobody has allowed by name. */
  readonly open: boolean;
  /** Addresses with which plain HTTP may be spoken, once the server is allowed by name. */
  readonly plain: 'this machine' | 'private networks';
  /** Calls under way at once, to all servers and to one. More are refused: whoever asked will ask again. */
  readonly mostCalls: number;
  readonly mostCallsToOne: number;
}

/** Issuers are on the Internet, unless allowed by name. Containers of models stand beside this server; they and a telephone service are named by who runs it. */
const DESTINATIONS = {
  issuers: { what: 'an issuer', open: true, plain: 'this machine', mostCalls: 32, mostCallsToOne: 8 },
  telephones: { what: 'a telephone service', open: false, plain: 'this machine', mostCalls: 32, mostCallsToOne: 32 },
  containers: { what: 'a container', open: false, plain: 'private networks', mostCalls: 256, mostCallsToOne: 128 },
} as const satisfies Record<string, Destination>;
/** Certificates that a server shows of itself. */
const LONGEST_CHAIN = 10;

interface Place {
  readonly url: URL;
  readonly secure: boolean;
  /** As it is looked up and as certificates name it: an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether it was allowed by name; else only public addresses will do, and for some destinations none. */
  readonly allowed: boolean;
}

/**
 * The one way out (threat V08): https, or plain HTTP where that was allowed by name and stays near; to the address that was looked up and judged, and to no other; no redirects, no proxies, no cookies, no
 * compression; bounded in time, bytes and number. Addresses of this machine and of private networks are reached only where who runs this installation
 * has allowed the server by name, those of a cloud's metadata service never.
 */
export class GuardedFetch implements Outbound, OutboundPosts {
  readonly #to: Destination;
  readonly #allowed: ReadonlySet<string>;
  readonly #authorities: readonly string[];
  #context: SecureContext | undefined;
  readonly #resolve: (host: string) => Promise<readonly string[]>;
  readonly #patience: number | undefined;
  readonly #underWay = new Map<string, number>();
  readonly #closing = new AbortController();

  /** @throws Error  with a sentence for the operator: an allowed URL or an authority will not do */
  constructor({ to = 'issuers', allowed, authorities, patience, resolve }: GuardedFetchSettings) {
    this.#to = DESTINATIONS[to];
    this.#patience = patience;
    this.#allowed = new Set(allowed.map((url) => originOf(url, this.#to)));
    this.#authorities = authorities;
    // One that will not do is told at once; the others are read when the first server is called: that takes its time.
    if (authorities.length > 0) this.#trust();
    this.#resolve = resolve ?? (async (host) => (await lookup(host, { all: true })).map(({ address }) => address));
  }

  /** Whom servers may be vouched for by. */
  #trust(): SecureContext {
    this.#context ??= createSecureContext({ ca: [...getCACertificates('default'), ...this.#authorities] });
    return this.#context;
  }

  allowsPlain(url: string): boolean {
    const parsed = URL.parse(url);
    return parsed?.protocol === 'http:' && this.#allowed.has(parsed.origin);
  }

  get(url: string, rules: OutboundRules): Promise<OutboundDocument> {
    return this.#bounded(url, async (place, deadline) => {
      const socket = await this.#connect(place, deadline);
      try {
        if (isTls(socket)) vouch(socket, place, rules.thumbprints ?? []);
        return await readDocument(await ask(socket, place, GET, deadline), place, rules.maxBytes);
      } finally {
        socket.destroy();
      }
    });
  }

  async post(url: string, { headers, body, maxBytes, patience, thumbprints = [] }: OutboundMessage): Promise<OutboundAnswer> {
    const place = this.#place(url);
    const end = this.#begin(place);
    const deadline = AbortSignal.any([AbortSignal.timeout(this.#patience ?? patience), this.#closing.signal]);
    let socket: Socket | undefined;
    try {
      socket = await this.#connect(place, deadline);
      if (isTls(socket)) vouch(socket, place, thumbprints);
      const answer = await ask(socket, place, { method: 'POST', headers, body }, deadline);
      // Under way until the whole answer is there, or nobody wants the rest of it.
      socket.once('close', end);
      return { status: answer.statusCode ?? 0, headers: joined(answer), body: pieces(answer, place, maxBytes, deadline) };
    } catch (error) {
      socket?.destroy();
      end();
      throw failure(error, place, deadline);
    }
  }

  thumbprint(url: string): Promise<string> {
    return this.#bounded(url, async (place, deadline) => {
      const socket = await this.#connect(place, deadline);
      try {
        const last = isTls(socket) ? chainOf(socket).at(-1) : undefined;
        if (!last) throw new OutboundError('certificate', `${place.url.origin} shows no certificate`);
        return fingerprint(last);
      } finally {
        socket.destroy();
      }
    });
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort();
  }

  async #bounded<Result>(text: string, call: (place: Place, deadline: AbortSignal) => Promise<Result>): Promise<Result> {
    const place = this.#place(text);
    const end = this.#begin(place);
    try {
      return await call(place, AbortSignal.timeout(this.#patience ?? PATIENCE));
    } catch (error) {
      throw failure(error, place);
    } finally {
      end();
    }
  }

  /** Counts a call. Returns how to say that it is over. @throws OutboundError  too many are under way */
  #begin({ url: { origin } }: Place): () => void {
    const toThis = this.#underWay.get(origin) ?? 0;
    const toAll = [...this.#underWay.values()].reduce((sum, count) => sum + count, 0);
    if (toThis >= this.#to.mostCallsToOne || toAll >= this.#to.mostCalls)
      throw new OutboundError('unreachable', `too many calls at once to ${origin}`);
    this.#underWay.set(origin, toThis + 1);
    return () => {
      const left = (this.#underWay.get(origin) ?? 1) - 1;
      if (left > 0) this.#underWay.set(origin, left);
      else this.#underWay.delete(origin);
    };
  }

  #place(text: string): Place {
    const url = URL.parse(text);
    if (url === null || url.username + url.password + url.hash !== '') throw new OutboundError('refused', 'not a URL to be called');
    const secure = url.protocol === 'https:';
    const allowed = this.#allowed.has(url.origin);
    if (!this.#to.open && !allowed) throw new OutboundError('refused', `${url.origin} is not allowed`);
    if (!secure && !(url.protocol === 'http:' && allowed)) throw new OutboundError('refused', `${url.origin} is not https`);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
    return { url, secure, host, port, allowed };
  }

  /** A connection to an address that has been judged. The name is looked up once: it cannot come to mean another place in between. */
  async #connect(place: Place, deadline: AbortSignal): Promise<Socket> {
    const { host, port, secure, allowed, url } = place;
    const addresses = isIP(host) === 0 ? await within(deadline, this.#resolve(host)) : [host];
    const [address] = addresses;
    if (address === undefined) throw new OutboundError('unreachable', `${host} has no address`);
    for (const each of addresses) {
      const isNear = this.#to.plain === 'this machine' ? isLoopback(each) : !isPublicAddress(each);
      const mayBe = allowed ? !isNeverAllowed(each) && (secure || isNear) : isPublicAddress(each);
      if (!mayBe) throw new OutboundError('refused', `${url.origin} is at ${each}, which is not to be reached`);
    }
    const options = { host: address, port, signal: deadline };
    return new Promise((resolve, reject) => {
      const socket = secure
        ? tlsConnect({
            ...options,
            secureContext: this.#trust(),
            minVersion: 'TLSv1.2',
            // Judged in `vouch`, before anything is asked.
            rejectUnauthorized: false,
            ...(isIP(host) === 0 && { servername: host }),
          })
        : connect(options);
      const stop = (): void => void socket.destroy(new Error('too slow'));
      deadline.addEventListener('abort', stop, { once: true });
      socket.once('close', () => deadline.removeEventListener('abort', stop));
      // Stays to the end: a connection that breaks later on concerns nobody but its call.
      socket.on('error', reject);
      socket.once(secure ? 'secureConnect' : 'connect', () => resolve(socket));
    });
  }
}

/** @throws Error  for the operator */
function originOf(text: string, { what, open, plain }: Destination): string {
  const url = URL.parse(text);
  const isWell = url !== null && url.username + url.password + url.search + url.hash === '';
  if (!isWell || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new Error(`${text} is not the URL of ${what}.`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'http:' && plain === 'this machine' && host !== 'localhost' && !isLoopback(host))
    throw new Error(`${text} must be https: plain HTTP is only for servers on this machine.`);
  if (!open && isIP(host) !== 0 && isNeverAllowed(host)) throw new Error(`${text} is at an address where no server may be that is called.`);
  return url.origin;
}

const isTls = (socket: Socket): socket is TLSSocket => 'encrypted' in socket;

const within = <Value>(deadline: AbortSignal, promise: Promise<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    deadline.addEventListener('abort', () => reject(new Error('too slow')), { once: true });
    promise.then(resolve, reject);
  });

const fingerprint = (certificate: X509Certificate): string => hash('sha1', certificate.raw, 'hex');

/** What the server showed of itself, from its own certificate upwards, as far as each is issued by the next. */
function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next = socket.getPeerX509Certificate();
  while (next && chain.length < LONGEST_CHAIN && !chain.some(({ fingerprint256 }) => fingerprint256 === next?.fingerprint256)) {
    const last = chain.at(-1);
    if (last && !(next.ca && last.checkIssued(next) && last.verify(next.publicKey))) break;
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

/**
 * That somebody vouches for the server: an authority that we trust, or else a certificate of its own chain that is known by fingerprint. The name and
 * the dates must be right in both cases.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
 * @throws OutboundError  certificate
 */
function vouch(socket: TLSSocket, { url, host }: Place, thumbprints: readonly string[]): void {
  if (socket.authorized) return;
  const chain = chainOf(socket);
  const [own] = chain;
  const isNamed = own !== undefined && (isIP(host) === 0 ? own.checkHost(host) : own.checkIP(host)) !== undefined;
  const pinned = chain.findIndex((certificate) => thumbprints.includes(fingerprint(certificate)));
  const now = Date.now();
  const isCurrent = chain.slice(0, pinned + 1).every(({ validFromDate, validToDate }) => +validFromDate <= now && now <= +validToDate);
  if (isNamed && pinned !== -1 && isCurrent) return;
  throw new OutboundError('certificate', `nobody vouches for the certificate of ${url.origin}: ${socket.authorizationError}`);
}

const GET = { method: 'GET', headers: { Accept: 'application/json' }, body: new Uint8Array(0) } as const;

/** The answer to one request on a connection, once its headers are there. */
function ask(
  socket: Socket,
  { url }: Place,
  { method, headers, body }: Pick<OutboundMessage, 'headers' | 'body'> & { readonly method: 'GET' | 'POST' },
  deadline: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        // No agent: each call has a connection of its own.
        createConnection: () => socket,
        method,
        path: url.pathname + url.search,
        headers: {
          ...headers,
          Host: url.host,
          'Accept-Encoding': 'identity',
          'User-Agent': 'sagegate',
          Connection: 'close',
          ...(method === 'POST' && { 'Content-Length': body.byteLength }),
        },
        maxHeaderSize: MOST_HEADER_BYTES,
        signal: deadline,
      },
      resolve,
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

function readDocument(answer: IncomingMessage, { url }: Place, maxBytes: number): Promise<OutboundDocument> {
  return new Promise((resolve, reject) => {
    const unfit = (why: string): void => {
      reject(new OutboundError('unfit', `${url.origin} ${why}`));
      answer.destroy();
    };
    const status = answer.statusCode ?? 0;
    if (status >= 300 && status < 400) return unfit('leads elsewhere');
    if (status >= 500) return reject(new OutboundError('unreachable', `${url.origin} answers ${status}`));
    if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity') return unfit('answers in a compressed form');
    if (Number(answer.headers['content-length'] ?? 0) > maxBytes) return unfit('answers at too great a length');
    const chunks: Buffer[] = [];
    let size = 0;
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) unfit('answers at too great a length');
      else chunks.push(chunk);
    });
    answer.on('error', reject);
    answer.on('end', () => resolve({ status, body: Buffer.concat(chunks), maxAge: maxAgeOf(answer) }));
  });
}

/** The body of an answer as it comes. The connection goes with its end, and with whoever does not want the rest. */
async function* pieces(answer: IncomingMessage, place: Place, maxBytes: number, deadline: AbortSignal): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const piece of answer) {
      size += (piece as Buffer).length;
      if (size > maxBytes) throw new OutboundError('unfit', `${place.url.origin} answers at too great a length`);
      yield piece as Buffer;
    }
  } catch (error) {
    throw failure(error, place, deadline);
  } finally {
    answer.socket.destroy();
  }
}

const joined = ({ headers }: IncomingMessage): OutboundAnswer['headers'] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]));

/** What stopped a call. @param deadline  of calls that tell apart who is late from who is not there */
function failure(error: unknown, { url: { origin } }: Place, deadline?: AbortSignal): OutboundError {
  if (error instanceof OutboundError) return error;
  return deadline?.aborted
    ? new OutboundError('late', `${origin} has not answered in time`, { cause: error })
    : new OutboundError('unreachable', `${origin} could not be reached`, { cause: error });
}

function maxAgeOf({ headers }: IncomingMessage): number | undefined {
  const control = headers['cache-control'] ?? '';
  if (/\bno-(store|cache)\b/i.test(control)) return 0;
  const [, seconds] = /\bmax-age=([0-9]{1,9})\b/i.exec(control) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
