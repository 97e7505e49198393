import { hash, type X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { type Outbound, type OutboundDocument, OutboundError, type OutboundRules } from '../core/outbound.ts';
import { isLoopback } from './foreign-request.ts';
import { isNeverAllowed, isPublicAddress } from './public-address.ts';

export interface GuardedFetchSettings {
  /** URLs of servers that may be reached although their addresses are private; `http:` only on this very machine. */
  readonly allowed: readonly string[];
  /** PEM certificates of further authorities to trust. */
  readonly authorities: readonly string[];
  /** Milliseconds from asking for an address to the last byte of the answer; five seconds when absent. */
  readonly patience?: number;
  /** Tests look names up elsewhere. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

const PATIENCE = 5_000;
/** Calls under way at once, to all servers and to one. More are refused: whoever asked will ask again. */
const MOST_CALLS = 32;
const MOST_CALLS_TO_ONE = 8;
const MOST_HEADER_BYTES = 16_384;
/** Certificates that a server shows of itself. */
const LONGEST_CHAIN = 10;

interface Place {
  readonly url: URL;
  readonly secure: boolean;
  /** As it is looked up and as certificates name it: an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether it was allowed by name; else only public addresses will do. */
  readonly allowed: boolean;
}

/**
 * The one way out (threat V08): https only, to the address that was looked up and judged, and to no other; no redirects, no proxies, no cookies, no
 * compression; bounded in time, bytes and number. Addresses of this machine and of private networks are reached only where who runs this installation
 * has allowed the server by name, those of a cloud's metadata service never.
 */
export class GuardedFetch implements Outbound {
  readonly #allowed: ReadonlySet<string>;
  readonly #context: SecureContext;
  readonly #resolve: (host: string) => Promise<readonly string[]>;
  readonly #patience: number;
  readonly #underWay = new Map<string, number>();

  /** @throws Error  with a sentence for the operator: an allowed URL or an authority will not do */
  constructor({ allowed, authorities, patience = PATIENCE, resolve }: GuardedFetchSettings) {
    this.#patience = patience;
    this.#allowed = new Set(allowed.map(originOf));
    this.#context = createSecureContext({ ca: [...getCACertificates('default'), ...authorities] });
    this.#resolve = resolve ?? (async (host) => (await lookup(host, { all: true })).map(({ address }) => address));
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
        return await read(socket, place, rules.maxBytes, deadline);
      } finally {
        socket.destroy();
      }
    });
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

  async #bounded<Result>(text: string, call: (place: Place, deadline: AbortSignal) => Promise<Result>): Promise<Result> {
    const place = this.#place(text);
    const { origin } = place.url;
    const toThis = this.#underWay.get(origin) ?? 0;
    const toAll = [...this.#underWay.values()].reduce((sum, count) => sum + count, 0);
    if (toThis >= MOST_CALLS_TO_ONE || toAll >= MOST_CALLS) throw new OutboundError('unreachable', `too many calls at once to ${origin}`);
    this.#underWay.set(origin, toThis + 1);
    try {
      return await call(place, AbortSignal.timeout(this.#patience));
    } catch (error) {
      if (error instanceof OutboundError) throw error;
      throw new OutboundError('unreachable', `${origin} could not be reached`, { cause: error });
    } finally {
      const left = (this.#underWay.get(origin) ?? 1) - 1;
      if (left > 0) this.#underWay.set(origin, left);
      else this.#underWay.delete(origin);
    }
  }

  #place(text: string): Place {
    const url = URL.parse(text);
    if (url === null || url.username + url.password + url.hash !== '') throw new OutboundError('refused', 'not a URL to be called');
    const secure = url.protocol === 'https:';
    const allowed = this.#allowed.has(url.origin);
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
      const mayBe = allowed ? !isNeverAllowed(each) && (secure || isLoopback(each)) : isPublicAddress(each);
      if (!mayBe) throw new OutboundError('refused', `${url.origin} is at ${each}, which is not to be reached`);
    }
    const options = { host: address, port, signal: deadline };
    return new Promise((resolve, reject) => {
      const socket = secure
        ? tlsConnect({
            ...options,
            secureContext: this.#context,
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
function originOf(text: string): string {
  const url = URL.parse(text);
  const isWell = url !== null && url.username + url.password + url.search + url.hash === '';
  if (!isWell || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new Error(`${text} is not the URL of an issuer.`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'http:' && host !== 'localhost' && !isLoopback(host))
    throw new Error(`${text} must be https: plain HTTP is only for issuers on this machine.`);
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

function read(socket: Socket, { url }: Place, maxBytes: number, deadline: AbortSignal): Promise<OutboundDocument> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        // No agent: each call has a connection of its own.
        createConnection: () => socket,
        method: 'GET',
        path: url.pathname + url.search,
        headers: {
          Host: url.host,
          Accept: 'application/json',
          'Accept-Encoding': 'identity',
          'User-Agent': 'sagegate',
          Connection: 'close',
        },
        maxHeaderSize: MOST_HEADER_BYTES,
        signal: deadline,
      },
      (answer) => {
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
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

function maxAgeOf({ headers }: IncomingMessage): number | undefined {
  const control = headers['cache-control'] ?? '';
  if (/\bno-(store|cache)\b/i.test(control)) return 0;
  const [, seconds] = /\bmax-age=([0-9]{1,9})\b/i.exec(control) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
