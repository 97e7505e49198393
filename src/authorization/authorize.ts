import type { Caller } from '../authentication/caller.ts';
import { parseArn } from '../core/arn.ts';
import { ServiceError } from '../core/service-error.ts';
import {
  type AuthorizationRequest,
  type Decision,
  decide,
  type Explanation,
  explain,
  type PolicySet,
  type PolicySources,
  toDenialMessage,
} from '../policy/index.ts';
import type { Reader } from '../store/store.ts';
import type { ApplicablePolicies, Grants } from './applicable-policies.ts';
import { type DecisionRecord, recordDecision } from './decision-record.ts';
import type { AccountGuardrails } from './guardrails.ts';
import type { ActionName, ContextValue, Dependency, Operation, Scope, Target } from './operation.ts';
import { RCP_SERVICES } from './rcp-services.ts';
import { RequestContext, type RequestFacts } from './request-context.ts';

/** One thing that must be allowed for a call to go through. */
export interface Demand {
  readonly action: ActionName;
  readonly target: Target;
  readonly request: RequestFacts;
  readonly rowValues: () => Readonly<Record<string, ContextValue>>;
  readonly refusal?: Dependency['refusal'] | undefined;
}

/** A call that is not allowed, with what was decided: for the audit event and for whoever may ask why. */
export class AccessDenied extends ServiceError {
  readonly demand: { readonly action: string; readonly resource: string; readonly resourceAccount: string };
  readonly record: DecisionRecord;

  constructor(message: string, demand: AccessDenied['demand'], record: DecisionRecord, refusal?: Dependency['refusal']) {
    super(refusal?.code ?? 'AccessDenied', refusal?.message ?? message, refusal?.fields === undefined ? {} : { fields: refusal.fields });
    this.name = 'AccessDenied';
    this.demand = demand;
    this.record = record;
  }
}

interface Decided {
  readonly decision: Decision;
  readonly asked: AuthorizationRequest;
  readonly sources: PolicySources;
  readonly context: RequestContext;
  /** Why a call is refused that was not decided on to the end: no policy refuses it. */
  readonly undecided?: string;
}

/**
 * How many decisions more than it asks for a call may cost, where keys have several values by coming under names that differ by case. Fifty tags in two cases
 * could make more combinations than there are atoms; a policy asks for a few.
 */
const MOST_MORE = 256;

/** What is left of them, for all demands of a call together. */
interface Allowance {
  left: number;
}

/** No layer decides. */
const UNDECIDED: Pick<Decided, 'decision' | 'undecided'> = {
  decision: { outcome: 'implicitDeny', decidedBy: undefined },
  undecided: `policies ask for so many tags whose keys differ by case alone, of the request, the resource or the caller, that their values make more than ${MOST_MORE} combinations for one call, of which each would have to be allowed`,
};

/** Hears of every decision that a call depends on. `explain` looks at it anew, slowly; what it says changes nothing. */
export type DecisionObserver = (decision: Decision, explain: () => Explanation) => void;

/** Whether denials of an action say why. STS prints the base sentence only, in practice; of its actions that take no resource it does say. */
const namesReason = (action: ActionName): boolean => !action.startsWith('sts:') || action === 'sts:DecodeAuthorizationMessage';

/**
 * Decides whether a call may go through: its own action on each of its resources and for each of its parts, then the dependent actions in the order of its row. The
 * first that is not allowed is reported; nothing but the target's ARN, known from the input, is told about it.
 * @returns the target that the handler acts on
 * @throws AccessDenied
 */
export class Authorizer {
  readonly #policies: ApplicablePolicies;
  readonly #observe: DecisionObserver | undefined;

  constructor(policies: ApplicablePolicies, observe?: DecisionObserver) {
    this.#policies = policies;
    this.#observe = observe;
  }

  authorize(operation: Operation, input: never, scope: Scope, request: RequestFacts): Target | Promise<Target> {
    const { action, resources, dependentActions, conditionKeys, parts } = operation;
    if (resources.length > 0 || dependentActions.length > 0 || parts) return this.#authorizeEach(operation, input, scope, request);
    // The others are decided at once when the policies are at hand.
    const target = anything(scope.account, action);
    if (action === null) return target;
    const rowValues = () => valuesOf(conditionKeys, input, target, scope);
    return this.#require({ action, target, request, rowValues }, scope.reader, { left: MOST_MORE })?.then(() => target) ?? target;
  }

  async #authorizeEach(operation: Operation, input: never, scope: Scope, request: RequestFacts): Promise<Target> {
    const targets = operation.resources.length === 0 ? [anything(scope.account, operation.action)] : [];
    for (const resource of operation.resources) {
      if ('locate' in resource) {
        const located = resource.locate(input, scope);
        targets.push(isWaiting(located) ? await located : located);
      } else targets.push(...(await resource.locateEach(input, scope)));
    }
    const [main] = targets;
    if (!main) throw new Error('a call without a target');
    const more = { left: MOST_MORE };
    if (operation.action !== null) {
      const parts = operation.parts?.(input) ?? [input];
      for (const target of targets) {
        for (const part of parts) {
          const rowValues = () => valuesOf(operation.conditionKeys, part, target, scope);
          const waiting = this.#require({ action: operation.action, target, request, rowValues }, scope.reader, more);
          if (waiting) await waiting;
        }
      }
    }
    for (const dependent of operation.dependentActions) {
      for (const { action, target, context, calledVia, refusal } of await dependent.needed(input, main as Target<never>, scope)) {
        const passedOn = calledVia === undefined ? request : { ...request, calledVia: [...request.calledVia, calledVia] };
        await this.#require({ action, target, request: passedOn, rowValues: () => context ?? {}, refusal }, scope.reader, more);
      }
    }
    return main;
  }

  /** The decision on one demand, whatever it is. */
  async decide(demand: Demand, reader: Reader): Promise<Decision> {
    return (await this.#decide(demand, reader)).decision;
  }

  /** The decision on one demand, with everything that it was made from. */
  async decideAndRecord(demand: Demand, reader: Reader): Promise<DecisionRecord> {
    return recordOf(demand.request.caller, await this.#decide(demand, reader));
  }

  /** At once when everything is at hand that it is made from. */
  #decide(demand: Demand, reader: Reader, more: Allowance = { left: MOST_MORE }): Decided | Promise<Decided> {
    const { target, request } = demand;
    const { caller } = request;
    const { guardrails } = this.#policies;
    const grants = this.#policies.grantsOf(caller);
    const session = this.#policies.sessionPoliciesOf(caller, reader);
    const own = guardrails.of(caller.account);
    const ownerAccount = ownerOf(target);
    const owner = ownerAccount === caller.account ? own : guardrails.ofNamed(ownerAccount);
    const sourceAccount = caller.onBehalfOf?.sourceAccount;
    const source = sourceAccount === undefined ? undefined : guardrails.ofNamed(sourceAccount);
    if (isWaiting(grants) || isWaiting(session) || isWaiting(own) || isWaiting(owner) || isWaiting(source))
      return Promise.all([grants, session, own, owner, source]).then(([...found]) => this.#decideBy(demand, more, ...found));
    return this.#decideBy(demand, more, grants, session, own, owner, source);
  }

  #decideBy(
    { action, target, request, rowValues }: Demand,
    more: Allowance,
    { identity, boundary }: Grants,
    session: PolicySet | undefined,
    own: AccountGuardrails,
    owner: AccountGuardrails,
    source: AccountGuardrails | undefined,
  ): Decided {
    const { caller } = request;
    const sources: PolicySources = {
      identity,
      boundary,
      session,
      scp: own.scp,
      rcp: rcpOver(action, target, owner),
      resource: target.resourcePolicy && this.#policies.resourcePolicies(target.resourcePolicy, target.arn),
    };
    const context = new RequestContext(request, {
      service: action.slice(0, action.indexOf(':')),
      resourceService: parseArn(target.arn)?.service ?? '',
      resourceAccount: ownerOf(target),
      resourceTags: target.tags ?? [],
      organizations: { principal: own.organization, resource: owner.organization, source: source?.organization },
      rowValues,
    });
    const first = this.#decideIn(context, action, target, caller, sources);
    let last = first;
    while (last.decision.outcome === 'allowed') {
      const next = last.context.next();
      if (!next) return first;
      if (more.left-- <= 0) return { ...last, ...UNDECIDED };
      last = this.#decideIn(next, action, target, caller, sources);
    }
    return last;
  }

  #decideIn(context: RequestContext, action: ActionName, target: Target, caller: Caller, sources: PolicySources): Decided {
    const asked: AuthorizationRequest = {
      principal: caller.principal,
      action,
      resource: target.arn,
      resourceAccount: target.account,
      context,
    };
    const decision = decide(asked, sources);
    this.#observe?.(decision, () => explain(asked, sources));
    return { decision, asked, sources, context };
  }

  /** A promise only where something is waited for. @throws AccessDenied */
  #require(demand: Demand, reader: Reader, more: Allowance): Promise<void> | undefined {
    const decided = this.#decide(demand, reader, more);
    if (isWaiting(decided)) return decided.then((each) => refuseDenied(demand, each));
    refuseDenied(demand, decided);
    return undefined;
  }
}

const ownerOf = ({ account, owner = account }: Target): string => owner;

const isWaiting = <Value>(value: Value | Promise<Value>): value is Promise<Value> => value instanceof Promise;

const valuesOf = (keys: Operation['conditionKeys'], input: never, target: Target, scope: Scope): Readonly<Record<string, ContextValue>> =>
  Object.assign({}, ...keys.map((each) => each.values(input, target as Target<never>, scope)));

const recordOf = (caller: Caller, { asked, sources, decision, context, undecided }: Decided): DecisionRecord =>
  recordDecision(caller, asked, sources, decision, context.entries(), undecided);

/** @throws AccessDenied  when a demand is not allowed */
function refuseDenied(demand: Demand, decided: Decided): void {
  const { decision } = decided;
  if (decision.outcome === 'allowed') return;
  const { action, target, request, refusal } = demand;
  const byResource = decision.outcome === 'implicitDeny' && decision.decidedBy === 'resource';
  const usual = toDenialMessage(decision, {
    caller: request.caller.principal.arn,
    action,
    resource: target.shownAs === undefined ? target.arn : target.shownAs,
    reason: namesReason(action),
  });
  const record = recordOf(request.caller, decided);
  // Of a federated identity AWS tells no more than this.
  const federated = request.caller.assertion && `Not authorized to perform ${action}`;
  const message = federated ?? (byResource ? target.notGranted : undefined) ?? usual;
  throw new AccessDenied(message, { action, resource: target.arn, resourceAccount: target.account }, record, refusal);
}

/** The RCPs over a target. In STS roles are what they cover, but not those that services have made for themselves. */
function rcpOver(action: string, target: Target, owner: AccountGuardrails): AccountGuardrails['rcp'] {
  if (!owner.rcp) return undefined;
  const service = action.slice(0, action.indexOf(':'));
  if (!RCP_SERVICES.has(service)) return undefined;
  if (service !== 'sts') return owner.rcp;
  return parseArn(target.arn)?.service === 'iam' && !isServiceLinked(target.stored) ? owner.rcp : undefined;
}

/** By the stored role alone: a name proves nothing. */
const isServiceLinked = (stored: unknown): boolean =>
  typeof stored === 'object' && stored !== null && 'serviceLinkedFor' in stored && stored.serviceLinkedFor !== undefined;

/** What an action without resource-level permissions is checked on. IAM's denials name it, other services' do not. */
const anything = (account: string, action: ActionName | null): Target => ({
  arn: '*',
  account,
  ...(action?.startsWith('iam:') ? {} : { shownAs: null }),
});
