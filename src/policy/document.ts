import { JsonError, type JsonNode, type JsonObject, readJson } from './json.ts';
import { PolicyError } from './policy-error.ts';
import { positionAt } from './position.ts';

/**
 * A policy document as its grammar has it, every text as written. Reading it has settled what JSON and the grammar's shape can settle;
 * whether the texts make sense is validate.ts.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export interface PolicyDocument {
  readonly text: string;
  /** As declared; absent means the semantics of 2008-10-17. */
  readonly version: '2012-10-17' | '2008-10-17' | undefined;
  readonly id: string | undefined;
  readonly statements: readonly Statement[];
}

/** A text and the offset of its first character in the document. */
export interface Located {
  readonly text: string;
  readonly at: number;
}

export interface Statement {
  /** Place in the document, from 0. */
  readonly index: number;
  /** Offsets of the opening brace and one past the closing one. */
  readonly start: number;
  readonly end: number;
  readonly sid: Located | undefined;
  /** `Allow` or `Deny`; other spellings by case are kept for validation to refuse. */
  readonly effect: Located;
  readonly principal: PrincipalElement | undefined;
  readonly notPrincipal: PrincipalElement | undefined;
  readonly action: readonly Located[] | undefined;
  readonly notAction: readonly Located[] | undefined;
  readonly resource: readonly Located[] | undefined;
  readonly notResource: readonly Located[] | undefined;
  readonly conditions: readonly ConditionElement[];
}

export const PRINCIPAL_TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const;
export type PrincipalType = (typeof PRINCIPAL_TYPES)[number];

export interface PrincipalElement {
  readonly at: number;
  /** `"*"` written without a type. */
  readonly everyone: boolean;
  readonly entries: readonly PrincipalEntry[];
}

export interface PrincipalEntry extends Located {
  readonly type: PrincipalType;
}

/** One key under one operator: `{"StringEquals": {"aws:username": ["a", "b"]}}` has one. Values are in their string form. */
export interface ConditionElement {
  readonly operator: Located;
  readonly key: Located;
  readonly values: readonly Located[];
}

/**
 * Reads a policy document.
 * @throws PolicyError `Syntax errors in policy.`, with the place; a `NotJson` when the text is not even that
 */
export function parsePolicy(text: string): PolicyDocument {
  let root: JsonNode;
  try {
    root = readJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw new NotJson(SYNTAX_ERRORS, `not JSON: ${error.message}`, positionAt(text, error.at));
    throw error;
  }
  return new Reader(text).policy(root);
}

export const SYNTAX_ERRORS = 'Syntax errors in policy.';

/** The text is not even JSON: trust policies have a sentence of their own for that. */
export class NotJson extends PolicyError {}

class Reader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  policy(root: JsonNode): PolicyDocument {
    if (root.type !== 'object') this.#fail('the document must be an object', root.start);
    let version: PolicyDocument['version'];
    let id: string | undefined;
    let statements: readonly Statement[] | undefined;
    for (const { name, at, value } of root.members) {
      switch (name) {
        case 'Version':
          if (value.type !== 'string' || (value.value !== '2012-10-17' && value.value !== '2008-10-17')) {
            this.#fail('Version must be "2012-10-17" or "2008-10-17"', value.start);
          }
          version = value.value;
          break;
        case 'Id':
          id = this.#string(value, 'Id').text;
          break;
        case 'Statement':
          statements = this.#statements(value);
          break;
        case 'Conditions':
          // Tolerated by AWS at the top level, without any meaning (unverified).
          break;
        default:
          this.#fail(`unknown member ${JSON.stringify(name)}: a policy has Version, Id and Statement`, at);
      }
    }
    if (!statements) return this.#fail('Statement is missing', root.start);
    return { text: this.#text, version, id, statements };
  }

  #statements(node: JsonNode): readonly Statement[] {
    if (node.type === 'object') return [this.#statement(node, 0)];
    if (node.type !== 'array') return this.#fail('Statement must be an object or a list of objects', node.start);
    return node.items.map((item, index) =>
      item.type === 'object' ? this.#statement(item, index) : this.#fail('a statement must be an object', item.start),
    );
  }

  #statement(node: JsonObject, index: number): Statement {
    const found: Partial<Mutable<Statement>> = {};
    for (const { name, at, value } of node.members) {
      switch (name) {
        case 'Sid':
          found.sid = this.#string(value, 'Sid');
          break;
        case 'Effect':
          found.effect = this.#effect(value);
          break;
        case 'Principal':
          found.principal = this.#principal(value);
          break;
        case 'NotPrincipal':
          found.notPrincipal = this.#principal(value);
          break;
        case 'Action':
          found.action = this.#strings(value, name);
          break;
        case 'NotAction':
          found.notAction = this.#strings(value, name);
          break;
        case 'Resource':
          found.resource = this.#strings(value, name);
          break;
        case 'NotResource':
          found.notResource = this.#strings(value, name);
          break;
        case 'Condition':
          found.conditions = this.#conditions(value);
          break;
        default:
          this.#fail(`unknown member ${JSON.stringify(name)} in a statement`, at);
      }
    }
    if (found.action && found.notAction) this.#fail('Action and NotAction in one statement', node.start);
    if (found.resource && found.notResource) this.#fail('Resource and NotResource in one statement', node.start);
    if (found.principal && found.notPrincipal) this.#fail('Principal and NotPrincipal in one statement', node.start);
    return {
      index,
      start: node.start,
      end: node.end,
      sid: found.sid,
      effect: found.effect ?? this.#fail('Effect is missing', node.start),
      principal: found.principal,
      notPrincipal: found.notPrincipal,
      action: found.action,
      notAction: found.notAction,
      resource: found.resource,
      notResource: found.notResource,
      conditions: found.conditions ?? [],
    };
  }

  #effect(node: JsonNode): Located {
    const effect = this.#string(node, 'Effect');
    const folded = effect.text.toLowerCase();
    if (folded !== 'allow' && folded !== 'deny') this.#fail('Effect must be "Allow" or "Deny"', node.start);
    return effect;
  }

  #principal(node: JsonNode): PrincipalElement {
    if (node.type === 'string') {
      if (node.value !== '*') this.#fail('a principal without a type can only be "*"', node.start);
      return { at: node.start, everyone: true, entries: [] };
    }
    if (node.type !== 'object') return this.#fail('a principal must be "*" or an object', node.start);
    const entries: PrincipalEntry[] = [];
    for (const { name, at, value } of node.members) {
      const type = PRINCIPAL_TYPES.find((known) => known === name);
      if (!type) return this.#fail(`unknown principal type ${JSON.stringify(name)}`, at);
      for (const { text, at: place } of this.#strings(value, name)) entries.push({ type, text, at: place });
    }
    return { at: node.start, everyone: false, entries };
  }

  #conditions(node: JsonNode): readonly ConditionElement[] {
    if (node.type !== 'object') return this.#fail('Condition must be an object', node.start);
    const conditions: ConditionElement[] = [];
    for (const block of node.members) {
      if (block.value.type !== 'object')
        return this.#fail(`the operator ${JSON.stringify(block.name)} must hold an object`, block.value.start);
      for (const { name, at, value } of block.value.members) {
        conditions.push({ operator: { text: block.name, at: block.at }, key: { text: name, at }, values: this.#conditionValues(value) });
      }
    }
    return conditions;
  }

  #conditionValues(node: JsonNode): readonly Located[] {
    const items = node.type === 'array' ? node.items : [node];
    return items.map((item) => {
      if (item.type === 'string' || item.type === 'number' || item.type === 'boolean') return { text: item.value, at: item.start };
      return this.#fail('a condition value must be a string, a number or a boolean', item.start);
    });
  }

  #strings(node: JsonNode, name: string): readonly Located[] {
    if (node.type === 'array') return node.items.map((item) => this.#string(item, name));
    return [this.#string(node, name)];
  }

  #string(node: JsonNode, name: string): Located {
    if (node.type !== 'string') return this.#fail(`${name} must be a string`, node.start);
    return { text: node.value, at: node.start };
  }

  #fail(detail: string, at: number): never {
    throw new PolicyError(SYNTAX_ERRORS, detail, positionAt(this.#text, at));
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
