import { foldCase } from './fold-case.ts';
import type { Principal } from './principal.ts';

export type ContextValue = string | readonly string[] | undefined;

/**
 * The request context: what conditions and policy variables look at. A string is a single-valued key, a list a multivalued one; undefined
 * and the empty list both mean that the request does not have the key.
 */
export interface RequestContext {
  /**
   * The values of a key by its name as `foldCase` leaves it, tag key included: `aws:requesttag/team`. Asked only for keys that a policy reads, but perhaps more than
   * once per decision: it must answer the same each time.
   */
  get(key: string): ContextValue;
}

/** One thing to decide: `principal` wants `action` on `resource`. A call may need several, all allowed. */
export interface AuthorizationRequest {
  readonly principal: Principal;
  /** `service:Name`; case does not matter to the decision, but is printed in messages. */
  readonly action: string;
  /** An ARN, or `*` for actions without resource-level permissions. */
  readonly resource: string;
  /** The account that owns the resource; undefined: the caller's. */
  readonly resourceAccount?: string | undefined;
  readonly context: RequestContext;
}

/** A request context from a plain object, whatever the case of its keys. Of keys that differ by case only, the first wins. */
export function createRequestContext(values: Readonly<Record<string, ContextValue>>): RequestContext {
  const context = new Map<string, ContextValue>();
  for (const [name, value] of Object.entries(values)) {
    const key = foldCase(name);
    if (!context.has(key)) context.set(key, value);
  }
  return context;
}
