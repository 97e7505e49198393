import { foldCase } from './fold-case.ts';
import { ANY, type Glob, type GlobToken, globOf, matchesGlob, ONE, tokensOf } from './match/glob.ts';
import type { RequestContext } from './request.ts';

/**
 * A policy variable: `${aws:username}`, or with a default `${aws:PrincipalTag/team, 'none'}`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export interface Variable {
  /** As written. */
  readonly name: string;
  /** Folded, as request contexts are asked. */
  readonly key: string;
  readonly fallback: string | undefined;
}

export type TemplateToken = GlobToken | Variable;

/** A text of a policy that may hold wildcards and variables. */
export type Template =
  | { readonly glob: Glob; readonly tokens: undefined }
  | { readonly glob: undefined; readonly tokens: readonly TemplateToken[] };

export interface TemplateOptions {
  /** Whether `*` and `?` are wildcards. */
  readonly wildcards: boolean;
  /** Whether `${…}` is a variable: documents of version 2012-10-17 only, elsewhere it is plain text. */
  readonly variables: boolean;
}

export const templateOf = (tokens: readonly TemplateToken[]): Template =>
  isResolved(tokens) ? { glob: globOf(tokens), tokens: undefined } : { glob: undefined, tokens };

const isResolved = (tokens: readonly TemplateToken[]): tokens is readonly GlobToken[] => !tokens.some((token) => typeof token === 'object');

/**
 * Whether `text` matches. What a variable brings in is literal: a `*`, `?`, `:` or `${` in a tag, name or claim means nothing
 * (unverified for wildcards). A variable that cannot be resolved makes the template match nothing.
 */
export function matchesTemplate(template: Template, text: string, context: RequestContext): boolean {
  if (template.glob) return matchesGlob(template.glob, text);
  const tokens = resolveTokens(template.tokens, context);
  return tokens !== undefined && matchesGlob(globOf(tokens), text);
}

export function resolveTokens(tokens: readonly TemplateToken[], context: RequestContext): GlobToken[] | undefined {
  const resolved: GlobToken[] = [];
  for (const token of tokens) {
    if (typeof token !== 'object') resolved.push(token);
    else {
      const value = resolveVariable(token, context);
      if (value === undefined) return undefined;
      resolved.push(value);
    }
  }
  return resolved;
}

/**
 * The text a variable stands for. Undefined, when the key is absent and there is no default, when it is multivalued, and when its value is
 * empty: an empty tag must not turn `home/${aws:PrincipalTag/team}*` into `home/*` (rule; AWS does not say).
 */
export function resolveVariable(variable: Variable, context: RequestContext): string | undefined {
  const value = context.get(variable.key);
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (value === undefined || value.length === 0) return variable.fallback;
  return undefined;
}

/** Splits a text into literals, wildcards and variables. Malformed or unterminated `${` stays literal (unverified). */
export function readTemplate(text: string, options: TemplateOptions): TemplateToken[] {
  if (!options.variables || !text.includes('${')) return options.wildcards ? tokensOf(text) : [text];
  // Looked for once, so that a text full of unfinished variables is not searched to its end for each of them.
  const lastClose = text.lastIndexOf("'}");
  const tokens: TemplateToken[] = [];
  let literal = '';
  const flush = (): void => {
    if (literal !== '') tokens.push(literal);
    literal = '';
  };
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '$' && text[at + 1] === '{') {
      const escaped = text[at + 2];
      if (text[at + 3] === '}' && (escaped === '*' || escaped === '?' || escaped === '$')) {
        literal += escaped;
        at += 4;
        continue;
      }
      const found = readVariable(text, at + 2, lastClose);
      if (found) {
        flush();
        tokens.push(found.variable);
        at = found.end;
        continue;
      }
    } else if (options.wildcards && (character === '*' || character === '?')) {
      flush();
      tokens.push(character === '*' ? ANY : ONE);
      at++;
      continue;
    }
    literal += character;
    at++;
  }
  flush();
  return tokens;
}

/** `key}` or `key, 'text'}` from `start` on. The key runs to the first `}` or `,`; the text to the quote before `}`. */
function readVariable(text: string, start: number, lastClose: number): { variable: Variable; end: number } | undefined {
  let at = start;
  while (at < text.length && !NOT_IN_KEYS.has(text[at] ?? '')) at++;
  const name = text.slice(start, at);
  if (name === '') return undefined;
  if (text[at] === '}') return { variable: { name, key: foldCase(name), fallback: undefined }, end: at + 1 };
  if (!text.startsWith(", '", at) || lastClose < at + 3) return undefined;
  const close = text.indexOf("'}", at + 3);
  return { variable: { name, key: foldCase(name), fallback: text.slice(at + 3, close) }, end: close + 2 };
}

const NOT_IN_KEYS: ReadonlySet<string> = new Set(['}', '{', ',', "'", '$', '*', '?']);

/** The text with every variable that can be resolved replaced, for people to read; never for matching. */
export function expandVariables(text: string, context: RequestContext): string {
  if (!text.includes('${')) return text;
  const tokens = readTemplate(text, { wildcards: false, variables: true });
  return tokens.map((token) => (typeof token === 'object' ? (resolveVariable(token, context) ?? `\${${token.name}}`) : token)).join('');
}
