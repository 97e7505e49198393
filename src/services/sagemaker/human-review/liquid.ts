/*
 * The part of Liquid that task templates are written in, with SageMaker's own filters. Templates and values come from callers: nothing but own
 * members of JSON values is read, what is printed is escaped unless the template says otherwise, and the work is bounded.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-custom-templates-step2-automate.html
 */

/** What is wrong with a template, in a sentence. */
export class TemplateError extends Error {}

/** Characters that rendering may handle in all, and tags that may stand in each other. */
const BUDGET = 4_000_000;
const MAX_DEPTH = 32;
/** What a round of a loop costs beyond what it prints, in characters. */
const ROUND = 20;

type Scope = Readonly<Record<string, unknown>>;

interface Operand {
  readonly literal?: unknown;
  readonly path?: readonly (string | Operand)[];
}
interface Filter {
  readonly name: string;
  readonly arguments: readonly Operand[];
}
interface Output {
  readonly operand: Operand;
  readonly filters: readonly Filter[];
}
interface Condition {
  readonly left: Operand;
  readonly operator?: string;
  readonly right?: Operand;
  readonly next?: { readonly word: string; readonly condition: Condition };
}

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly output: Output }
  | { readonly kind: 'assign'; readonly name: string; readonly output: Output }
  | { readonly kind: 'for'; readonly name: string; readonly in: Operand; readonly body: readonly Node[] }
  | { readonly kind: 'if'; readonly branches: readonly (readonly [condition: Condition | undefined, body: readonly Node[]])[] };

// Parsing

type Part = readonly [kind: 'text' | 'output' | 'tag', text: string];

/** Texts, outputs and tags of a template. Time O(its length). */
function partsOf(template: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  /** After `-}}` or `-%}`, white space is left out. */
  let trims = false;
  while (at < template.length) {
    const open = nextOpening(template, at);
    const raw = template.slice(at, open ?? template.length);
    const text = trims ? raw.trimStart() : raw;
    if (open === undefined) {
      parts.push(['text', text]);
      break;
    }
    const isTag = template[open + 1] === '%';
    const close = template.indexOf(isTag ? '%}' : '}}', open + 2);
    if (close < 0) throw new TemplateError(`${isTag ? '{%' : '{{'} is not closed.`);
    const inner = template.slice(open + 2, close);
    parts.push(['text', inner.startsWith('-') ? text.trimEnd() : text]);
    trims = inner.endsWith('-');
    at = close + 2;
    const content = inner.replace(/^-/, '').replace(/-$/, '').trim();
    if (isTag && content === 'raw') {
      const end = template.indexOf('{% endraw %}', at);
      if (end < 0) throw new TemplateError('raw is not closed.');
      parts.push(['text', template.slice(at, end)]);
      at = end + '{% endraw %}'.length;
    } else parts.push([isTag ? 'tag' : 'output', content]);
  }
  return parts;
}

function nextOpening(template: string, from: number): number | undefined {
  for (let at = template.indexOf('{', from); at >= 0; at = template.indexOf('{', at + 1)) {
    if (template[at + 1] === '{' || template[at + 1] === '%') return at;
  }
  return undefined;
}

const WORD = /\s*(?:"([^"]*)"|'([^']*)'|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w-]*)|(==|!=|<=|>=|<|>|\||:|,|\.|\[|\]))/y;

/** An expression, read word by word. */
class Expression {
  readonly #words: { readonly literal?: unknown; readonly name?: string; readonly sign?: string }[] = [];
  #at = 0;

  constructor(text: string) {
    WORD.lastIndex = 0;
    while (WORD.lastIndex < text.length) {
      const from = WORD.lastIndex;
      const match = WORD.exec(text);
      if (!match) {
        if (text.slice(from).trim() === '') break;
        throw new TemplateError(`${text} is no expression.`);
      }
      const [, double, single, number, name, sign] = match;
      if (double !== undefined || single !== undefined) this.#words.push({ literal: double ?? single });
      else if (number !== undefined) this.#words.push({ literal: Number(number) });
      else if (name !== undefined) this.#words.push({ name });
      else if (sign !== undefined) this.#words.push({ sign });
    }
  }

  get done(): boolean {
    return this.#at === this.#words.length;
  }

  /** The next word, if it is this one. */
  take(word: string): boolean {
    const next = this.#words[this.#at];
    if (next?.sign !== word && next?.name !== word) return false;
    this.#at++;
    return true;
  }

  takeOne(...words: readonly string[]): string | undefined {
    return words.find((word) => this.take(word));
  }

  name(): string {
    const name = this.#words[this.#at++]?.name;
    if (name === undefined) throw new TemplateError('A name is missing.');
    return name;
  }

  operand(depth = 0): Operand {
    if (depth > MAX_DEPTH) throw new TemplateError('An expression is too deep.');
    const word = this.#words[this.#at++];
    if (word === undefined || word.sign !== undefined) throw new TemplateError('A value is missing.');
    if (word.name === undefined) return { literal: word.literal };
    if (Object.hasOwn(WORDS, word.name)) return { literal: WORDS[word.name] };
    const path: (string | Operand)[] = [word.name];
    for (;;) {
      if (this.take('.')) path.push(this.name());
      else if (this.take('[')) {
        path.push(this.operand(depth + 1));
        if (!this.take(']')) throw new TemplateError('[ is not closed.');
      } else return { path };
    }
  }

  output(): Output {
    const operand = this.operand();
    const filters: Filter[] = [];
    while (this.take('|')) {
      const name = this.name();
      const given: Operand[] = [];
      if (this.take(':'))
        do given.push(this.operand());
        while (this.take(','));
      filters.push({ name, arguments: given });
    }
    this.end();
    return { operand, filters };
  }

  condition(depth = 0): Condition {
    if (depth > MAX_DEPTH) throw new TemplateError('A condition is too long.');
    const left = this.operand();
    const operator = this.takeOne('==', '!=', '<=', '>=', '<', '>', 'contains');
    const right = operator === undefined ? undefined : this.operand();
    const word = this.takeOne('and', 'or');
    return {
      left,
      ...(operator !== undefined && right && { operator, right }),
      ...(word !== undefined && { next: { word, condition: this.condition(depth + 1) } }),
    };
  }

  end(): void {
    if (!this.done) throw new TemplateError('An expression has more than it should.');
  }
}

const WORDS: Readonly<Record<string, unknown>> = { true: true, false: false, nil: null, null: null, empty: '', blank: '' };

const conditionOf = (text: string): Condition => {
  const expression = new Expression(text);
  const condition = expression.condition();
  expression.end();
  return condition;
};

const tagOf = (text: string): readonly [name: string, rest: string] => {
  const name = /^\w*/.exec(text)?.[0] ?? '';
  return [name, text.slice(name.length)];
};

/** Reads nodes until one of the tags that end them. */
function readNodes(
  parts: Part[],
  ends: readonly string[],
  depth: number,
): { readonly nodes: Node[]; readonly end: string; readonly rest: string } {
  if (depth > MAX_DEPTH) throw new TemplateError('Tags are nested too deep.');
  const nodes: Node[] = [];
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const [kind, text] = part;
    if (kind === 'text') nodes.push({ kind, text });
    else if (kind === 'output') nodes.push({ kind, output: new Expression(text).output() });
    else {
      const [name, rest] = tagOf(text);
      if (ends.includes(name)) return { nodes, end: name, rest };
      const node = readTag(name, rest, parts, depth);
      if (node) nodes.push(node);
    }
  }
  if (ends.length > 0) throw new TemplateError(`${ends.at(-1)} is missing.`);
  return { nodes, end: '', rest: '' };
}

function readTag(name: string, rest: string, parts: Part[], depth: number): Node | undefined {
  switch (name) {
    case 'assign': {
      const equals = rest.indexOf('=');
      if (equals < 0) throw new TemplateError('assign needs a value.');
      return { kind: 'assign', name: rest.slice(0, equals).trim(), output: new Expression(rest.slice(equals + 1)).output() };
    }
    case 'comment':
      readNodes(parts, ['endcomment'], depth + 1);
      return undefined;
    case 'for': {
      const expression = new Expression(rest);
      const item = expression.name();
      if (!expression.take('in')) throw new TemplateError('for needs in.');
      const list = expression.operand();
      expression.end();
      return { kind: 'for', name: item, in: list, body: readNodes(parts, ['endfor'], depth + 1).nodes };
    }
    case 'if':
      return readBranches(conditionOf(rest), parts, depth);
    case 'unless': {
      const body = readNodes(parts, ['endunless'], depth + 1).nodes;
      return {
        kind: 'if',
        branches: [
          [conditionOf(rest), []],
          [undefined, body],
        ],
      };
    }
    default:
      throw new TemplateError(`The tag ${name} is not known.`);
  }
}

function readBranches(first: Condition, parts: Part[], depth: number): Node {
  const branches: (readonly [Condition | undefined, readonly Node[]])[] = [];
  let condition: Condition | undefined = first;
  for (;;) {
    const { nodes, end, rest } = readNodes(parts, condition ? ['elsif', 'else', 'endif'] : ['endif'], depth + 1);
    branches.push([condition, nodes]);
    if (end === 'endif') return { kind: 'if', branches };
    condition = end === 'elsif' ? conditionOf(rest) : undefined;
  }
}

// Rendering

/** A text that the template has escaped, or wants as it is. */
class Ready {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const textOf = (value: unknown): string => {
  if (value instanceof Ready) return value.text;
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isTrue = (value: unknown): boolean => value !== undefined && value !== null && value !== false;
const sizeOf = (value: unknown): number => (Array.isArray(value) ? value.length : textOf(value).length);

type Work = (value: unknown, ...given: readonly unknown[]) => unknown;

/** `grant_read_access` and `s3_presign` turn addresses of S3 into URLs on AWS; there is no S3 here to ask, so they stay. */
const FILTERS: Readonly<Record<string, Work>> = {
  append: (value, more) => textOf(value) + textOf(more),
  capitalize: (value) => textOf(value).charAt(0).toUpperCase() + textOf(value).slice(1),
  default: (value, other) => (isTrue(value) && textOf(value) !== '' ? value : other),
  downcase: (value) => textOf(value).toLowerCase(),
  escape: (value) => new Ready(escapeHtml(textOf(value))),
  first: (value) => listOf(value)[0],
  grant_read_access: (value) => value,
  join: (value, between = ' ') => listOf(value).map(textOf).join(textOf(between)),
  last: (value) => listOf(value).at(-1),
  minus: (value, other) => Number(value) - Number(other),
  plus: (value, other) => Number(value) + Number(other),
  prepend: (value, more) => textOf(more) + textOf(value),
  s3_presign: (value) => value,
  size: sizeOf,
  skip_autoescape: (value) => new Ready(textOf(value)),
  split: (value, by) => textOf(value).split(textOf(by)),
  strip: (value) => textOf(value).trim(),
  times: (value, other) => Number(value) * Number(other),
  to_json: (value) => JSON.stringify(value instanceof Ready ? value.text : (value ?? null)),
  upcase: (value) => textOf(value).toUpperCase(),
};

class Rendering {
  #left = BUDGET;

  /** @throws TemplateError  the work gets too much */
  spend(characters: number): void {
    this.#left -= 1 + characters;
    if (this.#left < 0) throw new TemplateError('The template is too much to render.');
  }

  value({ literal, path }: Operand, scope: Scope): unknown {
    this.spend(path?.length ?? 0);
    if (!path) return literal;
    const [first, ...rest] = path;
    let value: unknown = typeof first === 'string' && Object.hasOwn(scope, first) ? scope[first] : undefined;
    for (const step of rest) value = memberOf(value, typeof step === 'string' ? step : this.value(step, scope));
    return value;
  }

  result({ operand, filters }: Output, scope: Scope): unknown {
    let value = this.value(operand, scope);
    for (const { name, arguments: given } of filters) {
      const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
      if (!filter) throw new TemplateError(`The filter ${name} is not known.`);
      const others = given.map((each) => this.value(each, scope));
      // What goes in bounds what comes out, but for `join`, whose separator is repeated.
      const repeated = name === 'join' ? sizeOf(value) * textOf(others[0]).length : 0;
      this.spend([value, ...others].reduce((sum: number, each) => sum + textOf(each).length, repeated));
      value = filter(value, ...others);
    }
    return value;
  }

  holds({ left, operator, right, next }: Condition, scope: Scope): boolean {
    const a = this.value(left, scope);
    const held = operator === undefined || !right ? isTrue(a) : this.compares(a, operator, this.value(right, scope));
    if (!next) return held;
    return next.word === 'and' ? held && this.holds(next.condition, scope) : held || this.holds(next.condition, scope);
  }

  compares(a: unknown, operator: string, b: unknown): boolean {
    if (operator === 'contains') {
      this.spend(textOf(a).length + textOf(b).length);
      return Array.isArray(a) ? a.includes(b) : textOf(a).includes(textOf(b));
    }
    // Texts are compared character by character.
    if (typeof a === 'string') this.spend(a.length);
    if (operator === '==') return a === b || ((a ?? '') === '' && (b ?? '') === '');
    if (operator === '!=') return !this.compares(a, '==', b);
    if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return false;
    const [x, y] = [a, b as typeof a];
    return operator === '<' ? x < y : operator === '>' ? x > y : operator === '<=' ? x <= y : x >= y;
  }

  print(nodes: readonly Node[], scope: Record<string, unknown>): string {
    let text = '';
    for (const node of nodes) {
      const printed = this.printOne(node, scope);
      this.spend(printed.length);
      text += printed;
    }
    return text;
  }

  printOne(node: Node, scope: Record<string, unknown>): string {
    switch (node.kind) {
      case 'text':
        return node.text;
      case 'output': {
        const value = this.result(node.output, scope);
        return value instanceof Ready ? value.text : escapeHtml(textOf(value));
      }
      case 'assign':
        scope[node.name] = this.result(node.output, scope);
        return '';
      case 'for': {
        const items = listOf(this.value(node.in, scope));
        const variables = Object.keys(scope).length;
        this.spend(variables);
        let text = '';
        for (const [index, item] of items.entries()) {
          this.spend(ROUND + variables);
          text += this.print(node.body, inLoop(scope, node.name, item, index, items.length));
        }
        return text;
      }
      case 'if': {
        const branch = node.branches.find(([condition]) => condition === undefined || this.holds(condition, scope));
        return branch ? this.print(branch[1], scope) : '';
      }
    }
  }
}

const inLoop = (scope: Scope, name: string, item: unknown, index: number, length: number): Record<string, unknown> =>
  Object.assign(Object.create(null), scope, {
    [name]: item,
    forloop: { index: index + 1, index0: index, first: index === 0, last: index === length - 1, length },
  });

function memberOf(value: unknown, name: unknown): unknown {
  if (Array.isArray(value)) {
    if (typeof name === 'number') return value.at(name);
    return name === 'size' ? value.length : name === 'first' ? value[0] : name === 'last' ? value.at(-1) : undefined;
  }
  if (typeof value === 'string') return name === 'size' ? value.length : undefined;
  if (typeof value !== 'object' || value === null || value instanceof Ready) return undefined;
  const key = String(name);
  return Object.hasOwn(value, key) ? (value as Scope)[key] : undefined;
}

/**
 * A template with values in it.
 * @throws TemplateError  it cannot be read or rendered
 */
export function renderTemplate(template: string, values: Scope): string {
  const { nodes } = readNodes(partsOf(template), [], 0);
  return new Rendering().print(nodes, Object.assign(Object.create(null), values));
}
