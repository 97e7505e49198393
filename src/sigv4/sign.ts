import { canonicalQuery, parseQuery } from './canonical-query.ts';
import { canonicalRequest, HEADER_RULES, headerNames, QUERY_RULES, type SignableRequest, stringToSign } from './canonical-request.ts';
import { formatSigningDate } from './signing-date.ts';
import { computeSignature, deriveSigningKey } from './signing-key.ts';

/** The credentials of a client. */
export interface ClientCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface SignOptions {
  readonly region: string;
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Headers that proxies and transports change on the way; no client signs them. */
const UNSIGNED_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'expect',
  'transfer-encoding',
  'user-agent',
  'x-amzn-trace-id',
]);

const scopeOf = (options: SignOptions, date: string): string => `${date.slice(0, 8)}/${options.region}/${options.service}/aws4_request`;

/** The signature of a request over the given headers, all of which it must hold. */
function signatureOf(
  request: SignableRequest,
  signedNames: readonly string[],
  form: 'header' | 'query',
  credentials: ClientCredentials,
  options: SignOptions,
): string {
  const date = formatSigningDate(options.now);
  const question = request.target.indexOf('?');
  const parameters = question === -1 ? [] : parseQuery(request.target.slice(question + 1));
  if (parameters === undefined) throw new TypeError('The query string is not validly percent-encoded.');
  const canonical = canonicalRequest(
    { request, names: headerNames(request.rawHeaders), parameters, signedHeaders: signedNames.join(';'), signedNames },
    form === 'query' ? QUERY_RULES : HEADER_RULES,
  );
  if (canonical === undefined) throw new TypeError('A header to be signed is not in the request.');
  const key = deriveSigningKey(credentials.secretAccessKey, date.slice(0, 8), options.region, options.service);
  return computeSignature(key, stringToSign(date, scopeOf(options, date), canonical));
}

const namesToSign = (rawHeaders: readonly string[]): string[] =>
  [...new Set(headerNames(rawHeaders))].filter((name) => !UNSIGNED_HEADERS.has(name)).sort();

/**
 * Signs a request in its Authorization header; returns all headers to send, `[name, value, …]`. The request must hold `Host` and must not
 * yet hold X-Amz-Date, X-Amz-Security-Token or Authorization. The target is in wire form, percent-encoded.
 * @throws TypeError  the query string does not decode
 */
export function sign(request: SignableRequest, credentials: ClientCredentials, options: SignOptions): string[] {
  const date = formatSigningDate(options.now);
  const rawHeaders = [...request.rawHeaders, 'X-Amz-Date', date];
  if (credentials.sessionToken !== undefined) rawHeaders.push('X-Amz-Security-Token', credentials.sessionToken);
  const signedNames = namesToSign(rawHeaders);
  const signature = signatureOf({ ...request, rawHeaders }, signedNames, 'header', credentials, options);
  const credential = `${credentials.accessKeyId}/${scopeOf(options, date)}`;
  rawHeaders.push(
    'Authorization',
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedNames.join(';')}, Signature=${signature}`,
  );
  return rawHeaders;
}

/**
 * Signs a request in its query; returns the target to send. All headers of the request are signed and have to be sent as they are; `Host`
 * must be among them.
 * @throws TypeError  the query string does not decode
 */
export function presign(
  request: SignableRequest,
  credentials: ClientCredentials,
  options: SignOptions & { readonly expiresSeconds: number },
): string {
  const date = formatSigningDate(options.now);
  const signedNames = namesToSign(request.rawHeaders);
  const added = [
    { name: 'X-Amz-Algorithm', value: 'AWS4-HMAC-SHA256' },
    { name: 'X-Amz-Credential', value: `${credentials.accessKeyId}/${scopeOf(options, date)}` },
    { name: 'X-Amz-Date', value: date },
    { name: 'X-Amz-Expires', value: String(options.expiresSeconds) },
    { name: 'X-Amz-SignedHeaders', value: signedNames.join(';') },
  ];
  if (credentials.sessionToken !== undefined) added.push({ name: 'X-Amz-Security-Token', value: credentials.sessionToken });
  const target = `${request.target}${request.target.includes('?') ? '&' : '?'}${canonicalQuery(added)}`;
  return `${target}&X-Amz-Signature=${signatureOf({ ...request, target }, signedNames, 'query', credentials, options)}`;
}
