import { parseArn } from '../core/arn.ts';
import { ServiceError } from '../core/service-error.ts';
import {
  type AuthorizationRequest,
  type Decision,
  decide,
  type Explanation,
  explain,
  type PolicySources,
  toDenialMessage,
} from '../policy/index.ts';
import type { Reader } from '../store/store.ts';
import type { ApplicablePolicies } from './applicable-policies.ts';
import type { ActionName, ContextValue, Operation, Scope, Target } from './operation.ts';
import { RequestContext, type RequestFacts } from './request-context.ts';

/** One thing that must be allowed for a call to go through. */
export interface Demand {
  readonly action: ActionName;
  readonly target: Target;
  readonly request: RequestFacts;
  readonly rowValues: () => Readonly<Record<string, ContextValue>>;
}

/** A call that is not allowed, with what was decided: for the audit event and for whoever may ask why. */
export class AccessDenied extends ServiceError {
  readonly demand: { readonly action: string; readonly resource: string; readonly resourceAccount: string };
  readonly decision: Decision;

  constructor(message: string, demand: AccessDenied['demand'], decision: Decision) {
    super('AccessDenied', message);
    this.name = 'AccessDenied';
    this.demand = demand;
    this.decision = decision;
  }
}

/** Hears of every decision that a call depends on. `explain` looks at it anew, slowly; what it says changes nothing. */
export type DecisionObserver = (decision: Decision, explain: () => Explanation) => void;

/** Services whose denials in practice name no reason (evaluation-logic: STS prints the base sentence only). */
const WITHOUT_REASON = new Set(['sts']);

/**
 * Decides whether a call may go through: its own action on each of its resources, then the dependent actions in the order of its row. The
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

  async authorize(operation: Operation, input: never, scope: Scope, request: RequestFacts): Promise<Target> {
    const targets = operation.resources.length === 0 ? [anything(scope.account, operation.action)] : [];
    for (const resource of operation.resources) targets.push(await resource.locate(input, scope));
    const [main] = targets;
    if (!main) throw new Error('a call without a target');
    if (operation.action !== null) {
      for (const target of targets) {
        const rowValues = () =>
          Object.assign({}, ...operation.conditionKeys.map((keys) => keys.values(input, target as Target<never>, scope)));
        await this.#require({ action: operation.action, target, request, rowValues }, scope.reader);
      }
    }
    for (const dependent of operation.dependentActions) {
      for (const { action, target, context, calledVia } of await dependent.needed(input, main as Target<never>, scope)) {
        const passedOn = calledVia === undefined ? request : { ...request, calledVia: [...request.calledVia, calledVia] };
        await this.#require({ action, target, request: passedOn, rowValues: () => context ?? {} }, scope.reader);
      }
    }
    return main;
  }

  /** The decision on one demand, whatever it is. */
  async decide({ action, target, request, rowValues }: Demand, reader: Reader): Promise<Decision> {
    const { caller } = request;
    const grants = this.#policies.grantsOf(caller);
    const { identity, boundary } = grants instanceof Promise ? await grants : grants;
    const session = this.#policies.sessionPoliciesOf(caller, reader);
    const sources: PolicySources = {
      identity,
      boundary,
      session: session instanceof Promise ? await session : session,
      resource:
        target.resourcePolicy && this.#policies.resourcePolicies(target.resourcePolicy.document, target.resourcePolicy.kind, target.arn),
    };
    const context = new RequestContext(request, {
      service: action.slice(0, action.indexOf(':')),
      resourceService: parseArn(target.arn)?.service ?? '',
      resourceAccount: target.account,
      resourceTags: target.tags ?? [],
      rowValues,
    });
    const asked: AuthorizationRequest = {
      principal: caller.principal,
      action,
      resource: target.arn,
      resourceAccount: target.account,
      context,
    };
    const decision = decide(asked, sources);
    this.#observe?.(decision, () => explain(asked, sources));
    return decision;
  }

  async #require(demand: Demand, reader: Reader): Promise<void> {
    const decision = await this.decide(demand, reader);
    if (decision.outcome === 'allowed') return;
    const { action, target, request } = demand;
    const message = toDenialMessage(decision, {
      caller: request.caller.principal.arn,
      action,
      resource: target.shownAs === undefined ? target.arn : target.shownAs,
      reason: !WITHOUT_REASON.has(action.slice(0, action.indexOf(':'))),
    });
    throw new AccessDenied(message, { action, resource: target.arn, resourceAccount: target.account }, decision);
  }
}

/** What an action without resource-level permissions is checked on. IAM's denials name it, other services' do not. */
const anything = (account: string, action: ActionName | null): Target => ({
  arn: '*',
  account,
  ...(action?.startsWith('iam:') ? {} : { shownAs: null }),
});
