import { type Condition, compileCondition } from './condition.ts';
import type { Located, Statement } from './document.ts';
import { namesPrincipals, type PolicyKind } from './kind.ts';
import { type ActionName, type ActionPattern, compileAction, matchesActionText } from './match/action.ts';
import { compilePrincipal, exempts, type PrincipalPattern, waysOf } from './match/principal.ts';
import { compileResource, matchesResource, type ResourcePattern, Target } from './match/resource.ts';
import type { Principal } from './principal.ts';
import type { AuthorizationRequest, RequestContext } from './request.ts';

/** What is asked of each statement while one request is decided. */
export class Evaluation {
  readonly principal: Principal;
  readonly context: RequestContext;
  readonly target: Target;
  /** Whether the principal has a permissions boundary: Deny with NotPrincipal then always applies. */
  readonly bounded: boolean;

  constructor(request: AuthorizationRequest, bounded: boolean) {
    this.principal = request.principal;
    this.context = request.context;
    this.target = new Target(request.resource);
    this.bounded = bounded;
  }
}

/** What a statement without Principal or without Resource means, which depends on the kind of policy. */
export interface Grammar {
  /** Kinds with principals: a statement must name some. Others: it applies to whoever the policy is attached to. */
  readonly principals: boolean;
  /** Trust policies have no resource: it is the role itself. */
  readonly resources: boolean;
}

export const grammarOf = (kind: PolicyKind): Grammar => ({ principals: namesPrincipals(kind), resources: kind !== 'trust' });

/** Any way at all; what kinds without principals answer. */
const EVERY_WAY = -1;

/**
 * A statement made ready. Its parts are compiled when first needed: of a long policy most statements never are.
 *
 * A stored statement that its kind of policy should not have (no Resource, a Principal in an identity-based policy, an unknown operator)
 * was let in by other software than this. It fails closed: an Allow does not apply, a Deny does.
 */
export class CompiledStatement {
  readonly source: Statement;
  readonly effect: 'Allow' | 'Deny';
  readonly #variables: boolean;
  readonly #grammar: Grammar;
  #principals: PrincipalPattern | undefined;
  #resources: readonly ResourcePattern[] | undefined;
  #conditions: readonly Condition[] | undefined;

  constructor(source: Statement, variables: boolean, grammar: Grammar) {
    this.source = source;
    // Validation lets `Allow` and `Deny` pass and nothing else; whatever else is stored must not allow.
    this.effect = source.effect.text === 'Allow' ? 'Allow' : 'Deny';
    this.#variables = variables;
    this.#grammar = grammar;
  }

  get #ifUnreadable(): boolean {
    return this.effect === 'Deny';
  }

  /** For indexing; matching goes by the texts. */
  get actions(): readonly ActionPattern[] {
    return compileAll(this.source.action ?? this.source.notAction, compileAction);
  }

  get principals(): PrincipalPattern {
    this.#principals ??= compilePrincipal(this.source.principal ?? this.source.notPrincipal ?? { at: 0, everyone: false, entries: [] });
    return this.#principals;
  }

  get resources(): readonly ResourcePattern[] {
    this.#resources ??= compileAll(this.source.resource ?? this.source.notResource, (text) => compileResource(text, this.#variables));
    return this.#resources;
  }

  get conditions(): readonly Condition[] {
    this.#conditions ??= this.source.conditions.map((element) => compileCondition(element, this.#variables, this.#ifUnreadable));
    return this.#conditions;
  }

  /** Whether it applies to every request for its actions: only where statements do not name principals. */
  get unconditional(): boolean {
    if (this.#grammar.principals || this.#hasPrincipal || this.source.conditions.length > 0) return false;
    return this.source.resource !== undefined && this.resources.some(({ form }) => form === 'everything');
  }

  get #hasPrincipal(): boolean {
    return this.source.principal !== undefined || this.source.notPrincipal !== undefined;
  }

  matchesAction(action: ActionName): boolean {
    const { action: listed, notAction } = this.source;
    if (!listed && !notAction) return this.#ifUnreadable;
    for (const { text } of listed ?? notAction ?? []) if (matchesActionText(text, action)) return listed !== undefined;
    return listed === undefined;
  }

  /** The ways (match/principal.ts) in which the statement's principals name the caller; 0 when they do not. */
  ways(evaluation: Evaluation): number {
    if (!this.#grammar.principals) return this.#hasPrincipal && !this.#ifUnreadable ? 0 : EVERY_WAY;
    if (this.source.principal) return waysOf(this.principals, evaluation.principal);
    // NotPrincipal belongs to Deny alone. A statement that names nobody is one that spares nobody.
    if (this.effect === 'Allow') return 0;
    return evaluation.bounded || !exempts(this.principals, evaluation.principal) ? EVERY_WAY : 0;
  }

  matchesResource(evaluation: Evaluation): boolean {
    if (!this.#grammar.resources) return true;
    const { resource, notResource } = this.source;
    if (!resource && !notResource) return this.#ifUnreadable;
    for (const pattern of this.resources) {
      if (matchesResource(pattern, evaluation.target, evaluation.context)) return resource !== undefined;
    }
    return resource === undefined;
  }

  conditionsHold(context: RequestContext): boolean {
    for (const condition of this.conditions) if (!condition.holds(context)) return false;
    return true;
  }

  /**
   * Everything but the action, which the plan has settled: the ways in which the statement applies to the caller, 0 when it does not.
   * Statements of kinds without principals answer any number but 0.
   */
  applies(evaluation: Evaluation): number {
    const ways = this.ways(evaluation);
    return ways !== 0 && this.matchesResource(evaluation) && this.conditionsHold(evaluation.context) ? ways : 0;
  }
}

function compileAll<T>(texts: readonly Located[] | undefined, compile: (text: string) => T | undefined): readonly T[] {
  const compiled: T[] = [];
  for (const { text } of texts ?? []) {
    const pattern = compile(text);
    if (pattern !== undefined) compiled.push(pattern);
  }
  return compiled;
}
