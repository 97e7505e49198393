import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../core/http.ts';
import { ServiceError } from '../core/service-error.ts';
import {
  AWS_REGIONS,
  canonicalRequest,
  computeSignature,
  deriveSigningKey,
  formatSigningDate,
  GLOBAL_REGION,
  HEADER_RULES,
  headerNames,
  parseHttpDate,
  parseQuery,
  parseSigningDate,
  presign,
  QUERY_RULES,
  SigningKeyCache,
  type SigningRules,
  sign,
  stringToSign,
  verify,
} from './index.ts';

const NOW = Date.UTC(2026, 10, 21, 1, 2, 3);
const DATE = '20261121T010203Z';
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const session = { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey: 'another/secret', sessionToken: 'IQoJb3JpZ2luX2Vj' };
const sts: SigningRules = { service: 'sts', regions: AWS_REGIONS, protocol: 'query', clockWindowMinutes: 15, now: NOW };
const iam: SigningRules = { ...sts, service: 'iam', regions: GLOBAL_REGION };
const sagemaker: SigningRules = { ...sts, service: 'sagemaker', protocol: 'json', clockWindowMinutes: 5 };

const body = Buffer.from('Action=GetCallerIdentity&Version=2011-06-15');
const HEADERS = ['Host', 'localhost:4566', 'Content-Type', 'application/x-www-form-urlencoded'];

function http(parts: Partial<HttpRequest>): HttpRequest {
  return { method: 'POST', target: '/', rawHeaders: HEADERS, headers: {}, body, remoteAddress: '192.0.2.1', secure: false, ...parts };
}

type Signer = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** A request signed as a client would, then changed as an attacker would. */
function signed(
  parts: Partial<HttpRequest> = {},
  options: { as?: Signer; now?: number; region?: string; service?: string } = {},
): HttpRequest {
  const request = http(parts);
  const signing = { region: options.region ?? 'us-east-1', service: options.service ?? 'sts', now: options.now ?? NOW };
  return { ...request, rawHeaders: sign(request, options.as ?? credentials, signing) };
}

function presigned(parts: Partial<HttpRequest> = {}, options: { as?: Signer; now?: number; expiresSeconds?: number } = {}): HttpRequest {
  const request = http({
    method: 'GET',
    target: '/?Action=GetCallerIdentity&Version=2011-06-15',
    rawHeaders: ['Host', 'localhost:4566'],
    body: Buffer.alloc(0),
    ...parts,
  });
  const signing = { region: 'us-east-1', service: 'sts', now: options.now ?? NOW, expiresSeconds: options.expiresSeconds ?? 60 };
  return { ...request, target: presign(request, options.as ?? credentials, signing) };
}

/** Signs exactly these headers and this authorization text, whatever a proper client would do. */
function forged(rawHeaders: readonly string[], signedHeaders: string, parts: Partial<HttpRequest> = {}): HttpRequest {
  const request = http({ rawHeaders, ...parts });
  const canonical = canonicalRequest(
    { request, names: headerNames(rawHeaders), parameters: [], signedHeaders, signedNames: signedHeaders.split(';') },
    HEADER_RULES,
  );
  const scope = '20261121/us-east-1/sts/aws4_request';
  const key = deriveSigningKey(credentials.secretAccessKey, '20261121', 'us-east-1', 'sts');
  const signature = computeSignature(key, stringToSign(DATE, scope, canonical ?? 'a header is missing'));
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return { ...request, rawHeaders: [...rawHeaders, 'Authorization', authorization] };
}

/** Signs this very query, whatever a proper client would do. `query` has every X-Amz-* parameter but the signature. */
function forgedQuery(query: string, parts: Partial<HttpRequest> = {}): HttpRequest {
  const request = http({ method: 'GET', target: `/?${query}`, rawHeaders: ['Host', 'localhost:4566'], body: Buffer.alloc(0), ...parts });
  const canonical = canonicalRequest(
    { request, names: headerNames(request.rawHeaders), parameters: parseQuery(query) ?? [], signedHeaders: 'host', signedNames: ['host'] },
    QUERY_RULES,
  );
  const key = deriveSigningKey(credentials.secretAccessKey, '20261121', 'us-east-1', 'sts');
  const signature = computeSignature(key, stringToSign(DATE, '20261121/us-east-1/sts/aws4_request', canonical ?? ''));
  return { ...request, target: `${request.target}&X-Amz-Signature=${signature}` };
}

const QUERY = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credentials.accessKeyId}%2F20261121%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=${DATE}&X-Amz-SignedHeaders=host`;

function header(request: HttpRequest, name: string, value: string | undefined): HttpRequest {
  const rawHeaders: string[] = [];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const [existing = '', old = ''] = request.rawHeaders.slice(i, i + 2);
    if (existing.toLowerCase() !== name.toLowerCase()) rawHeaders.push(existing, old);
    else if (value !== undefined) rawHeaders.push(existing, value);
  }
  return { ...request, rawHeaders };
}

const authorizationOf = (request: HttpRequest): string => request.rawHeaders[request.rawHeaders.indexOf('Authorization') + 1] ?? '';
const authorization = (request: HttpRequest, change: (text: string) => string): HttpRequest =>
  header(request, 'Authorization', change(authorizationOf(request)));
const adding = (request: HttpRequest, ...more: string[]): HttpRequest => ({ ...request, rawHeaders: [...request.rawHeaders, ...more] });

const keys = new SigningKeyCache();

/** What the verifier says: `ok` or `code: message`. */
async function outcome(request: HttpRequest, rules: SigningRules = sts, changes: { expired?: boolean } = {}): Promise<string> {
  try {
    await verify(request, {
      ...rules,
      keys,
      findCredential: (id, token) => {
        if (id === credentials.accessKeyId && token === undefined) return { secretAccessKey: credentials.secretAccessKey, expired: false };
        if (id === session.accessKeyId && token === session.sessionToken) {
          return { secretAccessKey: session.secretAccessKey, expired: changes.expired ?? false };
        }
        return undefined;
      },
    });
    return 'ok';
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

const MISMATCH =
  'SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const UNKNOWN = 'InvalidClientTokenId: The security token included in the request is invalid.';
const BAD_TOKEN = 'InvalidClientTokenId: The security token included in the request is invalid';
const SCOPE = (text: string): string => `SignatureDoesNotMatch: ${text}`;

type Case = readonly [string, HttpRequest, string | RegExp, SigningRules?];

function check(cases: readonly Case[]): void {
  for (const [name, request, expected, rules] of cases) {
    it(name, async () => {
      const said = await outcome(request, rules);
      if (typeof expected === 'string') expect(said).toBe(expected);
      else expect(said).toMatch(expected);
    });
  }
}

describe('what real clients send passes', () => {
  check([
    ['header form', signed(), 'ok'],
    ['presigned', presigned(), 'ok'],
    ['a session, header form', signed({}, { as: session }), 'ok'],
    ['a session, presigned', presigned({}, { as: session }), 'ok'],
    ['no space after the commas', authorization(signed(), (text) => text.replaceAll(', ', ',')), 'ok'],
    [
      'components in another order',
      authorization(signed(), (text) => text.replace(/(Credential=.*), (Sig.*), (Sig.*)/, '$3, $2, $1')),
      'ok',
    ],
    ['runs of spaces in a value', signed({ rawHeaders: [...HEADERS, 'X-Amz-Meta', '  a   b  '] }), 'ok'],
    ['bytes above ASCII in a header', signed({ rawHeaders: [...HEADERS, 'X-Amz-Meta', 'caf\u00e9'] }), 'ok'],
    ['an unsigned header that steers nothing', adding(signed(), 'User-Agent', 'aws-cli', 'X-Amzn-Trace-Id', 'Root=1'), 'ok'],
    ['an encoded path', signed({ target: '/endpoints/caf%C3%A9%20x.y/invocations' }), 'ok'],
    ['a query that needs sorting and encoding', signed({ target: '/?b=2&a=%2F+x&a-b=1&c&%C3%A9=%7E' }), 'ok'],
  ]);

  it('what was signed is handed on', async () => {
    const { authorization: read, credential } = await verify(signed(), {
      ...sts,
      keys,
      findCredential: async () => ({ secretAccessKey: credentials.secretAccessKey, expired: false, owner: 'alice' }),
    });
    expect(credential.owner).toBe('alice');
    expect(read).toMatchObject({
      accessKeyId: credentials.accessKeyId,
      region: 'us-east-1',
      service: 'sts',
      form: 'header',
      signedAt: NOW,
    });
  });
});

describe('the checks, in order, word for word', () => {
  const plain = http({});
  const sha = '(Hashed with SHA-256 and encoded with Base64) Authorization=';
  check([
    [
      '1 both forms',
      adding(presigned(), 'Authorization', authorizationOf(signed())),
      "SignatureDoesNotMatch: Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    ],
    ['2 unsigned', plain, 'MissingAuthenticationToken: Request is missing Authentication Token'],
    ['2 unsigned, rest', plain, 'MissingAuthenticationToken: Missing Authentication Token', { ...sts, protocol: 'rest-json' }],
    ['2 Bearer', adding(plain, 'Authorization', 'Bearer abc'), 'MissingAuthenticationToken: Request is missing Authentication Token'],
    [
      '3 a component without an equal sign',
      adding(plain, 'Authorization', 'AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo'),
      /^IncompleteSignature: Invalid key=value pair \(missing equal-sign\) in Authorization header \(hashed with SHA-256 and encoded with Base64\): '[A-Za-z0-9+/]{43}='\.$/,
    ],
    [
      '4 everything missing',
      adding(plain, 'Authorization', 'AWS4-HMAC-SHA256'),
      `IncompleteSignature: Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ${sha}YI2YWea8FSxnksZL2ETHbs5elHm9HQufxTLK0W0ffV0=`,
    ],
    [
      '4 no date',
      header(signed(), 'X-Amz-Date', undefined),
      /^IncompleteSignature: Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\. \(Hashed/,
    ],
    [
      '4 query form',
      http({ target: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=x' }),
      "IncompleteSignature: AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters.",
    ],
    [
      '5 date',
      header(signed(), 'X-Amz-Date', '2026-11-21T01:02:03Z'),
      "IncompleteSignature: Date must be in ISO-8601 'basic format'. Got '2026-11-21T01:02:03Z'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      '6 too old',
      signed({}, { now: NOW - 901_000 }),
      'SignatureDoesNotMatch: Signature expired: 20261121T004702Z is now earlier than 20261121T004703Z (20261121T010203Z - 15 min.)',
    ],
    [
      '6 too new',
      signed({}, { now: NOW + 301_000, service: 'sagemaker' }),
      'SignatureDoesNotMatch: Signature not yet current: 20261121T010704Z is still later than 20261121T010703Z (20261121T010203Z + 5 min.)',
      sagemaker,
    ],
    [
      '7 host',
      forged(['Host', 'localhost', 'X-Amz-Date', DATE], 'x-amz-date'),
      "SignatureDoesNotMatch: 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      '8 algorithm',
      authorization(signed(), (text) => text.replace('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256')),
      "IncompleteSignature: Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'",
    ],
    [
      '9 credential',
      authorization(signed(), (text) => text.replace('/20261121/', '/')),
      "IncompleteSignature: Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIAIOSFODNN7EXAMPLE/us-east-1/sts/aws4_request'",
    ],
    [
      '10 everything about the scope',
      authorization(signed(), (text) => text.replace('20261121/us-east-1/sts/aws4_request', '20261120/mars-1/iam/aws5')),
      "SignatureDoesNotMatch: Credential should be scoped to a valid region, not 'mars-1'. Credential should be scoped to correct service: 'sts'. Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261120' != '20261121', from '20261121T010203Z'.",
    ],
    ['11 unknown key', signed({}, { as: { ...credentials, accessKeyId: 'AKIAIOSFODNN7EXAMPLF' } }), UNKNOWN],
    ['12 a temporary key without its token', header(signed({}, { as: session }), 'X-Amz-Security-Token', undefined), BAD_TOKEN],
    ['12 another token', signed({}, { as: { ...session, sessionToken: 'other' } }), BAD_TOKEN],
    ['12 a long-term key with a token', signed({}, { as: { ...credentials, sessionToken: session.sessionToken } }), BAD_TOKEN],
    ['12 a long-term key with an empty token', signed({}, { as: { ...credentials, sessionToken: '' } }), BAD_TOKEN],
    ['13 another secret', signed({}, { as: { ...credentials, secretAccessKey: 'wrong' } }), MISMATCH],
  ]);

  it('14 an ended session, after its signature', async () => {
    const request = signed({}, { as: session });
    expect(await outcome(request, sts, { expired: true })).toBe('ExpiredToken: The security token included in the request is expired');
    expect(await outcome({ ...request, body: Buffer.from('x') }, sts, { expired: true })).toBe(MISMATCH);
  });

  it('hints only when asked for', async () => {
    const request = signed({}, { as: { ...credentials, secretAccessKey: 'wrong' } });
    const said = await outcome(request, { ...sts, hints: true });
    expect(said).toContain("\n\nThe Canonical String for this request should have been\n'POST\n/\n\ncontent-type:");
    expect(said).toContain(`\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n${DATE}\n20261121/us-east-1/sts/aws4_request\n`);
  });
});

describe('S01 key ids are compared byte for byte', () => {
  const as = (accessKeyId: string): HttpRequest => signed({}, { as: { ...credentials, accessKeyId } });
  check([
    ['folklore', as('test'), UNKNOWN],
    ['empty', as(''), UNKNOWN],
    ['lower case', as('akiaiosfodnn7example'), UNKNOWN],
    ['padded', authorization(signed(), (text) => text.replace('Credential=', 'Credential= ')), UNKNOWN],
    ['huge', as('A'.repeat(10_000)), UNKNOWN],
    ['not ASCII', as('AKIA\u017fOSFODNN7EXAMPLE'), UNKNOWN],
  ]);

  it('an id that cannot be one is not even looked up', async () => {
    const asked: string[] = [];
    const options = { ...sts, keys, findCredential: (id: string) => void asked.push(id) };
    await expect(verify(as('A'.repeat(129)), options)).rejects.toThrow('invalid.');
    await expect(verify(as('__proto__'), options)).rejects.toThrow('invalid.');
    expect(asked).toEqual(['__proto__']);
  });
});

describe('S02 S12 an invented or malleable signature', () => {
  const with_ = (change: (signature: string) => string): HttpRequest =>
    authorization(signed(), (text) => text.replace(/Signature=(.*)$/, (_all, hex: string) => `Signature=${change(hex)}`));
  check([
    ['S02 invented', with_(() => '0'.repeat(64)), MISMATCH],
    ['S12 upper case', with_((hex) => hex.toUpperCase()), MISMATCH],
    ['S12 base64', with_((hex) => Buffer.from(hex, 'hex').toString('base64')), MISMATCH],
    ['S12 truncated', with_((hex) => hex.slice(0, 63)), MISMATCH],
    ['S12 longer', with_((hex) => `${hex}0`), MISMATCH],
    ['S12 look-alike digits', with_((hex) => hex.replace(/[0-9]/, '\u0661')), MISMATCH],
    ['S12 trailing line feed', with_((hex) => `${hex}\n.`), MISMATCH],
    ['S12 empty', with_(() => ''), /^IncompleteSignature: Authorization header requires 'Signature' parameter/],
    ['S12 twice', with_((hex) => `${hex}, Signature=${hex}`), "IncompleteSignature: 'Signature' must not be sent more than once."],
    [
      'S12 credential twice',
      authorization(signed(), (text) => `${text}, Credential=a/b/c/d/e`),
      /^IncompleteSignature: 'Credential' must not/,
    ],
    [
      'S12 signed headers twice',
      authorization(signed(), (text) => `${text}, SignedHeaders=host`),
      /^IncompleteSignature: 'SignedHeaders' must not/,
    ],
    ['S12 presigned, upper case', presigned(), 'ok'],
    ['S12 presigned, base64', { ...presigned(), target: presigned().target.replace(/Signature=.*/, 'Signature=AAAA') }, MISMATCH],
  ]);
});

describe('S03 credentials in two places', () => {
  const both = /^SignatureDoesNotMatch: Found both/;
  const valid = authorizationOf(signed());
  check([
    ['a credential in the query of a header-signed request', signed({ target: '/?X-Amz-Credential=a' }), both],
    ['a signature in the query of a header-signed request', signed({ target: '/?X-Amz-Signature=a' }), both],
    ['an algorithm in the query of a header-signed request', signed({ target: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256' }), both],
    ['presigned with a foreign header', adding(presigned(), 'Authorization', 'Bearer x'), both],
    ['presigned with an AWS header', adding(presigned(), 'Authorization', valid), both],
    ['two tokens', adding(presigned({}, { as: session }), 'X-Amz-Security-Token', 'x'), /^IncompleteSignature: 'X-Amz-Security-Token'/],
  ]);
});

describe('S04 a steering header sent twice', () => {
  const twice = (name: string, value: string): Case => [
    name,
    adding(signed({ rawHeaders: [...HEADERS, 'X-Amz-Target', 'SageMaker.ListModels'] }, { as: session }), name.toUpperCase(), value),
    `IncompleteSignature: '${name}' must not be sent more than once.`,
  ];
  check([
    twice('Authorization', authorizationOf(signed())),
    twice('Host', 'localhost:4566'),
    twice('X-Amz-Date', DATE),
    twice('X-Amz-Target', 'SageMaker.DeleteModel'),
    twice('X-Amz-Security-Token', session.sessionToken),
    twice('Content-Type', 'application/json'),
    [
      'Date, when it is the date',
      forged(['Host', 'h', 'Date', DATE, 'date', DATE], 'date;host'),
      "IncompleteSignature: 'Date' must not be sent more than once.",
    ],
    ['another signed header joins in order', signed({ rawHeaders: [...HEADERS, 'X-Amz-Meta', 'b', 'x-amz-meta', 'a'] }), 'ok'],
    [
      'a repeated signed header, reordered',
      (() => {
        const request = signed({ rawHeaders: [...HEADERS, 'X-Amz-Meta', 'b', 'X-Amz-Meta', 'a'] });
        const rawHeaders = [...request.rawHeaders];
        rawHeaders[5] = 'a';
        rawHeaders[7] = 'b';
        return { ...request, rawHeaders };
      })(),
      MISMATCH,
    ],
    ['a second value slipped in', adding(signed({ rawHeaders: [...HEADERS, 'X-Amz-Meta', 'b'] }), 'X-Amz-Meta', 'c'), MISMATCH],
  ]);
});

describe('S05 an unsigned header that steers the call', () => {
  const unsigned = 'SignatureDoesNotMatch: There were headers present in the request which were not signed';
  check([
    ['x-amz-target', adding(signed(), 'X-Amz-Target', 'SageMaker.DeleteModel'), unsigned],
    ['any x-amz-*', adding(signed(), 'x-amz-whatever', '1'), unsigned],
    ['SageMaker runtime', adding(signed(), 'X-Amzn-SageMaker-Target-Variant', 'b'), unsigned],
    ['presigned', adding(presigned(), 'X-Amz-Target', 'SageMaker.DeleteModel'), unsigned],
    ['presigned with another date in a header', adding(presigned(), 'X-Amz-Date', DATE), unsigned],
    [
      'an unsigned token is bound to its key',
      adding(forged(['Host', 'h', 'X-Amz-Date', DATE], 'host;x-amz-date'), 'X-Amz-Security-Token', 't'),
      BAD_TOKEN,
    ],
  ]);
});

describe('S06 SignedHeaders', () => {
  const headers = ['Host', 'h', 'X-Amz-Date', DATE, 'X-B', '1'];
  check([
    ['proper', forged(headers, 'host;x-amz-date;x-b'), 'ok'],
    ['unsorted', forged(headers, 'x-amz-date;host;x-b'), MISMATCH],
    ['upper case', forged(headers, 'host;x-amz-date;X-b'), MISMATCH],
    ['upper-case host', forged(headers, 'Host;x-amz-date'), /^SignatureDoesNotMatch: 'Host' or ':authority'/],
    ['repeated', forged(headers, 'host;host;x-amz-date'), MISMATCH],
    ['empty name', forged(headers, ';host;x-amz-date'), MISMATCH],
    ['empty last name', forged(headers, 'host;x-amz-date;'), MISMATCH],
    ['absent header', forged(headers, 'host;x-amz-date;x-c'), MISMATCH],
    ['host signed but not sent', forged(['X-Amz-Date', DATE], 'host;x-amz-date'), /^SignatureDoesNotMatch: 'Host' or ':authority'/],
    ['names of the prototype', forged(headers, 'constructor;host;x-amz-date'), MISMATCH],
    ['more than anybody signs', forged(headers, `host;x-amz-date;${Array.from({ length: 5000 }, (_, i) => `y${i}`).join(';')}`), MISMATCH],
  ]);
});

describe('S08 the host is signed as sent', () => {
  check([
    ['another host', header(signed(), 'Host', 'evil.example'), MISMATCH],
    ['another port', header(signed(), 'Host', 'localhost:4567'), MISMATCH],
    ['another case', header(signed(), 'Host', 'LOCALHOST:4566'), MISMATCH],
    [
      'a host of another region than the scope',
      signed({ rawHeaders: ['Host', 'sts.eu-west-1.amazonaws.com'] }),
      SCOPE("Credential should be scoped to a valid region, not 'us-east-1'."),
    ],
    ['a host of the same region', signed({ rawHeaders: ['Host', 'sts.eu-west-1.amazonaws.com'] }, { region: 'eu-west-1' }), 'ok'],
    ['missing', header(signed(), 'Host', undefined), /^SignatureDoesNotMatch: 'Host' or ':authority'/],
  ]);
});

describe('S10 S11 the scope', () => {
  const scope = (text: string): HttpRequest => authorization(signed(), (all) => all.replace('20261121/us-east-1/sts/aws4_request', text));
  const region = (name: string): string => SCOPE(`Credential should be scoped to a valid region, not '${name}'.`);
  check([
    ['S10 another service', signed({}, { service: 'iam' }), SCOPE("Credential should be scoped to correct service: 'sts'.")],
    ['S10 IAM outside us-east-1', signed({}, { service: 'iam', region: 'eu-west-1' }), region('eu-west-1'), iam],
    ['S10 IAM in us-east-1', signed({}, { service: 'iam' }), 'ok', iam],
    ['S10 blank region', scope('20261121//sts/aws4_request'), region('')],
    ['S10 upper-case region', scope('20261121/US-EAST-1/sts/aws4_request'), region('US-EAST-1')],
    ['S10 invented region', signed({}, { region: 'us-east-9' }), region('us-east-9')],
    ['S10 another day', scope('20261120/us-east-1/sts/aws4_request'), /^SignatureDoesNotMatch: Date in Credential scope/],
    ['S10 region swapped for a valid one', scope('20261121/eu-west-1/sts/aws4_request'), MISMATCH],
    ['S11 four parts', scope('20261121/us-east-1/sts'), /^IncompleteSignature: Credential must have exactly 5/],
    ['S11 six parts', scope('20261121/us-east-1/sts/aws4_request/x'), /^IncompleteSignature: Credential must have exactly 5/],
    ['S11 encoded slash', scope('20261121%2Fus-east-1/sts/aws4_request'), /^IncompleteSignature: Credential must have exactly 5/],
    ['S11 look-alike', scope('20261121/us-east-\u0661/sts/aws4_request'), region('us-east-\u0661')],
    ['S11 a line feed through the query', forgedQuery(QUERY.replace('us-east-1', 'us-east-1%0Ax')), region('us-east-1\nx')],
    [
      'S11 SHA-1',
      authorization(signed(), (text) => text.replace('SHA256', 'SHA1')),
      "IncompleteSignature: Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'",
    ],
    [
      'S11 query algorithm',
      forgedQuery(QUERY.replace('SHA256', 'SHA512')),
      "IncompleteSignature: Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'",
    ],
    ['S11 Basic', header(signed(), 'Authorization', 'Basic QUtJQQ=='), /^MissingAuthenticationToken/],
    ['S11 lower-case scheme', authorization(signed(), (text) => text.toLowerCase()), /^MissingAuthenticationToken/],
  ]);
});

describe('S13 the clock', () => {
  const badDate = /^IncompleteSignature: Date must be in ISO-8601 'basic format'/;
  const dated = (date: string): HttpRequest => header(signed(), 'X-Amz-Date', date);
  check([
    ['15 minutes old', signed({}, { now: NOW - 900_000 }), 'ok'],
    ['15 minutes ahead', signed({}, { now: NOW + 900_000 }), 'ok'],
    ['a second older', signed({}, { now: NOW - 901_000 }), /Signature expired/],
    ['a second further ahead', signed({}, { now: NOW + 901_000 }), /Signature not yet current/],
    ['5 minutes for SageMaker', signed({}, { now: NOW - 300_000, service: 'sagemaker' }), 'ok', sagemaker],
    ['5 minutes and a second', signed({}, { now: NOW - 301_000, service: 'sagemaker' }), /Signature expired/, sagemaker],
    ['a fraction past the second', signed({}, { now: NOW - 900_000 }), 'ok', { ...sts, now: NOW + 999 }],
    ['30 February', dated('20260230T010203Z'), badDate],
    ['month 13', dated('20261321T010203Z'), badDate],
    ['hour 24', dated('20261121T240000Z'), badDate],
    ['second 60', dated('20261121T010260Z'), badDate],
    ['milliseconds', dated('20261121T010203.000Z'), badDate],
    ['offset', dated('20261121T010203+00'), badDate],
    ['letters', dated('2026112NT010203Z'), badDate],
    ['signs', dated('+2261121T010203Z'), badDate],
    ['a Date header alone, HTTP form', forged(['Host', 'h', 'Date', 'Sat, 21 Nov 2026 01:02:03 GMT'], 'date;host'), 'ok'],
    ['a Date header alone, basic form', forged(['Host', 'h', 'Date', DATE], 'host'), 'ok'],
    ['a Date header of another zone', forged(['Host', 'h', 'Date', 'Sat, 21 Nov 2026 01:02:03 EST'], 'date;host'), badDate],
    [
      'x-amz-date comes before Date',
      forged(['Host', 'h', 'Date', 'Sat, 21 Nov 2020 01:02:03 GMT', 'X-Amz-Date', DATE], 'host;x-amz-date'),
      'ok',
    ],
    ['x-amz-date moved after signing', dated('20261121T010204Z'), MISMATCH],
  ]);

  it.each([
    ['20240229T000000Z', Date.UTC(2024, 1, 29)],
    ['20230229T000000Z', undefined],
    ['20261131T000000Z', undefined],
    ['00001121T000000Z', undefined],
    ['', undefined],
  ])('%s is %s', (text, time) => expect(parseSigningDate(text)).toBe(time));

  it('HTTP dates that do not exist are none', () => expect(parseHttpDate('Sun, 31 Jun 2026 00:00:00 GMT')).toBeUndefined());
  it('formatting and reading agree', () => expect(parseSigningDate(formatSigningDate(NOW))).toBe(NOW));
});

it('S14 a replay inside the window passes, as on AWS', async () => {
  const request = signed();
  expect([await outcome(request), await outcome(request)]).toEqual(['ok', 'ok']);
});

describe('S15 presigned requests', () => {
  const tokenless = presigned({}, { as: { accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey } });
  const expires = (text: string): HttpRequest => forgedQuery(`${QUERY}&X-Amz-Expires=${text}`);
  check([
    ['one second', expires('1'), 'ok'],
    ['a week', expires('604800'), 'ok'],
    ['none', forgedQuery(QUERY), 'ok'],
    ['zero', expires('0'), 'IncompleteSignature: X-Amz-Expires must be non-negative'],
    ['negative', expires('-1'), 'IncompleteSignature: X-Amz-Expires must be non-negative'],
    ['a week and a second', expires('604801'), /^IncompleteSignature: X-Amz-Expires must be less than a week/],
    ['exponent', expires('1e5'), 'IncompleteSignature: X-Amz-Expires should be a number'],
    ['empty', expires(''), 'IncompleteSignature: X-Amz-Expires should be a number'],
    ['fraction', expires('60.5'), 'IncompleteSignature: X-Amz-Expires should be a number'],
    ['repeated', expires('60&X-Amz-Expires=61'), /^IncompleteSignature: The request target is not well-formed/],
    ['after 15 minutes, whatever it says', presigned({}, { now: NOW - 901_000, expiresSeconds: 604_800 }), /Signature expired/],
    ['within 15 minutes, whatever it says', presigned({}, { now: NOW - 800_000, expiresSeconds: 60 }), 'ok'],
    ['with a signed header of a Kubernetes authenticator', presigned({ rawHeaders: ['Host', 'h', 'x-k8s-aws-id', 'cluster'] }), 'ok'],
    ['a parameter changed', { ...presigned(), target: presigned().target.replace('GetCallerIdentity', 'GetSessionToken') }, MISMATCH],
    ['a parameter added', { ...presigned(), target: `${presigned().target}&DurationSeconds=900` }, MISMATCH],
    [
      'the token added after signing',
      { ...tokenless, target: `${tokenless.target}&X-Amz-Security-Token=${session.sessionToken}` },
      MISMATCH,
    ],
  ]);
});

describe('S16 repeated parameters', () => {
  const unclear = /^IncompleteSignature: The request target is not well-formed/;
  check([
    ['twice', signed({ target: '/?Action=A&Action=B' }), unclear],
    ['twice, once encoded', signed({ target: '/?Action=A&%41ction=B' }), unclear],
    ['in other case they are two names', signed({ target: '/?Action=A&action=B' }), 'ok'],
    ['X-Amz-* in other case', signed({ target: '/?x-amz-credential=a' }), unclear],
    ['X-Amz-* in other case, presigned', presigned({ target: '/?x-amz-expires=1' }), unclear],
  ]);
});

describe('S17 the body is always hashed', () => {
  const declaring = (hash: string, parts: Partial<HttpRequest> = {}): HttpRequest =>
    signed({ rawHeaders: [...HEADERS, 'x-amz-content-sha256', hash], ...parts });
  check([
    ['another body', { ...signed(), body: Buffer.from('Action=DeleteUser') }, MISMATCH],
    ['a presigned GET with a body', { ...presigned(), body }, MISMATCH],
    ['the right hash declared', declaring('ab821ae955788b0e33ebd34c208442ccfc2d406e2edc5e7a39bd6458fbb4f843'), 'ok'],
    ['another hash declared', declaring('0'.repeat(64)), MISMATCH],
    ['UNSIGNED-PAYLOAD', declaring('UNSIGNED-PAYLOAD'), MISMATCH],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', declaring('STREAMING-AWS4-HMAC-SHA256-PAYLOAD'), MISMATCH],
    ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', declaring('STREAMING-UNSIGNED-PAYLOAD-TRAILER', { body: Buffer.alloc(0) }), MISMATCH],
  ]);
});

describe('S18 S19 a target has one reading', () => {
  const unclear = /^IncompleteSignature: The request target is not well-formed/;
  const refused = (target: string): Case => [target, { ...signed(), target }, unclear];
  check([
    ...[
      '/a/../b',
      '/a/./b',
      '/a/%2e%2e/b',
      '/a/.%2E/b',
      '//a',
      '/a//b',
      '/a\\b',
      '/a%5Cb',
      '/a%00b',
      '/a%0ab',
      '/a%',
      '/a%zz',
      '/a%C0%AF',
      '/caf\u00e9',
      '/a b',
      'http://evil.example/',
      '*',
      '/?a=%',
      '/?a=%zz',
      '/?a=%C0%AF',
      '/?a=%ED%A0%80',
      '/?a=caf\u00e9',
      '/?a=b c',
    ].map(refused),
    [`/?${'a&'.repeat(3)}`, signed({ target: '/?a&b&&c=' }), 'ok'],
    ['a slash inside a segment stays inside', signed({ target: '/endpoints/a%2Fb/invocations' }), 'ok'],
    ['and is not a slash', { ...signed({ target: '/endpoints/a%2Fb/invocations' }), target: '/endpoints/a/b/invocations' }, MISMATCH],
    ['encoded twice is another name', { ...signed({ target: '/a%252Fb' }), target: '/a%2Fb' }, MISMATCH],
    ['; does not separate', { ...signed({ target: '/?a=1;b=2' }), target: '/?a=1&b=2' }, MISMATCH],
    ['+ is a space', { ...signed({ target: '/?a=1+2' }), target: '/?a=1%202' }, 'ok'],
    ['+ is not a plus', { ...signed({ target: '/?a=1+2' }), target: '/?a=1%2B2' }, MISMATCH],
    ['1001 parameters', { ...signed(), target: `/?${Array.from({ length: 1001 }, (_, i) => `p${i}`).join('&')}` }, unclear],
  ]);
});

describe('S20 cached signing keys', () => {
  it('a changed secret is in force at once, and so is the one before it', () => {
    const cache = new SigningKeyCache();
    const of = (secret: string): string => computeSignature(cache.get(secret, 'AKIA', '20261121', 'us-east-1', 'sts'), 'text');
    const first = of('one');
    expect(of('two')).not.toBe(first);
    expect(of('one')).toBe(first);
  });

  it('parts that join to the same text do not meet', () => {
    const cache = new SigningKeyCache();
    const a = cache.get('s', 'AKIA1', '20261121', '1us-east-1', 'sts');
    expect(cache.get('s', 'AKIA', '20261121', '11us-east-1', 'sts')).not.toBe(a);
    expect(cache.get('s', 'AKIA1', '20261121', '1us-east-1', 'sts')).toBe(a);
    expect(cache.size).toBe(2);
  });

  it('is bounded, and keeps what is in use', () => {
    const cache = new SigningKeyCache(10);
    const kept = cache.get('s', 'kept', '20261121', 'us-east-1', 'sts');
    for (let i = 0; i < 95; i++) {
      cache.get('s', `key${i}`, '20261121', 'us-east-1', 'sts');
      expect(cache.get('s', 'kept', '20261121', 'us-east-1', 'sts')).toBe(kept);
    }
    expect(cache.size).toBeLessThanOrEqual(20);
  });

  it('a key that is gone is refused on the next request', async () => {
    const request = signed();
    const options = { ...sts, keys, findCredential: () => ({ secretAccessKey: credentials.secretAccessKey, expired: false }) };
    await expect(verify(request, options)).resolves.toBeDefined();
    await expect(verify(request, { ...options, findCredential: () => undefined })).rejects.toMatchObject({ code: 'InvalidClientTokenId' });
  });
});

describe('S21 nothing of the caller is echoed', () => {
  const secretive = 'Zm9vYmFyc2VjcmV0';
  it.each([
    authorization(signed(), () => `AWS4-HMAC-SHA256 ${secretive}`),
    authorization(signed(), () => `AWS4-HMAC-SHA256 Credential=${secretive}`),
    signed({ rawHeaders: [...HEADERS, 'X-Amz-Meta', secretive] }, { as: { ...credentials, secretAccessKey: 'wrong' } }),
  ])('case %#', async (request) => expect(await outcome(request)).not.toContain(secretive));

  it('a long value is cut', async () => expect((await outcome(header(signed(), 'X-Amz-Date', 'x'.repeat(9000)))).length).toBeLessThan(500));
});

it('S22 the signed Action is the one that was sent', async () => {
  const request = signed();
  expect(await outcome({ ...request, body: Buffer.from(body.toString().replace('GetCallerIdentity', 'GetSessionToken')) })).toBe(MISMATCH);
  expect(await outcome({ ...request, target: '/?Action=GetSessionToken' })).toBe(MISMATCH);
});
