import type { Caller } from '../authentication/caller.ts';
import {
  type AuthorizationRequest,
  createRequestContext,
  type Decision,
  type Explanation,
  explain,
  type PolicySources,
  policySet,
} from '../policy/index.ts';

/**
 * A decision with everything it was made from, as it was then: policies and tags may change afterwards, this does not. Holds no input and
 * no reader, so that keeping it keeps little else alive.
 */
export interface DecisionRecord {
  readonly caller: Pick<Caller, 'principal' | 'account' | 'userId' | 'userName'>;
  readonly asked: AuthorizationRequest;
  readonly sources: PolicySources;
  readonly decision: Decision;
  /** The request context, spelled as AWS does where we know. */
  readonly context: ReadonlyMap<string, string | readonly string[]>;
}

export function recordDecision(
  { principal, account, userId, userName }: Caller,
  asked: AuthorizationRequest,
  sources: PolicySources,
  decision: Decision,
  context: DecisionRecord['context'],
): DecisionRecord {
  const frozen = { ...asked, context: createRequestContext(Object.fromEntries(context)) };
  return { caller: { principal, account, userId, userName }, asked: frozen, sources, decision, context };
}

/** What may be told of a decision. */
export interface DecisionView {
  readonly explanation: Explanation;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  /** What was left out, in a sentence; absent when nothing was. */
  readonly withheld?: string;
}

/** The whole decision, decided again from the record: for the operator. */
export const viewDecision = ({ asked, sources, context }: DecisionRecord): DecisionView => ({
  explanation: explain(asked, sources),
  context: Object.fromEntries(context),
});

/**
 * The decision as the denied caller's account may see it. Where the resource is another account's, its policy, its tags, its organization and
 * whether it exists are left out *before* deciding again, so that nothing in the answer depends on them (threat E26): the reasons are then those of the
 * caller's own side, and where that side agreed, no more than that the other did not.
 */
export function viewDecisionOfCaller(record: DecisionRecord): DecisionView {
  const { asked, sources, caller } = record;
  const owner = asked.resourceAccount;
  if (owner === undefined || owner === caller.account) return viewDecision(record);
  const context = Object.fromEntries([...record.context].filter(([key]) => !/^([a-z-]+:resourcetag\/|aws:resourceorg)/i.test(key)));
  const resource = sources.resource && { ...sources.resource, policies: policySet([]) };
  return {
    explanation: explain({ ...asked, context: createRequestContext(context) }, { ...sources, rcp: undefined, resource }),
    context,
    withheld: `The resource belongs to another account: its policy and tags are not shown, and the reasons leave them out.`,
  };
}
