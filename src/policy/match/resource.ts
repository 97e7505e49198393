import type { RequestContext } from '../request.ts';
import { matchesTemplate, readTemplate, type Template, templateOf } from '../template.ts';
import { type Glob, globOfText, MATCHES_ANYTHING, matchesGlob } from './glob.ts';

/** The resource of a request, split when a pattern first needs it. */
export class Target {
  readonly text: string;
  #colons: Colons | null | undefined;
  #tail: string | undefined;
  #lead: number | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The first five colons; null when there are fewer, as in `*`: then it is no ARN. */
  get colons(): Colons | null {
    if (this.#colons === undefined) this.#colons = findColons(this.text);
    return this.#colons;
  }

  /** The sixth part of the ARN with its own colons and slashes. */
  get tail(): string {
    this.#tail ??= this.text.slice((this.colons?.fifth ?? -1) + 1);
    return this.#tail;
  }

  /** The first character of `tail`. */
  get lead(): number {
    if (this.#lead === undefined) this.#lead = this.tail === '' ? -2 : this.tail.charCodeAt(0);
    return this.#lead;
  }
}

interface Colons {
  readonly first: number;
  readonly second: number;
  readonly third: number;
  readonly fourth: number;
  readonly fifth: number;
}

function findColons(text: string): Colons | null {
  const first = text.indexOf(':');
  if (first === -1) return null;
  const second = text.indexOf(':', first + 1);
  if (second === -1) return null;
  const third = text.indexOf(':', second + 1);
  if (third === -1) return null;
  const fourth = text.indexOf(':', third + 1);
  if (fourth === -1) return null;
  const fifth = text.indexOf(':', fourth + 1);
  return fifth === -1 ? null : { first, second, third, fourth, fifth };
}

/**
 * A pattern of Resource or NotResource.
 * - `everything`: `*`, the only pattern that matches a request without a resource
 * - `headed`: the first five parts are literal (`head`, with its five colons), the sixth may hold wildcards and variables
 * - `parts`: wildcards in the region or the account; `head` ends with the third colon
 * - `anyPartition`: wildcards in the partition, rare; `head` is the service between its colons
 * - `nothing`: no ARN and not `*`
 *
 * Every pattern has all members, so that they are one shape to the compiler of the language.
 */
export interface ResourcePattern {
  readonly form: 'everything' | 'headed' | 'parts' | 'anyPartition' | 'nothing';
  readonly head: string;
  readonly partition: Glob;
  readonly region: Glob;
  readonly account: Glob;
  readonly tail: Template;
  /** With what the sixth part must begin, when that is literal. */
  readonly tailPrefix: string;
  /** The first character of `tailPrefix`, -1 when it is empty: most patterns of a list are put aside by this. */
  readonly lead: number;
}

const TRIVIAL: ResourcePattern = {
  form: 'nothing',
  head: '',
  partition: MATCHES_ANYTHING,
  region: MATCHES_ANYTHING,
  account: MATCHES_ANYTHING,
  tail: templateOf(['']),
  tailPrefix: '',
  lead: -1,
};
const EVERYTHING: ResourcePattern = { ...TRIVIAL, form: 'everything' };

/**
 * Splits at the first five colons, so that nothing a variable brings in can shift the parts; an ARN that ends early is padded with `*`.
 * Variables only count after the fifth colon. No wildcards in the service.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function compileResource(text: string, variables: boolean): ResourcePattern {
  if (text === '*') return EVERYTHING;
  if (!text.startsWith('arn:')) return TRIVIAL;
  const parts: string[] = [];
  let start = 0;
  while (parts.length < 5) {
    const colon = text.indexOf(':', start);
    if (colon === -1) break;
    parts.push(text.slice(start, colon));
    start = colon + 1;
  }
  parts.push(text.slice(start));
  while (parts.length < 6) parts.push('*');
  const [, partition = '', service = '', region = '', account = '', last = ''] = parts;
  const tail = templateOf(readTemplate(last, { wildcards: true, variables }));
  const tailPrefix = literalPrefix(tail);
  const pattern = {
    head: `arn:${partition}:${service}:`,
    partition: globOfText(partition),
    region: globOfText(region),
    account: globOfText(account),
    tail,
    tailPrefix,
    lead: tailPrefix === '' ? -1 : tailPrefix.charCodeAt(0),
  };
  if (pattern.partition.form !== 'exact') return { form: 'anyPartition', ...pattern, head: `:${service}:` };
  if (pattern.region.form !== 'exact' || pattern.account.form !== 'exact') return { form: 'parts', ...pattern };
  return { form: 'headed', ...pattern, head: `${pattern.head}${region}:${account}:` };
}

function literalPrefix(template: Template): string {
  if (template.glob) return template.glob.prefix;
  const [first] = template.tokens;
  return typeof first === 'string' ? first : '';
}

/** Case-sensitive, part by part. */
export function matchesResource(pattern: ResourcePattern, target: Target, context: RequestContext): boolean {
  if (pattern.lead !== -1 && pattern.lead !== target.lead) return false;
  switch (pattern.form) {
    case 'everything':
      return true;
    case 'nothing':
      return false;
    case 'headed':
      return target.text.startsWith(pattern.head) && matchesTemplate(pattern.tail, target.tail, context);
    case 'parts': {
      const { text, colons } = target;
      return (
        colons !== null &&
        text.startsWith(pattern.head) &&
        matchesSlice(pattern.region, text, colons.third + 1, colons.fourth) &&
        matchesSlice(pattern.account, text, colons.fourth + 1, colons.fifth) &&
        matchesTemplate(pattern.tail, target.tail, context)
      );
    }
    case 'anyPartition': {
      const { text, colons } = target;
      return (
        colons !== null &&
        text.startsWith('arn:') &&
        text.startsWith(pattern.head, colons.second) &&
        matchesSlice(pattern.partition, text, colons.first + 1, colons.second) &&
        matchesSlice(pattern.region, text, colons.third + 1, colons.fourth) &&
        matchesSlice(pattern.account, text, colons.fourth + 1, colons.fifth) &&
        matchesTemplate(pattern.tail, target.tail, context)
      );
    }
  }
}

const matchesSlice = (glob: Glob, text: string, start: number, end: number): boolean =>
  glob.form === 'any' || matchesGlob(glob, text.slice(start, end));

/**
 * Six parts compared one by one, as Arn* operators do; no part is special. The texts of both sides are split at their first five colons.
 * `pattern` comes already split, so that what its variables bring in cannot shift the parts.
 */
export type ArnPattern = readonly [Template, Template, Template, Template, Template, Template];

export function matchesArn(pattern: ArnPattern, value: string, context: RequestContext): boolean {
  const colons = value.startsWith('arn:') ? findColons(value) : null;
  if (!colons) return false;
  const { first, second, third, fourth, fifth } = colons;
  return (
    matchesTemplate(pattern[5], value.slice(fifth + 1), context) &&
    matchesTemplate(pattern[4], value.slice(fourth + 1, fifth), context) &&
    matchesTemplate(pattern[3], value.slice(third + 1, fourth), context) &&
    matchesTemplate(pattern[2], value.slice(second + 1, third), context) &&
    matchesTemplate(pattern[1], value.slice(first + 1, second), context) &&
    matchesTemplate(pattern[0], value.slice(0, first), context)
  );
}
