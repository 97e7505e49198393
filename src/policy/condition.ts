import type { ConditionElement } from './document.ts';
import { foldCase, foldLatin } from './fold-case.ts';
import { type GlobToken, MATCHES_ANYTHING } from './match/glob.ts';
import { type ArnPattern, matchesArn } from './match/resource.ts';
import { type Operator, type Order, parseOperator } from './operator.ts';
import type { ContextValue, RequestContext } from './request.ts';
import { matchesTemplate, readTemplate, resolveTokens, type Template, type TemplateToken, templateOf } from './template.ts';
import { decodeBase64 } from './value/base64.ts';
import { compareInstants, type Instant, parseInstant } from './value/instant.ts';
import { type IpBlock, isInBlock, parseIpAddress, parseIpBlock } from './value/ip-address.ts';
import { compareDecimals, type Decimal, parseDecimal } from './value/number.ts';

/** One key under one operator, made ready. */
export interface Condition {
  readonly element: ConditionElement;
  /** Undefined: not an operator we know. Then an Allow does not apply and a Deny does, as far as this condition goes. */
  readonly operator: Operator | undefined;
  /** Folded. */
  readonly key: string;
  /** Where the condition can only hold if the key has one of these values: a plain StringEquals without variables. Never empty. */
  readonly literals: ReadonlySet<string> | undefined;
  /** Whether the condition holds. */
  readonly holds: (context: RequestContext) => boolean;
}

/** Whether one context value matches one of the policy's values; negation and sets come on top of it. */
type ValueMatch = (value: string, context: RequestContext) => boolean;

/**
 * @param variables whether the document's version knows policy variables
 * @param ifUnknown what a condition with an unknown operator comes to: false in an Allow, true in a Deny, so that neither grants
 */
export function compileCondition(element: ConditionElement, variables: boolean, ifUnknown: boolean): Condition {
  const operator = parseOperator(element.operator.text);
  const key = foldCase(element.key.text);
  const values = element.values.map((value) => value.text);
  return {
    element,
    operator,
    key,
    literals: operator && literalsOf(operator, values, variables),
    holds: !operator
      ? () => ifUnknown
      : operator.family === 'null'
        ? nullTest(key, values)
        : quantify(operator, key, valueMatch(operator, values, variables)),
  };
}

function literalsOf(operator: Operator, values: readonly string[], variables: boolean): ReadonlySet<string> | undefined {
  const plain = operator.family === 'string' && !operator.negated && !operator.ifExists && operator.set === undefined;
  if (!plain || values.length === 0 || (variables && values.some((value) => value.includes('${')))) return undefined;
  return new Set(values);
}

/** A list of no values is no value: the key is absent. */
export const isAbsent = (value: ContextValue): value is undefined =>
  value === undefined || (typeof value !== 'string' && value.length === 0);

/** `"true"`: the key must be absent; `"false"`: present. A set prefix changes nothing (unverified). */
function nullTest(key: string, values: readonly string[]): Condition['holds'] {
  const folded = values.map(foldCase);
  const ifAbsent = folded.includes('true');
  const ifPresent = folded.includes('false');
  return (context) => (isAbsent(context.get(key)) ? ifAbsent : ifPresent);
}

/**
 * What an absent key, several values, negation, set prefixes and `IfExists` make of "one value matches". This is the one place for it.
 *
 * | | absent | one value v | several values |
 * | --- | --- | --- | --- |
 * | op | false | matches(v) | some match (unverified; AWS: use a set prefix) |
 * | negated op | true | not matches(v) | none matches |
 * | ForAllValues | true | holds for v | holds for every one; only empty texts: true |
 * | ForAnyValue | false, IfExists: true (unverified) | holds for v | holds for some; only empty texts: false |
 *
 * `IfExists` turns every "absent" into true.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function quantify(operator: Operator, key: string, matches: ValueMatch): Condition['holds'] {
  const { negated, ifExists } = operator;
  switch (operator.set) {
    case undefined: {
      const ifAbsent = negated || ifExists;
      return (context) => {
        const value = context.get(key);
        if (typeof value === 'string') return matches(value, context) !== negated;
        if (isAbsent(value)) return ifAbsent;
        return value.some((one) => matches(one, context)) !== negated;
      };
    }
    case 'ForAllValues':
      return (context) => {
        const value = context.get(key);
        if (isAbsent(value) || isNullSet(value)) return true;
        if (typeof value === 'string') return matches(value, context) !== negated;
        return value.every((one) => matches(one, context) !== negated);
      };
    case 'ForAnyValue':
      return (context) => {
        const value = context.get(key);
        if (isAbsent(value)) return ifExists;
        if (isNullSet(value)) return false;
        if (typeof value === 'string') return matches(value, context) !== negated;
        return value.some((one) => matches(one, context) !== negated);
      };
  }
}

/** To set operators, nothing but empty texts is "a null data set". */
const isNullSet = (value: string | readonly string[]): boolean =>
  typeof value === 'string' ? value === '' : value.every((one) => one === '');

function valueMatch(operator: Operator, values: readonly string[], variables: boolean): ValueMatch {
  switch (operator.family) {
    case 'string':
      return stringMatch(values, variables, (text) => text);
    case 'ignoreCase':
      return stringMatch(values, variables, foldLatin);
    case 'like': {
      const templates = values.map((value) => templateOf(readTemplate(value, { wildcards: true, variables })));
      return anyOf(templates, matchesTemplate);
    }
    case 'arn':
      return anyOf(known(values.map((value) => compileArn(value, variables))), matchesArn);
    case 'numeric':
      return ordered(known(values.map(parseDecimal)), parseDecimal, compareDecimals, operator.order);
    case 'date':
      return ordered(known(values.map(parseInstant)), parseInstant, compareInstants, operator.order);
    case 'bool': {
      const wanted: readonly string[] = values.map(foldCase).filter((value) => value === 'true' || value === 'false');
      return (value) => wanted.includes(foldCase(value));
    }
    case 'binary': {
      const wanted = known(values.map(decodeBase64));
      // Context values of type binary are base64 text as well (unverified).
      return (value) => {
        const bytes = decodeBase64(value);
        return bytes !== undefined && wanted.includes(bytes);
      };
    }
    case 'ip': {
      const blocks: readonly IpBlock[] = known(values.map(parseIpBlock));
      return (value) => {
        const address = parseIpAddress(value);
        return address !== undefined && blocks.some((block) => isInBlock(address, block));
      };
    }
    case 'null':
      return () => false;
  }
}

/** Values that cannot be read match nothing. */
const known = <T>(values: readonly (T | undefined)[]): readonly T[] => values.filter((value) => value !== undefined);

function anyOf<T>(patterns: readonly T[], matches: (pattern: T, value: string, context: RequestContext) => boolean): ValueMatch {
  const [first] = patterns;
  if (patterns.length === 1 && first !== undefined) return (value, context) => matches(first, value, context);
  return (value, context) => {
    for (const pattern of patterns) if (matches(pattern, value, context)) return true;
    return false;
  };
}

/** Equality of texts, folded or not. `*` and `?` are themselves; variables are replaced where the document knows them. */
function stringMatch(values: readonly string[], variables: boolean, fold: (text: string) => string): ValueMatch {
  const literals = new Set<string>();
  const templates: (readonly TemplateToken[])[] = [];
  for (const value of values) {
    const tokens = readTemplate(value, { wildcards: false, variables });
    if (tokens.some((token) => typeof token === 'object')) templates.push(tokens);
    else literals.add(fold(tokens.join('')));
  }
  const matchesLiteral = literalMatch(literals, fold);
  if (templates.length === 0) return matchesLiteral;
  return (value, context) =>
    matchesLiteral(value, context) || templates.some((tokens) => joined(resolveTokens(tokens, context), fold) === fold(value));
}

const joined = (tokens: readonly GlobToken[] | undefined, fold: (text: string) => string): string | undefined =>
  tokens && fold(tokens.join(''));

function literalMatch(literals: ReadonlySet<string>, fold: (text: string) => string): ValueMatch {
  const [only] = literals;
  if (literals.size === 1) return (value) => value === only || fold(value) === only;
  return (value) => literals.has(fold(value));
}

function ordered<T extends Decimal | Instant>(
  wanted: readonly T[],
  parse: (text: string) => T | undefined,
  compare: (a: T, b: T) => number,
  order: Order,
): ValueMatch {
  return (value) => {
    const read = parse(value);
    return read !== undefined && wanted.some((one) => inOrder(compare(read, one), order));
  };
}

function inOrder(comparison: number, order: Order): boolean {
  switch (order) {
    case 'equal':
      return comparison === 0;
    case 'less':
      return comparison < 0;
    case 'lessOrEqual':
      return comparison <= 0;
    case 'greater':
      return comparison > 0;
    case 'greaterOrEqual':
      return comparison >= 0;
  }
}

/**
 * Split first, variables after: a value can never shift the parts. A lone `*` is every ARN (unverified); other patterns of fewer than six
 * parts match nothing.
 */
function compileArn(text: string, variables: boolean): ArnPattern | undefined {
  const tokens = readTemplate(text, { wildcards: true, variables });
  const parts: TemplateToken[][] = [[]];
  for (const token of tokens) {
    let rest = token;
    while (typeof rest === 'string' && parts.length < 6) {
      const colon = rest.indexOf(':');
      if (colon === -1) break;
      parts.at(-1)?.push(rest.slice(0, colon));
      parts.push([]);
      rest = rest.slice(colon + 1);
    }
    parts.at(-1)?.push(rest);
  }
  if (text === '*') return [EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING];
  const templates = parts.map((part) => templateOf(part));
  return isWhole(templates) ? templates : undefined;
}

const isWhole = (templates: readonly Template[]): templates is ArnPattern => templates.length === 6;

const EVERYTHING: Template = { glob: MATCHES_ANYTHING, tokens: undefined };
