import type { PolicySource } from './compiled-policy.ts';
import type { DecidingKind, Decision } from './decide.ts';
import type { DenialOptions } from './denial-message.ts';
import type { Position } from './position.ts';

/**
 * A decision with everything that led to it. Holds policies and values of the request context: for those only who may see both.
 * Plain data but for its three methods; `JSON.stringify` prints it.
 */
export interface Explanation {
  readonly request: ExplainedRequest;
  readonly decision: Decision;
  /** The layers that were consulted, in the order in which they can refuse. */
  readonly layers: readonly ExplainedLayer[];
  /** Every statement that applies, as `MatchedStatements` lists them. */
  readonly matchedStatements: readonly MatchedStatement[];
  /** Condition keys that the request does not have, of statements that otherwise take its principal, action and resource. As spelled in the policies. */
  readonly missingKeys: readonly string[];
  /** AWS's sentence. `caller`, `action` and `resource` are the request's unless given. */
  toDenialMessage(options?: Partial<DenialOptions>): string;
  /** One short sentence for people: who refuses, and what would allow. */
  toSentence(): string;
  toJSON(): Pick<Explanation, 'request' | 'decision' | 'layers' | 'matchedStatements' | 'missingKeys'>;
}

export interface ExplainedRequest {
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string | undefined;
}

export interface ExplainedLayer {
  readonly kind: DecidingKind;
  /** SCPs and RCPs: 0 is the root of the organization. */
  readonly level?: number;
  /** `silent`: neither denies nor allows. What that comes to depends on the layer. */
  readonly verdict: 'denies' | 'allows' | 'silent';
  readonly policies: readonly ExplainedPolicy[];
}

export interface ExplainedPolicy {
  readonly source: PolicySource;
  /** Set when the document does not parse: then it denies everything. */
  readonly error?: string;
  readonly statements: readonly ExplainedStatement[];
}

export interface ExplainedStatement {
  /** Place in the document, from 0. */
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly start: Position;
  readonly end: Position;
  readonly applies: boolean;
  /** Elements that do not match, all of them. Empty when the statement applies. */
  readonly failed: readonly ('principal' | 'action' | 'resource' | 'condition')[];
  /** What the statement lists, with its variables replaced where they can be: `Action`, `NotAction`, `Resource`, `NotResource`. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly ExplainedCondition[];
}

export interface ExplainedCondition {
  readonly operator: string;
  readonly key: string;
  /** The policy's values, with their variables replaced where they can be. */
  readonly expected: readonly string[];
  /** The request's; undefined when it does not have the key. */
  readonly actual: readonly string[] | undefined;
  readonly holds: boolean;
}

export interface MatchedStatement {
  readonly kind: DecidingKind;
  readonly policy: PolicySource;
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly start: Position;
  readonly end: Position;
}
