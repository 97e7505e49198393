import type { Authenticator } from '../authentication/authenticate.ts';
import type { Caller } from '../authentication/caller.ts';
import type { Authorizer } from '../authorization/authorize.ts';
import type { DecisionLog, Denial } from '../authorization/decision-log.ts';
import { viewDecision, viewDecisionOfCaller } from '../authorization/decision-record.ts';
import type { Clock } from '../core/clock.ts';
import type { HttpRequest } from '../core/http.ts';
import { ServiceError } from '../core/service-error.ts';
import type { Store } from '../store/store.ts';
import { factsOfSigned, findSignedCaller } from './signed-caller.ts';

/** What a caller must be allowed to see the denials of its account: the permission that AWS asks for the same. */
const PERMISSION = 'sts:DecodeAuthorizationMessage';

export interface DecisionsParts {
  readonly log: DecisionLog;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly store: Store;
  readonly clock: Clock;
}

/**
 * Why a call was denied, by the id that the denial carried. The operator sees every denial whole; signed callers those of their own account,
 * with the permission, and nothing of other accounts (threat E26). To everybody else a denial is as if it had never been.
 */
export class Decisions {
  readonly #parts: DecisionsParts;

  constructor(parts: DecisionsParts) {
    this.#parts = parts;
  }

  /**
   * @throws ServiceError  403  the signature is not right, whatever the id
   * @throws ServiceError  404  no such denial, or not for this caller
   */
  async show(id: string, request: HttpRequest, isOperator: boolean): Promise<object> {
    const denial = this.#parts.log.find(id);
    const signed = await findSignedCaller(request, this.#parts.authenticator);
    // Who signs is taken for who signed, on ephemeral servers as well, where everybody on this machine may be the operator.
    if (isOperator && !signed) {
      if (!denial) throw noSuchDecision();
      return showDenial(denial, denial.record && viewDecision(denial.record));
    }
    // Asked whether or not there is such a denial: the time it takes tells nothing either.
    const permitted = signed !== undefined && (await this.#isPermitted(signed.caller, signed.region, request));
    if (!denial || !permitted || denial.account === '' || denial.account !== signed.caller.account) throw noSuchDecision();
    return showDenial(denial, denial.record && viewDecisionOfCaller(denial.record));
  }

  async #isPermitted(caller: Caller, region: string, request: HttpRequest): Promise<boolean> {
    const { authorizer, store, clock } = this.#parts;
    const facts = factsOfSigned(request, { caller, region }, clock.now());
    const target = { arn: '*', account: caller.account };
    const decision = await authorizer.decide({ action: PERMISSION, target, request: facts, rowValues: () => ({}) }, store);
    return decision.outcome === 'allowed';
  }
}

function showDenial({ id, time, requestId, operation, account, message }: Denial, view: ReturnType<typeof viewDecision> | undefined) {
  const common = { decisionId: id, time: new Date(time).toISOString(), requestId, operation, account, message };
  if (!view) return { ...common, sentence: `denied: ${message}` };
  const { explanation, context, withheld } = view;
  return { ...common, sentence: explanation.toSentence(), explanation: explanation.toJSON(), context, withheld };
}

const noSuchDecision = (): ServiceError =>
  new ServiceError(
    'ResourceNotFoundException',
    `There is no such decision for you. Ids are kept for a while, by the process that gave them; they are shown to the operator, and to callers of the denied account with ${PERMISSION}.`,
    { status: 404 },
  );
