import * as fc from 'fast-check';
import { it } from 'vitest';
import type { HttpRequest } from '../core/http.ts';
import { ServiceError } from '../core/service-error.ts';
import {
  AWS_REGIONS,
  canonicalQuery,
  checkSignature,
  encodeUnreserved,
  parseAuthorization,
  presign,
  SigningKeyCache,
  type SigningRules,
  sign,
} from './index.ts';

const NOW = Date.UTC(2026, 10, 21, 1, 2, 3);
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const signing = { region: 'us-east-1', service: 'sts', now: NOW };
const rules: SigningRules = { service: 'sts', regions: AWS_REGIONS, protocol: 'query', clockWindowMinutes: 15, now: NOW };
const keys = new SigningKeyCache();

const CODES = ['MissingAuthenticationToken', 'IncompleteSignature', 'SignatureDoesNotMatch', 'InvalidClientTokenId', 'ExpiredToken'];

function accepts(request: HttpRequest): boolean {
  try {
    checkSignature(parseAuthorization(request, rules), { secretAccessKey: credentials.secretAccessKey, expired: false }, keys);
    return true;
  } catch (error) {
    // Whatever is sent, the answer is one of the five codes and never an exception of ours.
    if (!(error instanceof ServiceError) || !CODES.includes(error.code)) throw error;
    return false;
  }
}

/** Text without lone surrogates, NUL, backslashes and control characters: what a name in a path may hold. */
const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => !/[\p{C}\\]/u.test(text) && text !== '.' && text !== '..');

const request = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PUT'),
    path: fc.array(word, { maxLength: 3 }),
    query: fc.dictionary(
      word.filter((name) => !/^x-amz-/i.test(name)),
      fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => text.isWellFormed()),
      { maxKeys: 4 },
    ),
    meta: fc.string({ unit: fc.constantFrom('a', 'B', ' ', '\t', ',', '\u00e9', '"'), maxLength: 20 }),
    body: fc.uint8Array({ maxLength: 40 }),
  })
  .map(({ method, path, query, meta, body }): HttpRequest => {
    const parameters = Object.entries(query).map(([name, value]) => ({ name, value }));
    const target = `/${path.map(encodeUnreserved).join('/')}${parameters.length > 0 ? `?${canonicalQuery(parameters)}` : ''}`;
    return {
      method,
      target,
      rawHeaders: ['Host', 'localhost', 'X-Amz-Meta', meta],
      headers: {},
      body,
      remoteAddress: '192.0.2.1',
      secure: false,
    };
  });

const inHeader = (unsigned: HttpRequest): HttpRequest => ({ ...unsigned, rawHeaders: sign(unsigned, credentials, signing) });
const inQuery = (unsigned: HttpRequest): HttpRequest => ({
  ...unsigned,
  target: presign(unsigned, credentials, { ...signing, expiresSeconds: 60 }),
});

it('whatever is signed is accepted, in either form', () => {
  fc.assert(
    fc.property(request, (unsigned) => accepts(inHeader(unsigned)) && accepts(inQuery(unsigned))),
    { numRuns: 300 },
  );
});

it('what was signed for one request is not accepted with another', () => {
  fc.assert(
    fc.property(request, request, (one, other) => {
      const squeezed = (text: string): string => text.replace(/[ \t]+/g, ' ').trim();
      const same =
        one.method === other.method &&
        one.target === other.target &&
        Buffer.compare(one.body, other.body) === 0 &&
        squeezed(one.rawHeaders[3] ?? '') === squeezed(other.rawHeaders[3] ?? '');
      const moved = { ...inHeader(one), method: other.method, target: other.target, body: other.body };
      const rawHeaders = [...moved.rawHeaders];
      rawHeaders[3] = other.rawHeaders[3] ?? '';
      return accepts({ ...moved, rawHeaders }) === same;
    }),
    { numRuns: 300 },
  );
});

it('any header and any target get an answer', () => {
  const noise = fc.string({ unit: 'binary', maxLength: 30 });
  fc.assert(
    fc.property(request, noise, fc.nat(), fc.nat(), fc.boolean(), (unsigned, text, at, cut, query) => {
      const good = query ? inQuery(unsigned) : inHeader(unsigned);
      const splice = (value: string): string => {
        const start = at % (value.length + 1);
        return value.slice(0, start) + text + value.slice(start + (cut % 9));
      };
      if (query) {
        const target = splice(good.target);
        accepts({ ...good, target });
        return true;
      }
      const rawHeaders = [...good.rawHeaders];
      const index = rawHeaders.indexOf('Authorization') + 1;
      rawHeaders[index] = splice(rawHeaders[index] ?? '');
      accepts({ ...good, rawHeaders });
      return true;
    }),
    { numRuns: 1000 },
  );
});
