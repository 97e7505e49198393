import type { HttpRequest } from '../core/http.ts';
import { pathAmbiguity } from './canonical-path.ts';
import { parseQuery, type QueryParameter } from './canonical-query.ts';
import { headerNames, type ReadRequest } from './canonical-request.ts';
import * as refusal from './refusal.ts';
import { regionOfHost } from './region.ts';
import { splitSignedHeaders } from './signed-headers.ts';
import { formatSigningDate, parseHttpDate, parseSigningDate } from './signing-date.ts';

/** What a verifier must know about the operation that is called. */
export interface SigningRules {
  /** The service's signing name: `iam`, `sts`, `sagemaker`. */
  readonly service: string;
  /** The regions a scope may name: AWS_REGIONS, or GLOBAL_REGION for a service that has none. */
  readonly regions: ReadonlySet<string>;
  readonly protocol: refusal.ProtocolFamily;
  /** How far the signature's date may lie from now, either way: 15 for IAM and STS, 5 for SageMaker. */
  readonly clockWindowMinutes: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether a wrong signature is answered with the canonical request and string to sign, as older AWS services did. Off by default. */
  readonly hints?: boolean;
}

/** A claim of identity, well-formed and current, not yet proved. */
export interface Authorization extends ReadRequest {
  readonly form: 'header' | 'query';
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  /** The eight digits of the scope. */
  readonly day: string;
  /** Basic format, as it stands in the string to sign. */
  readonly date: string;
  /** The same in milliseconds: `aws:SignatureAge` counts from here. */
  readonly signedAt: number;
  /** `day/region/service/aws4_request`. */
  readonly scope: string;
  readonly signature: string;
  readonly sessionToken: string | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MINUTE = 60_000;
const WEEK_SECONDS = 604_800;

/** Headers of which a second one would give the call a second reading (threat S04). */
const SINGLE_HEADERS = ['authorization', 'host', 'x-amz-date', 'x-amz-target', 'x-amz-security-token', 'content-type'] as const;
const SINGLE_HEADERS_SPELLED: Readonly<Record<string, string>> = {
  authorization: 'Authorization',
  host: 'Host',
  'x-amz-date': 'X-Amz-Date',
  'x-amz-target': 'X-Amz-Target',
  'x-amz-security-token': 'X-Amz-Security-Token',
  'content-type': 'Content-Type',
};

/** The parameters of the presigned form. */
const QUERY_AUTHORIZATION = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
] as const;

/** The raw parts of either form; undefined where missing. */
interface Parts {
  readonly form: 'header' | 'query';
  readonly algorithm: string;
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  /** As sent, not yet read. */
  readonly date: string;
  readonly sessionToken: string | undefined;
}

const headerValue = (request: HttpRequest, names: readonly string[], name: string): string | undefined => {
  const index = names.indexOf(name);
  return index === -1 ? undefined : (request.rawHeaders[2 * index + 1] ?? '');
};

function refuseRepeatedHeaders(names: readonly string[]): void {
  for (const name of SINGLE_HEADERS) {
    const first = names.indexOf(name);
    if (first !== -1 && names.indexOf(name, first + 1) !== -1) throw refusal.repeated(SINGLE_HEADERS_SPELLED[name] ?? name);
  }
}

/** Reads the query strictly: each name once, nothing that two decoders could read differently. */
function readParameters(target: string): readonly QueryParameter[] {
  const question = target.indexOf('?');
  const ambiguity = pathAmbiguity(question === -1 ? target : target.slice(0, question));
  if (ambiguity !== undefined) throw refusal.ambiguousTarget(ambiguity);
  if (question === -1) return [];
  const parameters = parseQuery(target.slice(question + 1));
  if (parameters === undefined) throw refusal.ambiguousTarget('the query string is not validly percent-encoded');
  const seen = new Set<string>();
  for (const { name } of parameters) {
    if (seen.has(name)) throw refusal.ambiguousTarget('a query parameter is sent more than once');
    seen.add(name);
    if (!/^x-amz-/i.test(name)) continue;
    const lower = name.toLowerCase();
    for (const known of QUERY_AUTHORIZATION) {
      if (name !== known && lower === known.toLowerCase())
        throw refusal.ambiguousTarget(`a query parameter differs from '${known}' in case`);
    }
  }
  return parameters;
}

/** Checks 3 and 4 of the header form. Components are separated by commas, blanks around them do not count, their order does not matter. */
function readHeaderForm(header: string, request: HttpRequest, names: readonly string[]): Parts {
  const space = header.indexOf(' ');
  const algorithm = space === -1 ? header : header.slice(0, space);
  let credential: string | undefined;
  let signedHeaders: string | undefined;
  let signature: string | undefined;
  for (let start = algorithm.length; start < header.length; ) {
    const comma = header.indexOf(',', start);
    const end = comma === -1 ? header.length : comma;
    const component = header.slice(start, end).trim();
    start = end + 1;
    if (component === '') continue;
    const equals = component.indexOf('=');
    if (equals === -1) throw refusal.notKeyValue(component);
    const value = component.slice(equals + 1);
    switch (component.slice(0, equals)) {
      case 'Credential':
        if (credential !== undefined) throw refusal.repeated('Credential');
        credential = value;
        break;
      case 'SignedHeaders':
        if (signedHeaders !== undefined) throw refusal.repeated('SignedHeaders');
        signedHeaders = value;
        break;
      case 'Signature':
        if (signature !== undefined) throw refusal.repeated('Signature');
        signature = value;
        break;
      // Any other component has no meaning and, like everything in this header, is not signed.
    }
  }
  const date = headerValue(request, names, 'x-amz-date') ?? httpDate(request, names);
  if (!credential || !signedHeaders || !signature || !date) {
    throw refusal.missingHeaderParts(header, {
      credential: !credential,
      signature: !signature,
      signedHeaders: !signedHeaders,
      date: !date,
    });
  }
  return {
    form: 'header',
    algorithm,
    credential,
    signedHeaders,
    signature,
    date,
    sessionToken: headerValue(request, names, 'x-amz-security-token'),
  };
}

/** A `Date` header in basic format; one that is an HTTP date is converted, any other is kept for check 5 to refuse. */
function httpDate(request: HttpRequest, names: readonly string[]): string | undefined {
  const date = headerValue(request, names, 'date');
  if (date === undefined) return undefined;
  if (names.indexOf('date', names.indexOf('date') + 1) !== -1) throw refusal.repeated('Date');
  const time = parseHttpDate(date);
  return time === undefined ? date : formatSigningDate(time);
}

/** Check 4 of the query form, and X-Amz-Expires, which our services check but do not shorten the window by, as on AWS. */
function readQueryForm(parameters: readonly QueryParameter[], request: HttpRequest, names: readonly string[]): Parts {
  const value = (name: (typeof QUERY_AUTHORIZATION)[number]): string =>
    parameters.find((parameter) => parameter.name === name)?.value ?? '';
  const [algorithm, credential, signature] = [value('X-Amz-Algorithm'), value('X-Amz-Credential'), value('X-Amz-Signature')];
  const [signedHeaders, date] = [value('X-Amz-SignedHeaders'), value('X-Amz-Date')];
  const missing: string[] = [];
  if (algorithm === '') missing.push('X-Amz-Algorithm');
  if (credential === '') missing.push('X-Amz-Credential');
  if (signature === '') missing.push('X-Amz-Signature');
  if (signedHeaders === '') missing.push('X-Amz-SignedHeaders');
  if (date === '') missing.push('X-Amz-Date');
  if (missing.length > 0) throw refusal.missingQueryParts(missing);
  const expires = parameters.find((parameter) => parameter.name === 'X-Amz-Expires')?.value;
  if (expires !== undefined) {
    if (/^-[0-9]+$/.test(expires) || /^0+$/.test(expires)) throw refusal.badExpires('negative');
    if (!/^[0-9]+$/.test(expires)) throw refusal.badExpires('number');
    if (Number(expires) > WEEK_SECONDS) throw refusal.badExpires('week');
  }
  const inQuery = parameters.find((parameter) => parameter.name === 'X-Amz-Security-Token')?.value;
  const inHeader = headerValue(request, names, 'x-amz-security-token');
  if (inQuery !== undefined && inHeader !== undefined) throw refusal.repeated('X-Amz-Security-Token');
  return { form: 'query', algorithm, credential, signedHeaders, signature, date, sessionToken: inQuery ?? inHeader };
}

/** Check 6. */
function checkClock(date: string, signedAt: number, rules: SigningRules): void {
  const window = rules.clockWindowMinutes * MINUTE;
  // Whole seconds, as printed: a signature is good up to and including the last second of its window.
  const now = rules.now - (rules.now % 1000);
  if (signedAt < now - window) {
    throw refusal.expired(date, formatSigningDate(now - window), formatSigningDate(now), rules.clockWindowMinutes);
  }
  if (signedAt > now + window) {
    throw refusal.notYetCurrent(date, formatSigningDate(now + window), formatSigningDate(now), rules.clockWindowMinutes);
  }
}

/**
 * Reads who a request claims to be signed by: checks 1 to 10 of Signature Version 4, in AWS's order, then our own stricter rules. Proves
 * nothing: hand the result to `checkSignature` with that key's credential.
 * @throws MissingAuthenticationToken  neither an Authorization header of AWS's nor a presigned query
 * @throws IncompleteSignature         a part is missing, malformed or sent twice, or the target has two readings
 * @throws SignatureDoesNotMatch       both forms at once; date outside the window; foreign scope; host not signed
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
export function parseAuthorization(request: HttpRequest, rules: SigningRules): Authorization {
  const names = request.headerNames ?? headerNames(request.rawHeaders);
  refuseRepeatedHeaders(names);
  const parameters = readParameters(request.target);
  const header = headerValue(request, names, 'authorization');
  const presigned = parameters.some(({ name }) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Credential' || name === 'X-Amz-Signature');
  if (presigned && header !== undefined) throw refusal.bothForms();
  if (!presigned && !header?.startsWith('AWS')) throw refusal.missingToken(rules.protocol);
  const parts = presigned ? readQueryForm(parameters, request, names) : readHeaderForm(header ?? '', request, names);

  const signedAt = parseSigningDate(parts.date);
  if (signedAt === undefined) throw refusal.badDate(parts.date);
  checkClock(parts.date, signedAt, rules);

  const signedNames = splitSignedHeaders(parts.signedHeaders);
  const host = headerValue(request, names, 'host');
  if (host === undefined || !signedNames.includes('host')) throw refusal.hostNotSigned();
  if (parts.algorithm !== ALGORITHM) throw refusal.unsupportedAlgorithm(parts.algorithm);

  const elements = parts.credential.split('/', 6);
  if (elements.length !== 5) throw refusal.badCredential(parts.credential);
  const [accessKeyId = '', day = '', region = '', service = '', terminator = ''] = elements;
  checkScope({ day, region, service, terminator }, parts.date, host, rules);

  // An id that the store could not hold is an unknown one; it is not looked up, and no cache sees it (threat S01).
  if (!/^[A-Za-z0-9_]{1,128}$/.test(accessKeyId)) throw refusal.unknownKey();
  return {
    request,
    names,
    parameters,
    signedNames,
    signedHeaders: parts.signedHeaders,
    form: parts.form,
    accessKeyId,
    region,
    service,
    day,
    date: parts.date,
    signedAt,
    scope: parts.credential.slice(accessKeyId.length + 1),
    signature: parts.signature,
    sessionToken: parts.sessionToken,
  };
}

/** Check 10. A host of AWS's that states a region must state the one of the scope (threat S08). */
function checkScope(
  scope: { day: string; region: string; service: string; terminator: string },
  date: string,
  host: string,
  rules: SigningRules,
): void {
  const day = date.slice(0, 8);
  const hostRegion = regionOfHost(host);
  const regionFits = rules.regions.has(scope.region) && (hostRegion === undefined || hostRegion === scope.region);
  if (regionFits && scope.service === rules.service && scope.terminator === 'aws4_request' && scope.day === day) return;
  const sentences: string[] = [];
  if (!regionFits) sentences.push(refusal.badScopeRegion(scope.region));
  if (scope.service !== rules.service) sentences.push(refusal.badScopeService(rules.service));
  if (scope.terminator !== 'aws4_request') sentences.push(refusal.badScopeTerminator(scope.terminator));
  if (scope.day !== day) sentences.push(refusal.badScopeDate(scope.day, day, date));
  throw refusal.badScope(sentences);
}
