import { ActionIndex } from './action-index.ts';
import { type PolicyDocument, parsePolicy, type Statement } from './document.ts';
import type { PolicyKind } from './kind.ts';
import type { ActionName } from './match/action.ts';
import { PolicyError } from './policy-error.ts';
import { CompiledStatement, grammarOf } from './statement.ts';

/** Where a policy comes from, for explanations and for `MatchedStatements`. */
export interface PolicySource {
  /** What a person would call it: `TeamBoundary`, `AmazonSageMakerFullAccess`, `PolicyInputList.1`. */
  readonly name: string;
  /** Managed policies, SCPs and RCPs. */
  readonly arn?: string | undefined;
  /** How it reached the principal: `group Developers`; absent when attached to it directly. */
  readonly via?: string | undefined;
}

let lastId = 0;

/** A policy ready to be evaluated. Policies of equal text and kind share `content`, whoever holds them. */
export class CompiledPolicy {
  /** Distinct for every one made in this process. */
  readonly id: number = ++lastId;
  readonly kind: PolicyKind;
  readonly source: PolicySource;
  readonly content: PolicyContent;

  constructor(kind: PolicyKind, source: PolicySource, content: PolicyContent) {
    this.kind = kind;
    this.source = source;
    this.content = content;
  }
}

/** Documents of so few statements are not worth an index: each plan is made once. */
const WALKED = 200;

/** A document made ready, without its name. */
export class PolicyContent {
  /** Distinct for every one made in this process. */
  readonly id: number = ++lastId;
  /** Undefined when the text does not parse: then everything is denied. */
  readonly document: PolicyDocument | undefined;
  readonly error: PolicyError | undefined;
  readonly statements: readonly CompiledStatement[];

  #actions: ActionIndex | undefined;

  constructor(text: string, kind: PolicyKind) {
    const parsed = parse(text);
    const grammar = grammarOf(kind);
    if (parsed instanceof PolicyError) {
      this.error = parsed;
      this.statements = [new CompiledStatement(denyEverything(text), false, grammar)];
    } else {
      this.document = parsed;
      const variables = parsed.version === '2012-10-17';
      this.statements = parsed.statements.map((statement) => new CompiledStatement(statement, variables, grammar));
    }
  }

  /** The statements whose Action or NotAction takes the action, in document order. */
  statementsFor(action: ActionName): readonly CompiledStatement[] {
    if (this.statements.length <= WALKED) return this.statements.filter((statement) => statement.matchesAction(action));
    this.#actions ??= new ActionIndex(this.statements);
    return this.#actions.statementsFor(action);
  }
}

function parse(text: string): PolicyDocument | PolicyError {
  try {
    return parsePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
}

/** Stands for a stored document that cannot be read, which may have held a Deny. What it lacks for its kind of policy makes a Deny apply. */
const denyEverything = (text: string): Statement => ({
  index: 0,
  start: 0,
  end: text.length,
  sid: undefined,
  effect: { text: 'Deny', at: 0 },
  principal: undefined,
  notPrincipal: undefined,
  action: [{ text: '*', at: 0 }],
  notAction: undefined,
  resource: undefined,
  notResource: undefined,
  conditions: [],
});
