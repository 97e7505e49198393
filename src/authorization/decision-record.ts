import type { Caller } from '../authentication/caller.ts';
import {
  type AuthorizationRequest,
  compilePolicy,
  createRequestContext,
  type Decision,
  type Explanation,
  explain,
  type PolicySet,
  type PolicySources,
  policySet,
  toDenialMessage,
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
  /** Why the call is refused although no policy refuses it; undefined where it was decided on to the end. */
  readonly undecided?: string | undefined;
}

export function recordDecision(
  { principal, account, userId, userName }: Caller,
  asked: AuthorizationRequest,
  sources: PolicySources,
  decision: Decision,
  context: DecisionRecord['context'],
  undecided?: string,
): DecisionRecord {
  const frozen = { ...asked, context: createRequestContext(Object.fromEntries(context)) };
  return { caller: { principal, account, userId, userName }, asked: frozen, sources, decision, context, undecided };
}

/** What may be told of a decision. */
export interface DecisionView {
  readonly explanation: Explanation;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  /** What was left out, in a sentence; absent when nothing was. */
  readonly withheld?: string;
}

/** The whole decision, decided again from the record: for the operator. */
export const viewDecision = (record: DecisionRecord): DecisionView => ({
  explanation: explainRecord(record, record.asked, record.sources),
  context: Object.fromEntries(record.context),
});

/** What the layers come to; of a call that was not decided on to the end, they are not what refuses it. */
function explainRecord({ decision, undecided }: DecisionRecord, asked: AuthorizationRequest, sources: PolicySources): Explanation {
  const explanation = explain(asked, sources);
  if (undecided === undefined) return explanation;
  return {
    ...explanation,
    decision,
    toDenialMessage: (options = {}) => toDenialMessage(decision, { ...explanation.request, ...options }),
    toSentence: () => `denied: ${undecided}`,
    toJSON: () => ({ ...explanation.toJSON(), decision }),
  };
}

/**
 * The decision as the denied caller's account may see it: nothing in the answer depends on what is not that account's to see (threat E26).
 * - Where the resource is another account's, its policy, its tags and whether it exists are left out *before* deciding again. The reasons are
 *   then those of the caller's own side, and where that side agreed, no more than that the other did not.
 * - Policies of the organization are its management account's: only whether a level allows or denies is told, as the denial itself does.
 */
export function viewDecisionOfCaller(record: DecisionRecord): DecisionView {
  const { asked, sources } = record;
  const account = accountOfDecision(record);
  const withheld: string[] = [];
  let [seen, from, context] = [asked, sources, Object.fromEntries(record.context)];
  if (asked.resourceAccount !== undefined && asked.resourceAccount !== account) {
    context = Object.fromEntries([...record.context].filter(([key]) => !isOfResource(key)));
    seen = { ...asked, context: createRequestContext(context) };
    from = { ...sources, rcp: undefined, resource: { kind: sources.resource?.kind ?? 'resource', policies: policySet([]) } };
    withheld.push('The resource belongs to another account: its policy and tags are not shown, and the reasons leave them out.');
  }
  if (from.scp || from.rcp) {
    const { layers } = explain(seen, from);
    from = { ...from, scp: from.scp && opaque('scp', layers), rcp: from.rcp && opaque('rcp', layers) };
    withheld.push("The organization's own policies are not shown: only what each level comes to.");
  }
  return { explanation: explainRecord(record, seen, from), context, ...(withheld.length === 0 ? {} : { withheld: withheld.join(' ') }) };
}

/**
 * The account that may ask why: the caller's. A federated identity has none, and is known to the account whose role it wanted and whose provider has
 * vouched for it: its claims are that account's business, as is the role's trust policy.
 */
export const accountOfDecision = ({ caller, asked }: DecisionRecord): string =>
  caller.principal.federatedProvider === undefined ? caller.account : (asked.resourceAccount ?? '');

const isOfResource = (key: string): boolean => /^([a-z-]+:resourcetag\/|aws:resourceorg)/i.test(key);

/** Policies that come to the same at every level, and say nothing else. */
function opaque(kind: 'scp' | 'rcp', layers: Explanation['layers']): PolicySet[] {
  return layers
    .filter((layer) => layer.kind === kind)
    .map(({ verdict }) => {
      if (verdict === 'silent') return policySet([]);
      const statement = {
        Effect: verdict === 'denies' ? 'Deny' : 'Allow',
        Principal: kind === 'rcp' ? '*' : undefined,
        Action: '*',
        Resource: '*',
      };
      const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      return policySet([compilePolicy(text, { kind, source: 'of the organization' })]);
    });
}
