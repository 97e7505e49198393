/*
 * The evaluation logic a second time: slow, obvious, one function per paragraph of AWS's User Guide, and nothing shared with src/policy but the shape of its
 * input. Where the guide is silent, both follow the decisions that src/policy marks as (unverified). Policies are plain
 * objects here, already valid; nothing is compiled, indexed or remembered.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */

type OneOrMany<T> = T | readonly T[];

export interface ReferenceStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, OneOrMany<string>>>;
  readonly NotPrincipal?: '*' | Readonly<Record<string, OneOrMany<string>>>;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany<string | number | boolean>>>>>;
}

export interface ReferencePolicy {
  readonly Version?: '2012-10-17' | '2008-10-17';
  readonly Statement: OneOrMany<ReferenceStatement>;
}

export interface ReferencePrincipal {
  readonly kind: 'root' | 'user' | 'role' | 'federated-user' | 'service' | 'anonymous';
  readonly account: string;
  readonly arn: string;
  readonly uniqueId: string;
  readonly roleArn?: string | undefined;
  readonly roleId?: string | undefined;
  readonly userArn?: string | undefined;
  readonly userId?: string | undefined;
  readonly federatedProvider?: string | undefined;
  readonly serviceNames?: readonly string[] | undefined;
  readonly serviceLinked?: boolean | undefined;
}

export interface ReferenceRequest {
  readonly principal: ReferencePrincipal;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  /** Keys in any case; a list is a multivalued key. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export interface ReferenceSources {
  readonly identity?: readonly ReferencePolicy[];
  readonly boundary?: ReferencePolicy;
  readonly session?: readonly ReferencePolicy[];
  readonly scp?: readonly (readonly ReferencePolicy[])[];
  readonly rcp?: readonly (readonly ReferencePolicy[])[];
  readonly endpoint?: ReferencePolicy;
  readonly resource?: { readonly kind: 'resource' | 'trust'; readonly mandatory: boolean; readonly policy: ReferencePolicy };
}

export interface ReferenceDecision {
  readonly outcome: 'allowed' | 'explicitDeny' | 'implicitDeny';
  readonly decidedBy: string | undefined;
}

// ---------------------------------------------------------------------------------------------------------- the layers

export function evaluate(request: ReferenceRequest, sources: ReferenceSources): ReferenceDecision {
  const { principal } = request;
  const isPerson = principal.kind !== 'service' && principal.kind !== 'anonymous';
  const isRoot = principal.kind === 'root';

  // "SCPs don't affect service-linked roles", nor services; RCPs exempt service-linked roles and kms:RetireGrant.
  const scp = isPerson && !principal.serviceLinked ? (sources.scp ?? []) : [];
  const rcp = !principal.serviceLinked && request.action.toLowerCase() !== 'kms:retiregrant' ? (sources.rcp ?? []) : [];
  const identity = isPerson && !isRoot ? (sources.identity ?? []) : [];
  const boundary = isPerson && !isRoot ? sources.boundary : undefined;
  const session = isPerson ? sources.session : undefined;
  const { endpoint, resource } = sources;
  const bounded = boundary !== undefined;

  const has = (effect: 'Allow' | 'Deny', policies: readonly ReferencePolicy[], kind: string): boolean =>
    policies.some((policy) =>
      statementsOf(policy).some((statement) => statement.Effect === effect && applies(statement, policy, kind, request, bounded)),
    );

  // An explicit deny anywhere is final.
  const denials: [string, boolean][] = [
    ['rcp', has('Deny', rcp.flat(), 'rcp')],
    ['scp', has('Deny', scp.flat(), 'scp')],
    ['endpoint', endpoint !== undefined && has('Deny', [endpoint], 'endpoint')],
    [resource?.kind ?? 'resource', resource !== undefined && has('Deny', [resource.policy], resource.kind)],
    ['identity', has('Deny', identity, 'identity')],
    ['boundary', boundary !== undefined && has('Deny', [boundary], 'boundary')],
    ['session', session !== undefined && has('Deny', session, 'session')],
  ];
  for (const [kind, denies] of denials) if (denies) return { outcome: 'explicitDeny', decidedBy: kind };

  const refusedBy = (decidedBy: string): ReferenceDecision => ({ outcome: 'implicitDeny', decidedBy });
  const allowedBy = (decidedBy: string | undefined): ReferenceDecision => ({ outcome: 'allowed', decidedBy });

  // Guardrails: each level of the organization must allow.
  if (!rcp.every((level) => has('Allow', level, 'rcp'))) return refusedBy('rcp');
  if (!scp.every((level) => has('Allow', level, 'scp'))) return refusedBy('scp');
  if (endpoint && !has('Allow', [endpoint], 'endpoint')) return refusedBy('endpoint');

  const resourceKind = resource?.kind ?? 'resource';
  const ways = new Set<Way>();
  if (resource) {
    for (const statement of statementsOf(resource.policy)) {
      if (statement.Effect !== 'Allow' || !applies(statement, resource.policy, resource.kind, request, bounded)) continue;
      for (const way of waysOf(statement.Principal, principal)) ways.add(way);
    }
  }
  // Federated identities must be let in by their provider's name.
  if (principal.federatedProvider !== undefined) return ways.has('provider') ? allowedBy(resourceKind) : refusedBy(resourceKind);
  if (!isPerson) return ways.size > 0 ? allowedBy(resourceKind) : refusedBy(resourceKind);

  const identityAllows = isRoot || has('Allow', identity, 'identity');
  const boundaryAllows = boundary === undefined || has('Allow', [boundary], 'boundary');
  // A federated user without a session policy may do nothing.
  const sessionAllows = session === undefined ? principal.kind !== 'federated-user' : has('Allow', session, 'session');
  const limits = (): ReferenceDecision | undefined =>
    !boundaryAllows ? refusedBy('boundary') : !sessionAllows ? refusedBy('session') : undefined;
  const own = (): ReferenceDecision => (!identityAllows ? refusedBy('identity') : (limits() ?? allowedBy(isRoot ? undefined : 'identity')));

  if (request.resourceAccount !== principal.account) {
    const mine = own();
    if (mine.outcome !== 'allowed') return mine;
    return ways.size > 0 ? mine : refusedBy(resourceKind);
  }

  if (resource && (resource.mandatory || resource.kind === 'trust') && ways.size === 0) return refusedBy(resourceKind);
  switch (principal.kind) {
    case 'user':
      if (ways.has('user') || ways.has('everyone')) return allowedBy(resourceKind);
      break;
    case 'role':
      if (ways.has('session') || ways.has('everyone')) return allowedBy(resourceKind);
      if (ways.has('role')) return limits() ?? allowedBy(resourceKind);
      break;
    case 'federated-user':
      if (ways.has('federated-user') || ways.has('everyone')) return allowedBy(resourceKind);
      if (ways.has('user')) return limits() ?? allowedBy(resourceKind);
      break;
  }
  return own();
}

// --------------------------------------------------------------------------------------------------------- a statement

const listOf = <T>(value: OneOrMany<T> | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

const statementsOf = (policy: ReferencePolicy): readonly ReferenceStatement[] => listOf(policy.Statement);

function applies(
  statement: ReferenceStatement,
  policy: ReferencePolicy,
  kind: string,
  request: ReferenceRequest,
  bounded: boolean,
): boolean {
  const modern = policy.Version === '2012-10-17';
  return (
    principalMatches(statement, kind, request.principal, bounded) &&
    actionMatches(statement, request.action) &&
    (kind === 'trust' || resourceMatches(statement, modern, request)) &&
    conditionMatches(statement, modern, request)
  );
}

// ----------------------------------------------------------------------------------------------------------- principal

type Way = 'everyone' | 'account' | 'user' | 'role' | 'session' | 'federated-user' | 'service' | 'provider';

function waysOf(element: ReferenceStatement['Principal'], principal: ReferencePrincipal): readonly Way[] {
  const ways: Way[] = [];
  if (element === undefined) return ways;
  if (element === '*') return ['everyone'];
  const root = `arn:aws:iam::${principal.account}:root`;
  for (const value of listOf(element.AWS)) {
    if (value === '*') ways.push('everyone');
    const hasAccount = principal.kind !== 'service' && principal.kind !== 'anonymous';
    if (hasAccount && (value === principal.account || value === root)) ways.push('account');
    if (principal.kind === 'user' && (value === principal.arn || value === principal.uniqueId)) ways.push('user');
    if (principal.kind === 'role' && (value === principal.roleArn || value === principal.roleId)) ways.push('role');
    if (principal.kind === 'role' && value === principal.arn) ways.push('session');
    if (principal.kind === 'federated-user' && (value === principal.userArn || value === principal.userId)) ways.push('user');
    if (principal.kind === 'federated-user' && value === principal.arn) ways.push('federated-user');
  }
  if (principal.kind === 'service') {
    for (const value of listOf(element.Service)) if (principal.serviceNames?.includes(value)) ways.push('service');
  }
  if (principal.kind === 'anonymous') {
    for (const value of listOf(element.Federated)) if (value === principal.federatedProvider) ways.push('provider');
  }
  return ways;
}

function principalMatches(statement: ReferenceStatement, kind: string, principal: ReferencePrincipal, bounded: boolean): boolean {
  if (!['resource', 'trust', 'rcp', 'endpoint'].includes(kind)) return true;
  if (statement.Principal !== undefined) return waysOf(statement.Principal, principal).length > 0;
  if (statement.NotPrincipal === undefined || statement.Effect === 'Allow') return false;
  // "NotPrincipal with Deny always denies principals that have a permissions boundary."
  if (bounded) return true;
  const listed = waysOf(statement.NotPrincipal, principal);
  if (listed.includes('everyone')) return false;
  const needed: Record<ReferencePrincipal['kind'], readonly Way[]> = {
    root: ['account'],
    user: ['account', 'user'],
    role: ['account', 'role', 'session'],
    'federated-user': ['account', 'federated-user'],
    service: ['service'],
    anonymous: ['provider'],
  };
  return !needed[principal.kind].every((way) => listed.includes(way));
}

// ------------------------------------------------------------------------------------------------- action and resource

/** Actions and keys ignore the case of A to Z; look-alikes of those letters are other letters. */
const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function actionMatches(statement: ReferenceStatement, action: string): boolean {
  const matches = (pattern: string): boolean => {
    if (pattern === '*') return true;
    const [service, name] = asciiLower(pattern).split(/:(.*)/s);
    const [wantedService, wantedName] = asciiLower(action).split(/:(.*)/s);
    return (service === '*' || service === wantedService) && wildcard(patternOf(name ?? ''), wantedName ?? '');
  };
  if (statement.Action !== undefined) return listOf(statement.Action).some(matches);
  return !listOf(statement.NotAction).some(matches);
}

function resourceMatches(statement: ReferenceStatement, modern: boolean, request: ReferenceRequest): boolean {
  const matches = (pattern: string): boolean => {
    if (pattern === '*') return true;
    const wanted = splitArn(request.resource);
    if (!wanted || !pattern.startsWith('arn:')) return false;
    const given = pattern.split(':');
    const fields = [...given.slice(0, 5), given.slice(5).join(':')];
    if (given.length < 6) for (let i = given.length; i < 6; i++) fields[i] = '*';
    if (fields[2] !== wanted[2]) return false;
    for (const i of [1, 3, 4]) if (!wildcard(patternOf(fields[i] ?? ''), wanted[i] ?? '')) return false;
    const last = expand(fields[5] ?? '', modern, true, request);
    return last !== undefined && wildcard(last, wanted[5] ?? '');
  };
  if (statement.Resource !== undefined) return listOf(statement.Resource).some(matches);
  return !listOf(statement.NotResource).some(matches);
}

/** Six fields; the last keeps its colons. */
function splitArn(text: string): readonly string[] | undefined {
  const parts = text.split(':');
  if (parts.length < 6 || parts[0] !== 'arn') return undefined;
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

// ---------------------------------------------------------------------------------------------- wildcards and variables

/** One element per character; wildcards are objects, so that no text can be mistaken for one. */
type PatternElement = string | { readonly wildcard: '*' | '?' };

const patternOf = (text: string): PatternElement[] =>
  text.split('').map((character) => (character === '*' || character === '?' ? { wildcard: character } : character));

/** Dynamic programming over (pattern, text): row by row, which beginnings of the text match the beginning of the pattern. */
function wildcard(pattern: readonly PatternElement[], text: string): boolean {
  let row = new Array<boolean>(text.length + 1).fill(false);
  row[0] = true;
  for (const element of pattern) {
    const next = new Array<boolean>(text.length + 1).fill(false);
    if (typeof element === 'object' && element.wildcard === '*') {
      next[0] = row[0] ?? false;
      for (let i = 1; i <= text.length; i++) next[i] = (row[i] ?? false) || (next[i - 1] ?? false);
    } else {
      for (let i = 1; i <= text.length; i++) next[i] = (row[i - 1] ?? false) && (typeof element === 'object' || element === text[i - 1]);
    }
    row = next;
  }
  return row[text.length] ?? false;
}

/** A policy text with its variables replaced by literal characters; undefined when one has no value. */
function expand(text: string, modern: boolean, wildcards: boolean, request: ReferenceRequest): PatternElement[] | undefined {
  const plain = (part: string): PatternElement[] => (wildcards ? patternOf(part) : part.split(''));
  if (!modern) return plain(text);
  const elements: PatternElement[] = [];
  let rest = text;
  while (rest !== '') {
    const special = /^\$\{([*?$])\}/.exec(rest);
    const variable = /^\$\{([^{},'$*?]+)(?:, '(.*?)')?\}/s.exec(rest);
    if (special) elements.push(special[1] ?? '');
    else if (variable) {
      const value = lookUp(request, variable[1] ?? '');
      if (Array.isArray(value) && value.length > 0) return undefined;
      const replacement = typeof value === 'string' ? (value === '' ? undefined : value) : variable[2];
      if (replacement === undefined) return undefined;
      elements.push(...replacement.split(''));
    } else elements.push(...plain(rest[0] ?? ''));
    rest = rest.slice((special ?? variable)?.[0].length ?? 1);
  }
  return elements;
}

function lookUp(request: ReferenceRequest, key: string): string | readonly string[] | undefined {
  const found = Object.keys(request.context).find((name) => asciiLower(name) === asciiLower(key));
  return found === undefined ? undefined : request.context[found];
}

// ----------------------------------------------------------------------------------------------------------- conditions

function conditionMatches(statement: ReferenceStatement, modern: boolean, request: ReferenceRequest): boolean {
  return Object.entries(statement.Condition ?? {}).every(([operator, block]) =>
    Object.entries(block).every(([key, values]) =>
      keyMatches(operator, key, listOf(values).map(String), statement.Effect, modern, request),
    ),
  );
}

function keyMatches(
  operator: string,
  key: string,
  expected: readonly string[],
  effect: 'Allow' | 'Deny',
  modern: boolean,
  request: ReferenceRequest,
): boolean {
  const parts = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(operator);
  const name = parts?.[2] ?? '';
  const test = TESTS[name];
  // An operator nobody knows: neither an Allow nor the lack of a Deny may come from it.
  if (!test || (name === 'Null' && parts?.[3])) return effect === 'Deny';

  const value = lookUp(request, key);
  const actual = value === undefined ? [] : listOf(value);
  const absent = actual.length === 0;
  if (name === 'Null') return expected.some((one) => one.toLowerCase() === String(absent));

  const negated = name.includes('Not');
  const matchesOne = (one: string): boolean =>
    expected.some((pattern) => test(one, pattern, (text, wildcards) => expand(text, modern, wildcards, request), modern));
  const onlyEmpty = actual.every((one) => one === '');
  switch (parts?.[1]) {
    case 'ForAllValues':
      return absent || onlyEmpty || actual.every((one) => matchesOne(one) !== negated);
    case 'ForAnyValue':
      if (absent) return parts[3] !== undefined;
      return !onlyEmpty && actual.some((one) => matchesOne(one) !== negated);
    default:
      if (absent) return negated || parts?.[3] !== undefined;
      return actual.some(matchesOne) !== negated;
  }
}

type Expand = (text: string, wildcards: boolean) => PatternElement[] | undefined;
/** Whether a value of the request matches a value of the policy. Negation is not in here: `StringNotEquals` tests like `StringEquals`. */
type Test = (actual: string, expected: string, expand: Expand, modern: boolean) => boolean;

const same =
  (fold: (text: string) => string): Test =>
  (actual, expected, expandText) => {
    const text = expandText(expected, false);
    return text !== undefined && fold(text.join('')) === fold(actual);
  };

const like: Test = (actual, expected, expandText) => {
  const pattern = expandText(expected, true);
  return pattern !== undefined && wildcard(pattern, actual);
};

/** The pattern is split at colons that stand in the policy, never at colons that a variable brings in. */
const arn: Test = (actual, expected, expandText, modern) => {
  const wanted = splitArn(actual);
  if (!wanted) return false;
  if (expected === '*') return true;
  // Colons inside of a variable do not separate.
  const fields: string[] = [''];
  for (const piece of expected.match(modern ? /\$\{[^{}]*\}|[\s\S]/g : /[\s\S]/g) ?? []) {
    if (piece === ':' && fields.length < 6) fields.push('');
    else fields[fields.length - 1] += piece;
  }
  if (fields.length !== 6) return false;
  return fields.every((field, i) => {
    const pattern = expandText(field, true);
    return pattern !== undefined && wildcard(pattern, wanted[i] ?? '');
  });
};

/** Both sides as integers over one power of ten. */
function compareNumbers(a: string, b: string): number | undefined {
  const read = (text: string): { digits: bigint; scale: number } | undefined => {
    const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/.exec(text);
    if (!found || text.length > 400 || `${found[2]}${found[3] ?? ''}` === '') return undefined;
    const digits = BigInt(`${found[2]}${found[3] ?? ''}`);
    return { digits: found[1] === '-' ? -digits : digits, scale: Number(found[4] ?? 0) - (found[3] ?? '').length };
  };
  const [x, y] = [read(a), read(b)];
  if (!x || !y) return undefined;
  const scale = Math.min(x.scale, y.scale);
  const left = x.digits * 10n ** BigInt(x.scale - scale);
  const right = y.digits * 10n ** BigInt(y.scale - scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

function compareDates(a: string, b: string): number | undefined {
  // Milliseconds are enough here: the arbitraries write no finer dates.
  const read = (text: string): number | undefined => {
    if (/^\d+$/.test(text) && text.length !== 4) return BigInt(text) < 2n ** 63n ? Number(text) * 1000 : undefined;
    const found = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/.exec(text);
    if (!found) return undefined;
    const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '0', offset = 'Z'] = found;
    const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}${offset}`);
    return Number.isNaN(time) || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate() ? undefined : time;
  };
  const [x, y] = [read(a), read(b)];
  return x === undefined || y === undefined ? undefined : x - y;
}

const ordered =
  (compare: (a: string, b: string) => number | undefined, holds: (order: number) => boolean): Test =>
  (actual, expected) => {
    const order = compare(actual, expected);
    return order !== undefined && holds(order);
  };

/** Addresses as numbers; IPv4 in IPv6 clothes is IPv4. */
function readAddress(text: string): { value: bigint; bits: number } | undefined {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (four) {
    const bytes = four.slice(1);
    if (bytes.some((byte) => Number(byte) > 255 || (byte.length > 1 && byte.startsWith('0')))) return undefined;
    return { value: bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n), bits: 32 };
  }
  if (!text.includes(':') || /[^0-9a-fA-F:.]/.test(text)) return undefined;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted) {
    const inner = readAddress(dotted[2] ?? '');
    if (!inner) return undefined;
    return readAddress(`${dotted[1]}${(inner.value >> 16n).toString(16)}:${(inner.value & 0xffffn).toString(16)}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - (head?.length ?? 0) - (tail?.length ?? 0);
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...(head ?? []), ...(halves.length === 2 ? new Array<string>(missing).fill('0') : []), ...(tail ?? [])];
  if (groups.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const value = groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
  return value >> 32n === 0xffffn ? { value: value & 0xffffffffn, bits: 32 } : { value, bits: 128 };
}

const inBlock: Test = (actual, expected) => {
  const [network = '', prefix] = expected.split('/');
  const block = readAddress(network);
  const address = readAddress(actual);
  if (!block || !address || expected.split('/').length > 2) return false;
  const width = network.includes(':') ? 128 : 32;
  if (prefix !== undefined && (!/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > width)) return false;
  let length = prefix === undefined ? width : Number(prefix);
  let { value, bits } = block;
  if (width === 128 && bits === 32) {
    // A mapped block that is wider than the IPv4 addresses in it is a block of IPv6 addresses.
    if (length >= 96) length -= 96;
    else {
      value |= 0xffffn << 32n;
      bits = 128;
    }
  }
  return bits === address.bits && address.value >> BigInt(bits - length) === value >> BigInt(bits - length);
};

const identity = (text: string): string => text;
/** Letters of Latin-1 and nothing else. */
const lower = (text: string): string => text.replace(/[A-ZÀ-ÖØ-Þ]/g, (letter) => letter.toLowerCase());

const bytes = (text: string): string | undefined =>
  /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.replace(/=+$/, '').length % 4 !== 1 ? Buffer.from(text, 'base64').toString('hex') : undefined;

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: same(identity),
  StringNotEquals: same(identity),
  StringEqualsIgnoreCase: same(lower),
  StringNotEqualsIgnoreCase: same(lower),
  StringLike: like,
  StringNotLike: like,
  NumericEquals: ordered(compareNumbers, (order) => order === 0),
  NumericNotEquals: ordered(compareNumbers, (order) => order === 0),
  NumericLessThan: ordered(compareNumbers, (order) => order < 0),
  NumericLessThanEquals: ordered(compareNumbers, (order) => order <= 0),
  NumericGreaterThan: ordered(compareNumbers, (order) => order > 0),
  NumericGreaterThanEquals: ordered(compareNumbers, (order) => order >= 0),
  DateEquals: ordered(compareDates, (order) => order === 0),
  DateNotEquals: ordered(compareDates, (order) => order === 0),
  DateLessThan: ordered(compareDates, (order) => order < 0),
  DateLessThanEquals: ordered(compareDates, (order) => order <= 0),
  DateGreaterThan: ordered(compareDates, (order) => order > 0),
  DateGreaterThanEquals: ordered(compareDates, (order) => order >= 0),
  Bool: (actual, expected) => ['true', 'false'].includes(expected.toLowerCase()) && actual.toLowerCase() === expected.toLowerCase(),
  BinaryEquals: (actual, expected) => bytes(actual) !== undefined && bytes(actual) === bytes(expected),
  IpAddress: inBlock,
  NotIpAddress: inBlock,
  ArnEquals: arn,
  ArnLike: arn,
  ArnNotEquals: arn,
  ArnNotLike: arn,
  Null: () => false,
};
