import { connect } from 'node:net';
import { afterAll, beforeAll, expect } from 'vitest';
import { sign } from '../../src/sigv4/index.ts';
import type { Change } from '../../src/store/store.ts';
import { NOTES } from '../conformance/story.ts';
import { type Credentials, startTestServer, type TestAccount, type TestServer, type TestServerOptions } from '../harness.ts';

/** A request as it goes over the wire; every part can be spoilt. */
export interface Request {
  readonly method: string;
  /** In wire form. */
  readonly target: string;
  /** `[name, value, …]`, in order. Content-Length is added when sent, unless it is here. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The error's code, in whatever protocol. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** Whether the server ended the connection. */
  readonly closed: boolean;
}

/** What must come of an attack. `audited`: how many events it leaves; none for what is not HTTP. */
export interface Defence {
  readonly status: number;
  readonly code?: string;
  readonly message?: string | RegExp;
  readonly audited?: number;
}

/** A server, two accounts in it, and a socket to each. Filled before the first test of a file. */
export interface Target {
  server: TestServer;
  account: TestAccount;
  stranger: TestAccount;
  /** A signed call of a query service; `form` is its body as it stands. */
  query(form: string, more?: Signing): Request;
  /** A signed call of SageMaker; `body` is its body as it stands. */
  json(operation: string, body: string, more?: Signing): Request;
  signed(request: Request, more?: Signing): Request;
  send(request: Request): Promise<Answer>;
  sendBytes(bytes: string | Uint8Array): Promise<Answer>;
  /** Sends it and holds the answer to the defence; then: no 5xx, no error of ours, nothing changed, one event. */
  attack(request: Request | string | Uint8Array, defence: Defence): Promise<Answer>;
  /** Sends it and wants it allowed. */
  allowed(request: Request): Promise<Answer>;
}

export interface Signing {
  readonly as?: Credentials;
  readonly service?: string;
  readonly region?: string;
  /** Milliseconds by which the signer's clock is off. */
  readonly skew?: number;
  /** Further headers, signed. */
  readonly headers?: readonly string[];
}

export const IAM = 'Version=2010-05-08';
export const STS = 'Version=2011-06-15';
export const WHO_AM_I = `Action=GetCallerIdentity&${STS}`;

export function target(options: TestServerOptions = {}): Target {
  const filled = {} as Target;
  const changes: Change[] = [];
  beforeAll(async () => {
    const server = await startTestServer(options);
    const account = await server.account();
    const stranger = await server.account();
    server.installation.store.onChanges((some) => changes.push(...some.filter(({ table }) => !NOTES.has(table))));
    const { host, port, hostname } = new URL(server.url);
    const signed: Target['signed'] = (request, more = {}) => ({
      ...request,
      headers: sign(
        { ...request, rawHeaders: [...request.headers, ...(more.headers ?? [])], body: bytesOf(request.body) },
        more.as ?? account.root,
        { service: more.service ?? 'sts', region: more.region ?? 'us-east-1', now: server.clock.now() + (more.skew ?? 0) },
      ),
    });
    const send = (bytes: string | Uint8Array) => exchange(hostname, Number(port), bytes);
    Object.assign(filled, {
      server,
      account,
      stranger,
      signed,
      query: (form, more = {}) =>
        signed(
          {
            method: 'POST',
            target: '/',
            headers: ['Host', host, 'Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
            body: form,
          },
          { service: form.includes('Version=2010') ? 'iam' : form.includes('Version=2016') ? 'ec2' : 'sts', ...more },
        ),
      json: (operation, body, more = {}) =>
        signed(
          {
            method: 'POST',
            target: '/',
            headers: ['Host', host, 'Content-Type', 'application/x-amz-json-1.1', 'X-Amz-Target', `SageMaker.${operation}`],
            body,
          },
          { service: 'sagemaker', ...more },
        ),
      send: (request) => send(onTheWire(request)),
      sendBytes: send,
      async attack(request, { status, code, message, audited = 1 }) {
        changes.length = 0;
        server.audit.clear();
        const answer = await send(typeof request === 'string' || request instanceof Uint8Array ? request : onTheWire(request));
        const told = answer.body.slice(0, 2000);
        expect({ status: answer.status, code: answer.code }, told).toEqual({ status, code });
        if (message instanceof RegExp) expect(answer.message).toMatch(message);
        else if (message !== undefined) expect(answer.message).toBe(message);
        expect(server.errors, told).toEqual([]);
        expect(changes, 'changed').toEqual([]);
        const events = server.audit.list(10);
        expect(events.length, 'events').toBe(audited);
        if (audited === 1) expect(events[0]).toMatchObject({ status });
        return answer;
      },
      async allowed(request) {
        const answer = await send(onTheWire(request));
        expect(answer.status, answer.body).toBe(200);
        return answer;
      },
    } satisfies Partial<Target>);
  });
  afterAll(async () => {
    expect(filled.server.errors).toEqual([]);
    await filled.server.close();
  });
  return filled;
}

const bytesOf = (body: string | Uint8Array): Uint8Array => (typeof body === 'string' ? Buffer.from(body) : body);

export function onTheWire({ method, target: path, headers, body }: Request): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`];
  const bytes = bytesOf(body);
  for (let i = 0; i + 1 < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  const length = headers.some((name, i) => i % 2 === 0 && /^(content-length|transfer-encoding)$/i.test(name));
  if (!length) lines.push(`Content-Length: ${bytes.byteLength}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

/** Sends bytes and reads one answer. A server that says nothing before it ends the connection answers with status 0. */
function exchange(host: string, port: number, bytes: string | Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    let read = Buffer.alloc(0);
    const finish = (closed: boolean) => {
      socket.destroy();
      resolve(answerOf(read, closed));
    };
    const head = Buffer.from(bytes.slice(0, 5)).toString('latin1') === 'HEAD ';
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (chunk: Buffer) => {
      read = Buffer.concat([read, chunk]);
      const end = read.indexOf('\r\n\r\n');
      if (end === -1) return;
      if (head) return finish(false);
      const length = /^content-length: *(\d+)/im.exec(read.subarray(0, end).toString('latin1'))?.[1];
      if (length !== undefined && read.byteLength >= end + 4 + Number(length))
        finish(/^connection: *close/im.test(read.subarray(0, end).toString('latin1')));
    });
    socket.on('end', () => finish(true));
    socket.on('error', (error: Error & { code?: string }) => {
      // It may end the connection while we are still writing.
      if (error.code === 'EPIPE' || error.code === 'ECONNRESET') finish(true);
      else reject(error);
    });
  });
}

function answerOf(bytes: Buffer, closed: boolean): Answer {
  const end = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = (end === -1 ? '' : bytes.subarray(0, end).toString('latin1')).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = end === -1 ? '' : bytes.subarray(end + 4).toString('utf8');
  const { code, message } = headers['content-type']?.includes('json') ? jsonError(headers, body) : xmlError(body);
  return { status: Number(first.split(' ')[1] ?? 0), headers, body, code, message, closed };
}

function jsonError(headers: Readonly<Record<string, string>>, body: string): Pick<Answer, 'code' | 'message'> {
  const { __type, message, Message } = JSON.parse(body === '' ? '{}' : body) as { __type?: string; message?: string; Message?: string };
  const code = (headers['x-amzn-errortype'] ?? __type)?.split(':')[0];
  return { code: code?.slice(code.indexOf('#') + 1), message: message ?? Message };
}

const xmlError = (body: string): Pick<Answer, 'code' | 'message'> => ({
  code: /<Code>([^<]*)<\/Code>/.exec(body)?.[1],
  message: /<Message>([^<]*)<\/Message>/.exec(body)?.[1],
});

/** The same request with one of its headers changed after it was signed. */
export function withHeader(request: Request, name: string, change: (value: string) => string): Request {
  const headers = [...request.headers];
  const at = headers.findIndex((header, i) => i % 2 === 0 && header.toLowerCase() === name.toLowerCase());
  if (at === -1) throw new Error(`the request has no ${name}`);
  headers[at + 1] = change(headers[at + 1] ?? '');
  return { ...request, headers };
}

/** The same request with a header more, which is not signed. */
export const withExtra = (request: Request, ...headers: readonly string[]): Request => ({
  ...request,
  headers: [...request.headers, ...headers],
});

/** A form from names and values. */
export const form = (members: Readonly<Record<string, string>>): string => new URLSearchParams(members).toString();
