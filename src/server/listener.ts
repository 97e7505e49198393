import { createServer, IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { HttpRequest, HttpResponse } from '../core/http.ts';

/** Limits on what one client may send before anything is known of it. */
export interface ListenerLimits {
  /** Bytes of a request body. Larger ones are refused with 413 before they are read. */
  readonly maxBodyBytes: number;
  /** Bytes of all headers together; session tokens and presigned URLs need several thousand. */
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  /** Milliseconds for the headers, and for the whole request. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
}

export const standardLimits: ListenerLimits = {
  // The largest documents that AWS takes here: InvokeEndpoint bodies of 6 MB, policy documents of 131072 characters percent-encoded.
  maxBodyBytes: 8 * 1024 * 1024,
  maxHeaderBytes: 32 * 1024,
  maxConnections: 4096,
  headersTimeout: 15_000,
  requestTimeout: 60_000,
};

export interface ListenerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly limits: ListenerLimits;
  /** PEM of a certificate, with the authorities between it and its root, and of its key: then TLS is spoken, and nothing else. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** For the Date header: clients correct their own clock by it. Milliseconds since the epoch. */
  readonly now: () => number;
  /** Answers every well-formed request. Must not reject: what it cannot answer is answered 500 here and logged. */
  readonly answer: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
  readonly logError: (error: unknown, requestTarget: string) => void;
}

export interface Listener {
  /** `http://127.0.0.1:4566`, or `https://…` with TLS. */
  readonly url: string;
  readonly port: number;
  /** Stops taking connections, lets running requests end, and closes what is idle. */
  close(): Promise<void>;
}

/**
 * The socket side of the server. Node's strict HTTP parser refuses smuggling forms (threat S07); what is refused here besides: targets that
 * are not origin-form, and bodies over the limit.
 */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { limits, tls } = options;
  const http: ServerOptions<typeof WholeMessage> = {
    IncomingMessage: WholeMessage,
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    // Node looks every half minute unless told: too seldom for timeouts of seconds.
    connectionsCheckingInterval: Math.min(5_000, limits.headersTimeout),
    keepAliveTimeout: 65_000,
    requireHostHeader: true,
    insecureHTTPParser: false,
  };
  const turn = new Turn(options);
  const take = (message: WholeMessage, response: ServerResponse): void => receive(message, response, options, turn);
  const server = tls
    ? createTlsServer({ ...http, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.headersTimeout }, take)
    : createServer(http, take);
  server.maxConnections = limits.maxConnections;
  server.on('clientError', refuseMalformed);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `${tls ? 'https' : 'http'}://${host}:${port}`, port, close: () => close(server) };
}

function receive(message: WholeMessage, response: ServerResponse, options: ListenerOptions, turn: Turn): void {
  const target = message.url ?? '';
  response.on('error', destroy);
  if (!target.startsWith('/')) return refuse(response, 400, 'Bad Request');
  const { maxBodyBytes } = options.limits;
  const { headers } = message.head();
  const declared = headers['content-length'];
  if (declared !== undefined && Number(declared) > maxBodyBytes) return refuse(response, 413, 'Content Too Large');

  message.collect(
    maxBodyBytes,
    (body) => {
      if (!response.writableEnded) turn.add(requestOf(message, body, options), response);
    },
    () => refuse(response, 413, 'Content Too Large'),
  );
}

/** A socket that breaks while it is being answered concerns nobody but its client. */
function destroy(this: ServerResponse): void {
  this.destroy();
}

const EMPTY = new Uint8Array(0);

/**
 * A request whose body is wanted whole. What Node's parser reads goes straight to where it is kept, without the machinery of a stream, which is a
 * good part of what a small request costs. It is no stream to anybody else: nothing is read from it, piped or paused.
 */
class WholeMessage extends IncomingMessage {
  #headers: ReadHeaders | undefined;
  #pieces: Buffer[] = NO_PIECES;
  #size = 0;
  #limit = Number.POSITIVE_INFINITY;
  #whole: ((body: Uint8Array) => void) | undefined;
  #tooLarge: (() => void) | undefined;

  /** The headers, read once for Node and for us. */
  head(): ReadHeaders {
    this.#headers ??= readHeaders(this.rawHeaders);
    return this.#headers;
  }

  /** Calls `whole` with the body once it is there, or `tooLarge` as soon as it is over the limit in bytes; nothing is kept of that one. */
  collect(limit: number, whole: (body: Uint8Array) => void, tooLarge: () => void): void {
    this.#limit = limit;
    this.#whole = whole;
    this.#tooLarge = tooLarge;
  }

  /** The parser's: a piece of the body, or null at its end. Always takes more. */
  override push(piece: Buffer | null): boolean {
    if (piece === null) this.#finish();
    // Refused, or nobody asked: it is read off the connection and forgotten.
    else if (this.#whole !== undefined) {
      this.#size += piece.length;
      if (this.#size > this.#limit) this.#refuse();
      else if (this.#pieces === NO_PIECES) this.#pieces = [piece];
      else this.#pieces.push(piece);
    }
    return true;
  }

  /** Node's: makes sure that nothing of the body is left on the connection. Nothing ever is. */
  _dump(): void {}

  #finish(): void {
    const [first = EMPTY] = this.#pieces;
    this.#whole?.(this.#pieces.length > 1 ? Buffer.concat(this.#pieces) : first);
    this.#whole = undefined;
  }

  #refuse(): void {
    this.#pieces = NO_PIECES;
    this.#whole = undefined;
    this.#tooLarge?.();
    this.#tooLarge = undefined;
  }
}

const NO_PIECES: Buffer[] = [];

// Properties to TypeScript, which is why they are not overridden above.
Object.defineProperties(WholeMessage.prototype, {
  /** Node's question before it takes the next request off the connection. */
  readableEnded: {
    get(this: WholeMessage) {
      return this.complete;
    },
  },
  /** Node looks for Host and Expect. */
  headers: {
    get(this: WholeMessage) {
      return this.head().headers;
    },
  },
});

function requestOf(message: WholeMessage, body: Uint8Array, { tls }: ListenerOptions): HttpRequest {
  const { names, headers } = message.head();
  return {
    method: message.method ?? 'GET',
    target: message.url ?? '/',
    rawHeaders: message.rawHeaders,
    headerNames: names,
    headers,
    body,
    remoteAddress: plainAddress(message.socket.remoteAddress),
    secure: tls !== undefined,
  };
}

interface Arrived {
  readonly request: HttpRequest;
  readonly response: ServerResponse;
  answer?: HttpResponse;
}

/**
 * The requests that have arrived in this turn of the event loop. They are answered together when everything that came in has been read, and then
 * sent together: one kind of work after the other keeps its code in the processor's caches, which halves what a request costs a busy server
 * (docs/performance.md). A request that comes alone waits for nothing but that.
 */
class Turn {
  readonly #options: ListenerOptions;
  #arrived: Arrived[] = [];

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  add(request: HttpRequest, response: ServerResponse): void {
    if (this.#arrived.length === 0) setImmediate(() => this.#end());
    this.#arrived.push({ request, response });
  }

  #end(): void {
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const each of arrived) this.#answer(each);
    for (const each of arrived) if (each.answer) this.#send(each, each.answer);
  }

  #answer(arrived: Arrived): void {
    try {
      const answer = this.#options.answer(arrived.request);
      if (answer instanceof Promise) this.#sendLater(arrived, answer);
      else arrived.answer = answer;
    } catch (error) {
      this.#fail(arrived, error);
    }
  }

  #sendLater(arrived: Arrived, answer: Promise<HttpResponse>): void {
    answer.then(
      (value) => this.#send(arrived, value),
      (error: unknown) => this.#fail(arrived, error),
    );
  }

  #send(arrived: Arrived, answer: HttpResponse): void {
    try {
      send(arrived.response, answer, arrived.request.method, this.#options);
    } catch (error) {
      // An answer that cannot be sent (a header that HTTP does not have) is our fault like any other.
      this.#fail(arrived, error);
    }
  }

  #fail({ request, response }: Arrived, error: unknown): void {
    this.#options.logError(error, request.target);
    if (!response.headersSent) refuse(response, 500, 'Internal Server Error');
  }
}

function send(response: ServerResponse, answer: HttpResponse, method: string, options: ListenerOptions): void {
  const { status, headers, body, pieces, cookies } = answer;
  if (pieces) return void sendPieces(response, answer, pieces, method, options);
  if (response.destroyed) return;
  const length = typeof body === 'string' ? Buffer.byteLength(body, 'utf8') : body.byteLength;
  response.sendDate = false;
  const list: string[] = ['Date', httpDate(options.now()), 'Content-Length', String(length)];
  for (const name in headers) list.push(name, headers[name] ?? '');
  if (cookies) for (const cookie of cookies) list.push('Set-Cookie', cookie);
  response.writeHead(status, list);
  // A text goes out in one write together with the headers; one byte a character needs no transcoding.
  if (method === 'HEAD') response.end();
  else if (typeof body === 'string') response.end(body, body.length === length ? 'latin1' : 'utf8');
  else response.end(body);
}

/** An answer of unknown length, piece by piece, no faster than the client takes it. One that breaks off is broken off here too. */
async function sendPieces(
  response: ServerResponse,
  { status, headers }: HttpResponse,
  pieces: AsyncIterable<Uint8Array>,
  method: string,
  options: ListenerOptions,
): Promise<void> {
  response.sendDate = false;
  try {
    response.writeHead(status, { Date: httpDate(options.now()), ...headers });
    for await (const piece of pieces) {
      // Leaving the loop returns the source, which lets go of what it comes from.
      if (response.destroyed || method === 'HEAD') break;
      if (!response.write(piece)) await drained(response);
    }
    response.end();
  } catch (error) {
    options.logError(error, 'an answer under way');
    response.destroy();
  }
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go);
      response.off('close', go);
      resolve();
    };
    response.on('drain', go);
    response.on('close', go);
  });

/** An answer of HTTP itself, after which the connection is closed: what follows on it is not to be trusted. */
function refuse(response: ServerResponse, status: number, reason: string): void {
  if (response.headersSent) return;
  const body = `${reason}\n`;
  response.writeHead(status, { 'Content-Type': 'text/plain', 'Content-Length': body.length, Connection: 'close' });
  response.end(body);
}

function refuseMalformed(error: Error & { code?: string }, socket: Socket): void {
  // Of HTTP alone is there something to say: to whom TLS did not come about, nothing can be said (threat Z04).
  const isHttp = error.code?.startsWith('HPE_') || error.code?.startsWith('ERR_HTTP_');
  if (!socket.writable || !isHttp) return void socket.destroy();
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

let dateOfSecond = 0;
let dateText = '';

/** An HTTP date, made anew once a second. */
function httpDate(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== dateOfSecond) {
    dateOfSecond = second;
    dateText = new Date(now).toUTCString();
  }
  return dateText;
}

interface ReadHeaders {
  readonly names: readonly string[];
  readonly headers: HttpRequest['headers'];
}

/** What AWS's clients send: a name found as it is spelled need not be lower-cased, and comes out as a text that the engine knows. */
const KNOWN_NAMES: ReadonlyMap<string, string> = new Map(
  `Accept Accept-Encoding amz-sdk-invocation-id amz-sdk-request Authorization Connection Content-Length Content-Type Cookie Expect Host Origin
   Referer Transfer-Encoding User-Agent X-Amz-Content-SHA256 X-Amz-Date X-Amz-Security-Token X-Amz-Target X-Amz-User-Agent x-amzn-query-mode`
    .split(/\s+/)
    .flatMap((name) => [name, name.toLowerCase()])
    .map((name) => [name, name.toLowerCase()]),
);

/** Names are lower-cased; repeated headers are joined with `,` in arrival order. */
function readHeaders(rawHeaders: readonly string[]): ReadHeaders {
  const names: string[] = [];
  const headers: Record<string, string | undefined> = Object.create(null);
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const spelled = rawHeaders[i] ?? '';
    const name = KNOWN_NAMES.get(spelled) ?? spelled.toLowerCase();
    names.push(name);
    const known = headers[name];
    headers[name] = known === undefined ? rawHeaders[i + 1] : `${known},${rawHeaders[i + 1]}`;
  }
  return { names, headers };
}

/** The headers by name, as HttpRequest has them. */
export const joinHeaders = (rawHeaders: readonly string[]): HttpRequest['headers'] => readHeaders(rawHeaders).headers;

/** IPv4 addresses as IPv4, also when the socket is dual-stack (threat E12); without a zone. */
function plainAddress(address: string | undefined): string {
  if (address === undefined) return '';
  const plain = address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
  const zone = plain.indexOf('%');
  return zone === -1 ? plain : plain.slice(0, zone);
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const impatient = setTimeout(() => server.closeAllConnections(), 5_000);
  impatient.unref();
  await closed;
  clearTimeout(impatient);
}
