/**
 * Signature Version 4 verification, whole: header form, session-less key, 43-byte form body, from the raw headers to the verdict. Compared
 * with the same verification where the last step is `createHmac` over a cached key. One run, rounds alternating; the ratio is what counts.
 */
import { createHash, createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { HttpRequest } from '../src/core/http.ts';
import {
  AWS_REGIONS,
  canonicalRequest,
  checkSignature,
  HEADER_RULES,
  parseAuthorization,
  SigningKeyCache,
  type SigningRules,
  sign,
} from '../src/sigv4/index.ts';
import { checkSignedHeaders } from '../src/sigv4/signed-headers.ts';

const now = Date.UTC(2026, 10, 21, 1, 2, 3);
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const rules: SigningRules = { service: 'sts', regions: AWS_REGIONS, protocol: 'query', clockWindowMinutes: 15, now };
const body = Buffer.from('Action=GetCallerIdentity&Version=2011-06-15');

/** Requests that differ in a header and in their date, so that nothing is answered from the last one. */
const requests: HttpRequest[] = Array.from({ length: 1024 }, (_, i) => {
  const request = {
    method: 'POST',
    target: '/',
    rawHeaders: [
      'Host',
      'localhost:4566',
      'Accept-Encoding',
      'identity',
      'User-Agent',
      `aws-cli/2.30.${i}`,
      'Content-Type',
      'application/x-www-form-urlencoded; charset=utf-8',
      'amz-sdk-invocation-id',
      `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      'amz-sdk-request',
      'attempt=1',
      'Content-Length',
      String(body.length),
    ],
    body,
  };
  const rawHeaders = sign(request, credentials, { region: 'us-east-1', service: 'sts', now: now - i * 500 });
  return { ...request, rawHeaders, headers: {}, remoteAddress: '127.0.0.1', secure: false };
});

const keys = new SigningKeyCache();
const credential = { secretAccessKey: credentials.secretAccessKey, expired: false };

function ours(request: HttpRequest): boolean {
  checkSignature(parseAuthorization(request, rules), credential, keys);
  return true;
}

/** The key as bytes, derived once: every request of this bench is of one day and scope. */
let plainKey: Buffer | string = `AWS4${credentials.secretAccessKey}`;
for (const part of ['20261121', 'us-east-1', 'sts', 'aws4_request']) plainKey = createHmac('sha256', plainKey).update(part).digest();
const cachedKeys = new Map([[`${credentials.accessKeyId}/20261121/us-east-1/sts`, Buffer.from(plainKey)]]);

/** The same reading and the same rules; the cryptography as it is usually written. */
function usual(request: HttpRequest): boolean {
  const authorization = parseAuthorization(request, rules);
  checkSignedHeaders(authorization.names, authorization.signedNames);
  const canonical = canonicalRequest({ ...authorization, request: { ...request, body: new Uint8Array() } }, HEADER_RULES) ?? '';
  const payload = createHash('sha256').update(request.body).digest('hex');
  const withBody = canonical.slice(0, -64) + payload;
  const text = `AWS4-HMAC-SHA256\n${authorization.date}\n${authorization.scope}\n${createHash('sha256').update(withBody, 'latin1').digest('hex')}`;
  const { accessKeyId, day, region, service } = authorization;
  const key = cachedKeys.get(`${accessKeyId}/${day}/${region}/${service}`);
  if (key === undefined) return false;
  const expected = createHmac('sha256', key).update(text).digest();
  const given = Buffer.from(authorization.signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The same with one-shot hashes for body and canonical request too: only the HMAC differs from ours. */

function usualOneShot(request: HttpRequest): boolean {
  const authorization = parseAuthorization(request, rules);
  checkSignedHeaders(authorization.names, authorization.signedNames);
  const canonical = canonicalRequest(authorization, HEADER_RULES) ?? '';
  const text = `AWS4-HMAC-SHA256\n${authorization.date}\n${authorization.scope}\n${hash('sha256', canonical, 'hex')}`;
  const { accessKeyId, day, region, service } = authorization;
  const key = cachedKeys.get(`${accessKeyId}/${day}/${region}/${service}`);
  if (key === undefined) return false;
  const expected = createHmac('sha256', key).update(text).digest();
  const given = Buffer.from(authorization.signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const variants = { ours, 'createHmac, cached key': usualOneShot, 'createHmac and createHash, cached key': usual };
const ROUNDS = 15;
const PER_ROUND = 4 * requests.length;
const times: Record<string, number[]> = {};

for (let round = -3; round < ROUNDS; round++) {
  for (const [name, verify] of Object.entries(variants)) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < PER_ROUND; i++) {
      const request = requests[i % requests.length];
      // Every timed verdict is checked; a refusal is an exception or false.
      if (request === undefined || !verify(request)) throw new Error(`${name} refused a good request`);
    }
    const microseconds = Number(process.hrtime.bigint() - start) / 1000 / PER_ROUND;
    if (round >= 0) times[name] = [...(times[name] ?? []), microseconds];
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const figures = Object.entries(times).map(([name, values]) => ({
  name,
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
}));
for (const { name, ...figure } of figures) {
  console.log(`sigv4 ${name}: median ${figure.median.toFixed(2)} µs, min ${figure.min.toFixed(2)}, max ${figure.max.toFixed(2)}`);
}
const [own, hmac] = [times.ours ?? [], times['createHmac, cached key'] ?? []];
const ratios = own.map((value, round) => value / (hmac[round] ?? Number.NaN));
const ratio = median(ratios);
console.log(
  `sigv4 ratio to createHmac with a cached key: median ${ratio.toFixed(2)}, min ${Math.min(...ratios).toFixed(2)}, max ${Math.max(...ratios).toFixed(2)} (target: at most 0.75)`,
);
if (!(ratio <= 0.75)) process.exitCode = 1;
