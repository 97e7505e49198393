import { Readable } from 'node:stream';
import type { HttpRequest, HttpResponse } from '../../src/core/http.ts';

/** The packages of the official SDK, by the service's name in data/models. */
const PACKAGES: Readonly<Record<string, string>> = { servicecatalog: 'service-catalog' };

/** What the SDK's HTTP handler is given, as far as it is read here. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The SDK in the middle of this process: what it sends comes to `answer`, what `answer` returns it reads. No sockets. */
export interface SdkClient {
  readonly operations: readonly string[];
  /** @throws what the SDK throws */
  send(operation: string, input: object, answer: (request: HttpRequest) => HttpResponse): Promise<Record<string, unknown>>;
}

type Constructor = new (argument: object) => object;

export async function sdkClient(service: string): Promise<SdkClient> {
  const name = `@aws-sdk/client-${PACKAGES[service] ?? service}`;
  const exported = (await import(name)) as Record<string, unknown>;
  const classOf = (className: string): Constructor => {
    const value = exported[className];
    if (typeof value !== 'function') throw new Error(`${name} has no ${className}`);
    return value as Constructor;
  };
  const clientName = Object.keys(exported).find((each) => /^[A-Z].*Client$/.test(each)) ?? '';
  let answer: (request: HttpRequest) => HttpResponse = () => ({ status: 500, headers: {}, body: '' });
  const client = new (classOf(clientName))({
    endpoint: 'http://localhost:4566',
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: { handle: async (request: SdkRequest) => ({ response: toSdkResponse(answer(fromSdkRequest(request))) }) },
  }) as { send(command: object): Promise<Record<string, unknown>> };
  return {
    operations: Object.keys(exported)
      .filter((each) => each.endsWith('Command') && each !== '$Command')
      .map((each) => each.slice(0, -'Command'.length)),
    send(operation, input, next) {
      answer = next;
      return client.send(new (classOf(`${operation}Command`))(input));
    },
  };
}

function fromSdkRequest({ method, path, query, headers, body = '' }: SdkRequest): HttpRequest {
  const parameters = Object.entries(query ?? {}).flatMap(([name, value]) =>
    [value ?? ''].flat().map((each) => `${encode(name)}=${encode(each)}`),
  );
  return requestOf(method, parameters.length === 0 ? path : `${path}?${parameters.join('&')}`, headers, body);
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** A request as the listener would have read it. */
export function requestOf(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array = '',
): HttpRequest {
  const lowerCase: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) lowerCase[name.toLowerCase()] = value;
  return {
    method,
    target,
    rawHeaders: Object.entries(headers).flat(),
    headers: lowerCase,
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    remoteAddress: '127.0.0.1',
    secure: false,
  };
}

function toSdkResponse({ status, headers, body }: HttpResponse): object {
  const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { statusCode: status, headers: lowerCase, body: Readable.from([Buffer.from(body)]) };
}
