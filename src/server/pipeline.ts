import type { AuditEvent, AuditSink } from '../audit/event.ts';
import type { Authenticator } from '../authentication/authenticate.ts';
import { ANONYMOUS, type Caller } from '../authentication/caller.ts';
import { refuseLimitedCredential } from '../authentication/credential-limits.ts';
import { encodeAuthorizationMessage } from '../authorization/authorization-message.ts';
import { AccessDenied, type Authorizer } from '../authorization/authorize.ts';
import type { DecisionLog } from '../authorization/decision-log.ts';
import { accountOfDecision } from '../authorization/decision-record.ts';
import type { Installation } from '../authorization/installation.ts';
import type { LastUsed } from '../authorization/last-used.ts';
import type { Operation, Operations, Scope, Target } from '../authorization/operation.ts';
import type { RequestFacts } from '../authorization/request-context.ts';
import type { HttpRequest, HttpResponse } from '../core/http.ts';
import { ServiceError } from '../core/service-error.ts';
import type { OperationModel, ServiceModel } from '../model/service-model.ts';
import { refuseInvalidInput } from '../model/validate.ts';
import { jsonReaders, jsonWriters } from '../protocol/aws-json.ts';
import { failureOf, type Match, type Router } from '../protocol/index.ts';
import { refuseGlobalEndpoint, regionOf, regionOfHost, signingRulesOf } from './signing.ts';

export interface PipelineParts {
  readonly router: Router;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly installation: Installation;
  /** Service id → its table. */
  readonly tables: Readonly<Record<string, Operations>>;
  /** The row of an operation that is modelled but has none: authorised from AWS's published data, then NotImplemented. Undefined refuses. */
  readonly rowFromData: (service: string, operation: OperationModel) => Operation | undefined;
  readonly lastUsed: LastUsed;
  /** Keeps denials, so that who is told the id may ask why. */
  readonly decisions: DecisionLog;
  readonly audit: AuditSink;
  readonly requestId: () => string;
  readonly logError: (error: unknown, requestId: string) => void;
  /** Tests look at every output here, and throw at one that its model does not know. */
  readonly checkOutput?: ((model: ServiceModel, operation: OperationModel, output: object) => void) | undefined;
  /** Lets authorization see the changes whose time has come; absent where it sees them at once. */
  readonly settle?: () => void;
  /** Refuses calls that nobody signs where a web page of somebody else may have sent them. Absent in tests that are not about it. */
  readonly refuseForeign?: ((match: Match, request: HttpRequest) => void) | undefined;
}

/** How a call reached us: from outside over HTTP, or passed on by a service with its caller's identity. */
interface Arrival {
  readonly caller: Caller;
  readonly region: string;
  readonly requestId: string;
  readonly sourceIp: string;
  readonly secure: boolean;
  readonly userAgent: string;
  readonly referer: string | undefined;
  readonly calledVia: readonly string[];
  /** Hears who the caller has proved to be, where the operation asks for more than a signature. */
  readonly proved?: (caller: Caller) => void;
  /** Hears on what the call was authorised to act. */
  readonly authorized?: (target: Target) => void;
  readonly endpoint: string | undefined;
}

/** What became of a request, for the audit. */
interface Walked
  extends Pick<AuditEvent, 'requestId' | 'service' | 'operation' | 'region' | 'sourceIp' | 'userAgent' | 'decisionId' | 'status'> {
  readonly caller: Caller | undefined;
  readonly target: Target | undefined;
  readonly failure: unknown;
}

/** The walk of a request: route → authenticate → parse → validate → authorize → handle → respond. docs/request.md tells it as a story. */
export class Pipeline {
  readonly #parts: PipelineParts;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  /** Answers a request to an AWS service, whatever it is. Never rejects. */
  async answer(request: HttpRequest): Promise<HttpResponse> {
    const { router, installation } = this.#parts;
    this.#parts.settle?.();
    const requestId = this.#parts.requestId();
    let match: Match | undefined;
    let caller: Caller | undefined;
    let region: string | undefined;
    let failure: unknown;
    let response: HttpResponse;
    let decisionId: string | undefined;
    let target: Target | undefined;
    try {
      match = router.match(request);
      refuseGlobalEndpoint(match, request.headers.host);
      const found = this.#authenticate(match, request);
      // Nothing is waited for that is at hand: a turn's requests are many.
      const signed = found instanceof Promise ? await found : found;
      caller = signed.caller;
      region = regionOf(match, signed.region);
      const { service } = match.model;
      refuseLimitedCredential(caller, service, match.operation.name);
      const input = match.codec.parse(match, request);
      refuseInvalidInput(match.model, match.operation, input);
      this.#parts.lastUsed.note(caller, { service, operation: match.operation.name, region, now: installation.clock.now() });
      const output = await this.#perform(match.model, match.operation, input, {
        caller,
        region,
        requestId,
        sourceIp: request.remoteAddress,
        secure: request.secure,
        userAgent: request.headers['user-agent'] ?? '',
        referer: request.headers.referer,
        calledVia: [],
        proved: (known) => {
          caller = known;
        },
        authorized: (found) => {
          target = found;
        },
        endpoint: `${request.secure ? 'https' : 'http'}://${request.headers.host}`,
      });
      response = match.codec.serialize(match, output, requestId);
    } catch (error) {
      failure = error;
      response = this.#refuse(withEncodedMessage(error, match, installation), match, request, requestId);
      if (error instanceof AccessDenied || (error instanceof ServiceError && error.code === 'AccessDenied')) {
        decisionId = this.#remember(error, match, caller, requestId);
        response = { ...response, headers: { ...response.headers, [DECISION_HEADER]: decisionId } };
      }
    }
    this.#record({
      requestId,
      service: match?.model.service,
      operation: match?.operation.name,
      region,
      sourceIp: request.remoteAddress,
      userAgent: request.headers['user-agent'] ?? '',
      caller,
      target,
      failure,
      decisionId,
      status: response.status,
    });
    return response;
  }

  /**
   * Calls an operation in process as `caller`: validated, authorised and handled as if it had come over the wire.
   * @throws ServiceError as the wire would answer it
   */
  call(
    caller: Caller,
    service: string,
    operation: string,
    input: object,
    region = 'us-east-1',
    from: Partial<Pick<Arrival, 'sourceIp' | 'secure' | 'userAgent' | 'referer'>> = {},
  ): Promise<object> {
    return this.#call(service, operation, input, {
      caller,
      region,
      requestId: this.#parts.requestId(),
      sourceIp: '127.0.0.1',
      secure: true,
      userAgent: 'sagegate',
      referer: undefined,
      calledVia: [],
      endpoint: undefined,
      ...from,
    });
  }

  /**
   * As `call`, where a browser makes the call by a page of ours: its credentials may do what they may over the wire, and it leaves
   * the event in the audit that it would have left there.
   * @throws ServiceError as the wire would answer it
   */
  async callForBrowser(
    caller: Caller,
    service: string,
    operation: string,
    input: object,
    from: Pick<Arrival, 'sourceIp' | 'secure' | 'userAgent' | 'referer'>,
  ): Promise<object> {
    const requestId = this.#parts.requestId();
    const region = 'us-east-1';
    let known = caller;
    let target: Target | undefined;
    let failure: unknown;
    try {
      refuseLimitedCredential(caller, service, operation);
      this.#parts.lastUsed.note(caller, { service, operation, region, now: this.#parts.installation.clock.now() });
      return await this.#call(service, operation, input, {
        ...from,
        caller,
        region,
        requestId,
        calledVia: [],
        endpoint: undefined,
        proved: (proved) => {
          known = proved;
        },
        authorized: (found) => {
          target = found;
        },
      });
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      const { sourceIp, userAgent } = from;
      const status = failure === undefined ? 200 : this.#statusOf(service, failure);
      this.#record({ requestId, service, operation, region, sourceIp, userAgent, caller: known, target, failure, status });
    }
  }

  /**
   * Calls an operation as a service of AWS does: by itself, as a role that it has taken up, or with the identity of whoever called it, which
   * `calledVia` tells. Input and output are JSON by the model.
   * @throws ServiceError as the wire would answer it; UnknownOperationException where there is no such operation
   */
  async callForService(
    service: string,
    operation: string,
    input: object,
    from: Pick<Arrival, 'caller' | 'region' | 'sourceIp' | 'userAgent' | 'calledVia'>,
  ): Promise<unknown> {
    const model = this.#parts.router.model(service);
    const operationModel = model && Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined;
    if (!model || !operationModel)
      throw new ServiceError('UnknownOperationException', `There is no operation ${service} ${operation} here.`, { status: 404 });
    const typed = jsonReaders(model).read(operationModel.input, input) as object;
    const arrival = { ...from, requestId: this.#parts.requestId(), secure: true, referer: undefined, endpoint: undefined };
    const output = await this.#call(service, operation, typed, arrival);
    return operationModel.output === undefined ? {} : jsonWriters(model).write(operationModel.output, output);
  }

  /** The code and the sentence that a client of the service would see. */
  wireError(service: string, error: ServiceError): { code: string; message: string } {
    const model = this.#parts.router.model(service);
    const { code, message } = failureOf(error, model?.protocol ?? 'query', model);
    return { code, message };
  }

  #statusOf(service: string, error: unknown): number {
    const model = this.#parts.router.model(service);
    return error instanceof ServiceError ? failureOf(error, model?.protocol ?? 'query', model).status : 500;
  }

  #record({ caller, target, failure, userAgent, ...event }: Walked): void {
    this.#parts.audit.record({
      ...event,
      time: this.#parts.installation.clock.now(),
      userAgent: userAgent.slice(0, 256),
      caller: caller && auditedCaller(caller),
      resource: resourceOf(failure, target),
      denied: failure instanceof AccessDenied ? { ...failure.demand, reason: failure.message } : undefined,
      errorCode: failure instanceof ServiceError ? failure.code : failure === undefined ? undefined : 'InternalFailure',
    });
  }

  async #call(service: string, operation: string, input: object, arrival: Arrival): Promise<object> {
    const { router } = this.#parts;
    this.#parts.settle?.();
    const model = router.model(service);
    const operationModel = model?.operations[operation];
    if (!model || !operationModel) throw new Error(`there is no operation ${service}:${operation}`);
    refuseInvalidInput(model, operationModel, input);
    return this.#perform(model, operationModel, input, arrival);
  }

  #authenticate(match: Match, request: HttpRequest) {
    if (match.operation.unsigned) {
      this.#parts.refuseForeign?.(match, request);
      return { caller: ANONYMOUS, region: regionOfHost(request.headers.host) ?? 'us-east-1' };
    }
    return this.#parts.authenticator.authenticate(request, signingRulesOf(match, request.headers.host));
  }

  async #perform(model: ServiceModel, operation: OperationModel, input: object, arrival: Arrival): Promise<object> {
    const { installation, tables, rowFromData, authorizer } = this.#parts;
    const table = tables[model.service];
    const row = table && Object.hasOwn(table, operation.name) ? table[operation.name] : rowFromData(model.service, operation);
    const { requestId, region, endpoint, sourceIp, secure, userAgent, referer, calledVia } = arrival;
    if (!row) throw noRow(arrival.caller, model.service, operation.name);

    const now = installation.clock.now();
    const scope: Scope = { caller: arrival.caller, account: arrival.caller.account, region, now, reader: installation.store, installation };
    // The table pairs a row with its own operation's input; the model has just vouched for its shape.
    const typed = input as never;
    const caller = row.identify ? await row.identify(typed, scope) : arrival.caller;
    if (caller !== arrival.caller) arrival.proved?.(caller);
    const proved: Scope = caller === arrival.caller ? scope : { ...scope, caller, account: caller.account };
    const facts: RequestFacts = { caller, now, region, sourceIp, secure, userAgent, referer, calledVia };
    const decided = authorizer.authorize(row, typed, proved, facts);
    const target = decided instanceof Promise ? await decided : decided;
    arrival.authorized?.(target);
    if (!row.handler) throw notImplemented(model, operation.name);
    const output = await row.handler(typed, {
      ...proved,
      requestId,
      origin: { endpoint, sourceIp, userAgent },
      target: target as never,
      forward: (service, name, forwarded) =>
        this.#call(service, name, forwarded, { ...arrival, caller, calledVia: [...calledVia, `${model.service}.amazonaws.com`] }),
    });
    this.#parts.checkOutput?.(model, operation, output);
    return output;
  }

  #remember(error: ServiceError, match: Match | undefined, caller: Caller | undefined, requestId: string): string {
    const { decisions, installation } = this.#parts;
    const record = error instanceof AccessDenied ? error.record : undefined;
    return decisions.record({
      time: installation.clock.now(),
      requestId,
      operation: match ? `${match.model.service}:${match.operation.name}` : '',
      account: record ? accountOfDecision(record) : (caller?.account ?? ''),
      message: error.message,
      record,
    });
  }

  #refuse(error: unknown, match: Match | undefined, request: HttpRequest, requestId: string): HttpResponse {
    const { router } = this.#parts;
    if (error instanceof ServiceError) return router.refuse(error, match, request, requestId);
    this.#parts.logError(error, requestId);
    return router.refuse(
      new ServiceError('InternalFailure', 'The request processing has failed because of an unknown error, exception or failure.'),
      match,
      request,
      requestId,
    );
  }
}

/** The header in which every denial names its decision: `sagegate explain` tells the reasons. AWS has nothing of the kind. */
const DECISION_HEADER = 'x-sagegate-decision-id';

/**
 * EC2's denials carry their reasons, sealed. AWS's do so for actions with resource-level permissions; that ours do so for all of EC2's is
 * (unverified) and harms nobody.
 */
function withEncodedMessage(error: unknown, match: Match | undefined, installation: Installation): unknown {
  if (!(error instanceof AccessDenied) || match?.protocol !== 'ec2') return error;
  const encoded = encodeAuthorizationMessage(error.record, installation);
  return new ServiceError(error.code, `${error.message}. Encoded authorization failure message: ${encoded}`);
}

const audited = new WeakMap<Caller, NonNullable<AuditEvent['caller']>>();

/** Who called, as the audit has it: one value for all calls of one caller, as thousands of events are kept. */
function auditedCaller(caller: Caller): NonNullable<AuditEvent['caller']> {
  let known = audited.get(caller);
  if (!known) {
    known = { arn: caller.principal.arn, account: caller.account, accessKeyId: caller.accessKeyId, userId: caller.userId };
    audited.set(caller, known);
  }
  return known;
}

/** What the audit says that a call was about: what it was refused, or what it was let to. */
function resourceOf(failure: unknown, target: Target | undefined): { arn: string; account: string } | undefined {
  if (failure instanceof AccessDenied) return { arn: failure.demand.resource, account: failure.demand.resourceAccount };
  return target && { arn: target.arn, account: target.account };
}

const notImplemented = (model: ServiceModel, operation: string): ServiceError =>
  new ServiceError(
    'NotImplemented',
    `Sagegate authorised ${model.service}:${operation}, but does not perform it yet. docs/compatibility.md lists what it does.`,
  );

/** Fail closed: what no table and no published data knows, nobody may call. */
const noRow = (caller: Caller, service: string, operation: string): ServiceError =>
  new ServiceError('AccessDenied', `User: ${caller.principal.arn} is not authorized to perform: ${service}:${operation}`);
