import { hash } from 'node:crypto';
import type { HttpRequest } from '../core/http.ts';
import { canonicalPath, type PathRules } from './canonical-path.ts';
import { canonicalQuery, type QueryParameter } from './canonical-query.ts';

/** What a signature covers of a request. `rawHeaders` alone is read, never the joined map: what was sent twice must be seen twice. */
export type SignableRequest = Pick<HttpRequest, 'method' | 'target' | 'rawHeaders' | 'body'>;

export interface CanonicalRules extends PathRules {
  /** Query parameters that are not signed: `X-Amz-Signature` in the presigned form. */
  readonly unsignedParameters: readonly string[];
}

/** The rules of every service served here, header form. */
export const HEADER_RULES: CanonicalRules = { normalizePath: true, unsignedParameters: [] };
/** The rules of every service served here, presigned form. */
export const QUERY_RULES: CanonicalRules = { normalizePath: true, unsignedParameters: ['X-Amz-Signature'] };

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Of `{}`, which is what calls of JSON protocols without parameters send. */
const EMPTY_OBJECT_SHA256 = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

/** Hexadecimal SHA-256 of the raw body. */
export function payloadHash(body: Uint8Array): string {
  if (body.length === 0) return EMPTY_SHA256;
  if (body.length === 2 && body[0] === 0x7b && body[1] === 0x7d) return EMPTY_OBJECT_SHA256;
  return hash('sha256', body, 'hex');
}

/** Header names of a request in arrival order, lower-cased; the value of `names[i]` is `rawHeaders[2 * i + 1]`. */
export function headerNames(rawHeaders: readonly string[]): string[] {
  const names: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) names.push((rawHeaders[i] ?? '').toLowerCase());
  return names;
}

/** Trims a header value and turns each inner run of blanks into one space. */
function squeeze(value: string): string {
  if (!value.includes('  ') && !value.includes('\t') && !value.startsWith(' ') && !value.endsWith(' ')) return value;
  return value.replace(/[ \t]+/g, ' ').trim();
}

/**
 * `name:value\n` for each of the signed names, in their order; values of a repeated header are joined with `,` in arrival order.
 * Undefined when a signed header was not sent: an absent header never counts as covered.
 */
export function canonicalHeaders(
  rawHeaders: readonly string[],
  names: readonly string[],
  signedNames: readonly string[],
): string | undefined {
  let text = '';
  for (const signed of signedNames) {
    let index = names.indexOf(signed);
    if (index === -1) return undefined;
    text += `${signed}:${squeeze(rawHeaders[2 * index + 1] ?? '')}`;
    for (index = names.indexOf(signed, index + 1); index !== -1; index = names.indexOf(signed, index + 1)) {
      text += `,${squeeze(rawHeaders[2 * index + 1] ?? '')}`;
    }
    text += '\n';
  }
  return text;
}

/** The parts of a request that the caller has already read, so that nothing is read twice. */
export interface ReadRequest {
  readonly request: SignableRequest;
  /** Of `headerNames`. */
  readonly names: readonly string[];
  /** Of `parseQuery`; empty when the target has no query. */
  readonly parameters: readonly QueryParameter[];
  /** SignedHeaders as sent, and split at `;`. */
  readonly signedHeaders: string;
  readonly signedNames: readonly string[];
}

/**
 * METHOD, path, query, headers, SignedHeaders and body hash, joined by line feeds. Each character stands for one byte (header values are
 * Latin-1, as Node reads them). Undefined when a signed header was not sent.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 */
export function canonicalRequest(read: ReadRequest, rules: CanonicalRules): string | undefined {
  const { request } = read;
  const headers = canonicalHeaders(request.rawHeaders, read.names, read.signedNames);
  if (headers === undefined) return undefined;
  const question = request.target.indexOf('?');
  const path = canonicalPath(question === -1 ? request.target : request.target.slice(0, question), rules);
  const query = canonicalQuery(read.parameters, rules.unsignedParameters);
  return `${request.method}\n${path}\n${query}\n${headers}\n${read.signedHeaders}\n${payloadHash(request.body)}`;
}

let scratch = Buffer.alloc(16_384);

/** Hexadecimal SHA-256 of a text whose characters stand for one byte each. */
function hashLatin1(text: string): string {
  // A canonical request is bounded by the listener's header and target limits, so this grows a few times and then never again.
  if (text.length > scratch.length) scratch = Buffer.alloc(text.length * 2);
  return hash('sha256', scratch.subarray(0, scratch.write(text, 'latin1')), 'hex');
}

/** `scope` is `date/region/service/aws4_request`. */
export function stringToSign(date: string, scope: string, canonical: string): string {
  return `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hashLatin1(canonical)}`;
}
