import { type Caller, serviceCaller } from '../authentication/caller.ts';
import { rootCaller, sessionCaller, userCaller } from '../authentication/principals.ts';
import type { Session } from '../authentication/session-token.ts';
import { AccessDenied, type Authorizer } from '../authorization/authorize.ts';
import { type DecisionRecord, viewDecision } from '../authorization/decision-record.ts';
import type { Installation } from '../authorization/installation.ts';
import type { ActionName, ContextValue, Target } from '../authorization/operation.ts';
import { bindKnownPrincipals } from '../authorization/principal-binding.ts';
import { iamArn, parseArn } from '../core/arn.ts';
import { foldCase } from '../core/name.ts';
import { REGIONS } from '../core/region.ts';
import { ServiceError } from '../core/service-error.ts';
import { validatePolicy } from '../policy/index.ts';
import { type Role, roles, users } from '../store/tables/iam.ts';
import type { Pipeline } from './pipeline.ts';

/** A call as a service of AWS would make it. */
export interface ServiceCall {
  /** `redshift.amazonaws.com` */
  readonly as: string;
  /** A role that the service takes up first. */
  readonly role?: string | undefined;
  readonly sessionName?: string | undefined;
  /** The resource, and its account, that the service says it acts for: `aws:SourceArn`, `aws:SourceAccount`. */
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
  /** Whose call the service passes on with their own identity (forward access session). */
  readonly onBehalfOf?: string | undefined;
  readonly region?: string | undefined;
  readonly sourceIp?: string | undefined;
  /** What it calls, of what is performed here. */
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly input?: object | undefined;
  /** Or what is only decided. */
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
  readonly resourceAccount?: string | undefined;
  /** The policy that the resource carries, as text. */
  readonly resourcePolicy?: string | undefined;
  /** Further condition keys; those that are known of every request cannot be given. */
  readonly context?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** One thing that had to be allowed. */
interface Step {
  readonly outcome: string;
  readonly sentence: string;
  readonly explanation: object;
  readonly context: object;
}

export interface ServiceCallsParts {
  readonly installation: Installation;
  readonly authorizer: Authorizer;
  readonly pipeline: Pipeline;
}

const isServiceName = (text: string): boolean => text.length <= 128 && /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/.test(text);

/**
 * Calls as a service of AWS, so that people can see what their trust policies, bucket policies and conditions come to: decided by the engine that
 * guards live calls, and performed where Sagegate performs the operation. For the operator: whoever may do this is everybody.
 */
export class ServiceCalls {
  readonly #parts: ServiceCallsParts;

  constructor(parts: ServiceCallsParts) {
    this.#parts = parts;
  }

  /**
   * What came of a call: `outcome` is `allowed`, `denied`, or `failed` for another reason than permission; the steps that were decided with their
   * reasons; and of what was performed `output` or `error`.
   * @throws ValidationException        400  it does not say what to call, or two things at once
   * @throws ResourceNotFoundException  404  the role, or the principal, is not there
   */
  async call(asked: ServiceCall, remoteAddress: string): Promise<object> {
    const { as, region = 'us-east-1', sourceArn, sourceAccount } = asked;
    refuseUnfit(asked);
    const onBehalfOf = sourceArn === undefined && sourceAccount === undefined ? undefined : { sourceArn, sourceAccount };
    const steps: Step[] = [];
    let caller = serviceCaller(as, onBehalfOf);
    const from = { region, sourceIp: asked.sourceIp ?? remoteAddress, userAgent: as, calledVia: [] as string[] };
    if (asked.role !== undefined) {
      const role = await this.#findRole(asked.role);
      if (!role) throw notThere('role');
      const sessionName = asked.sessionName ?? as.slice(0, as.indexOf('.'));
      const step = await this.#decide(caller, 'sts:AssumeRole', assumedTarget(role), { 'sts:RoleSessionName': sessionName }, from);
      steps.push(step);
      if (step.outcome !== 'allowed') return { outcome: 'denied', caller: as, steps };
      caller = await this.#sessionOf(role, sessionName);
    } else if (asked.onBehalfOf !== undefined) {
      caller = await this.#principal(asked.onBehalfOf);
      from.calledVia = [as];
    }
    const told = { caller: caller.principal.arn, ...(from.calledVia.length > 0 && { via: as }) };
    if (asked.action !== undefined) {
      const { action, resource = '*', context = {} } = asked;
      const target = await this.#target(asked, resource, caller);
      // What has one value counts as single-valued.
      const values = Object.fromEntries(Object.entries(context).map(([key, all]) => [key, all.length === 1 ? all[0] : all]));
      const step = await this.#decide(caller, action as ActionName, target, values, from);
      return { outcome: step.outcome === 'allowed' ? 'allowed' : 'denied', ...told, steps: [...steps, step] };
    }
    return { ...told, ...(await this.#perform(asked, caller, from, steps)) };
  }

  async #perform(
    { service = '', operation = '', input = {}, ...asked }: ServiceCall,
    caller: Caller,
    from: Omit<Parameters<Pipeline['callForService']>[3], 'caller'>,
    steps: Step[],
  ): Promise<object> {
    // Of what is performed here, only a role's trust policy can let a service in by itself.
    if (caller.principal.kind === 'service' && !(service === 'sts' && operation === 'AssumeRole'))
      throw invalid(
        `${asked.as} has no account of its own: of what is performed here it may be let in to sts AssumeRole alone. Give it a role, or let it act on behalf of somebody.`,
      );
    try {
      const output = await this.#parts.pipeline.callForService(service, operation, input, { ...from, caller });
      return { outcome: 'allowed', steps, output };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const told = this.#parts.pipeline.wireError(service, error);
      if (error instanceof AccessDenied) return { outcome: 'denied', steps: [...steps, stepOf(error.record)], error: told };
      if (error.code === 'UnknownOperationException') throw error;
      // A few refusals are rules rather than decisions: root assumes no roles.
      return { outcome: error.code === 'AccessDenied' ? 'denied' : 'failed', steps, error: told };
    }
  }

  async #decide(
    caller: Caller,
    action: ActionName,
    target: Target,
    values: Readonly<Record<string, ContextValue>>,
    from: { readonly region: string; readonly sourceIp: string; readonly userAgent: string; readonly calledVia: readonly string[] },
  ): Promise<Step> {
    const { authorizer, installation } = this.#parts;
    const request = { caller, now: installation.clock.now(), secure: true, referer: undefined, ...from };
    return stepOf(await authorizer.decideAndRecord({ action, target, request, rowValues: () => values }, installation.store));
  }

  /** What is acted on. An ARN without an account, as a bucket's, belongs to the caller's, or to that which the service acts for, unless said. */
  async #target({ resourceAccount, resourcePolicy, sourceAccount }: ServiceCall, arn: string, caller: Caller): Promise<Target> {
    const account = resourceAccount ?? (parseArn(arn)?.account || caller.account || sourceAccount || '');
    if (resourcePolicy === undefined) return { arn, account };
    const error = validatePolicy(resourcePolicy, 'resource');
    if (error) throw new ServiceError('MalformedPolicyDocumentException', error.message, { status: 400 });
    const document = await bindKnownPrincipals(resourcePolicy, this.#parts.installation.store);
    return { arn, account, resourcePolicy: { kind: 'resource', document } };
  }

  async #findRole(arn: string): Promise<Role | undefined> {
    const parsed = parseArn(arn);
    if (parsed?.service !== 'iam' || !parsed.resource.startsWith('role/')) return undefined;
    const name = foldCase(parsed.resource.slice(parsed.resource.lastIndexOf('/') + 1));
    const role = await this.#parts.installation.authorizationView.get(roles, [parsed.account, name]);
    return role && roleArn(role) === arn ? role : undefined;
  }

  /** A session as AssumeRole makes it, without its credentials: nobody else is to have it. */
  async #sessionOf(role: Role, sessionName: string): Promise<Caller> {
    const { installation } = this.#parts;
    const now = installation.clock.now();
    const session: Session = {
      kind: 'AssumeRole',
      accessKeyId: '',
      secretAccessKey: '',
      principal: { kind: 'role', account: role.accountId, uniqueId: role.roleId, path: role.path, name: role.roleName, sessionName },
      issuedAt: now,
      expiresAt: now + 3600_000,
      chained: false,
      policies: { managedArns: [] },
      tags: [],
      transitiveTagKeys: [],
      context: {},
    };
    const caller = await sessionCaller(installation.authorizationView, session);
    if (!caller) throw notThere('role');
    return caller;
  }

  /** Whoever called the service: a root user, a user, a role (a session of it named `sagegate`), or a session by its own ARN. */
  async #principal(arn: string): Promise<Caller> {
    const view = this.#parts.installation.authorizationView;
    const { service, account = '', resource = '' } = parseArn(arn) ?? {};
    let found: Caller | undefined;
    if (service === 'iam' && resource === 'root') found = await rootCaller(view, account);
    else if (service === 'iam' && resource.startsWith('user/')) {
      const user = await view.get(users, [account, foldCase(resource.slice(resource.lastIndexOf('/') + 1))]);
      if (user && iamArn(account, `user${user.path}${user.userName}`) === arn) found = await userCaller(view, user.userId);
    } else if (service === 'iam') {
      const role = await this.#findRole(arn);
      if (role) found = await this.#sessionOf(role, 'sagegate');
    } else if (service === 'sts') {
      const [, name, session] = /^assumed-role\/([\w+=,.@-]{1,64})\/([\w+=,.@-]{2,64})$/.exec(resource) ?? [];
      const role = name === undefined ? undefined : await view.get(roles, [account, foldCase(name)]);
      if (role?.roleName === name && role && session !== undefined) found = await this.#sessionOf(role, session);
    }
    if (!found) throw notThere('principal');
    return found;
  }
}

function refuseUnfit({ as, role, onBehalfOf, sourceArn, sourceAccount, service, operation, input, ...rest }: ServiceCall): void {
  if (!isServiceName(as)) throw invalid('Name the service as trust policies do, such as redshift.amazonaws.com.');
  if (role !== undefined && onBehalfOf !== undefined) throw invalid('A service acts as a role or on behalf of somebody, not both.');
  if (onBehalfOf !== undefined && (sourceArn !== undefined || sourceAccount !== undefined))
    throw invalid('Calls on behalf of somebody carry no source ARN and no source account: services give those for calls of their own.');
  if (rest.region !== undefined && !REGIONS.has(rest.region)) throw invalid('There is no such region.');
  const performs = service !== undefined || operation !== undefined;
  if (performs === (rest.action !== undefined))
    throw invalid('Say which operation of which service is called, or which action is to be decided.');
  if (performs && (service === undefined || operation === undefined)) throw invalid('Say both the service and its operation.');
  if (!performs && input !== undefined) throw invalid('Only an operation takes an input.');
  if (performs && (rest.resource ?? rest.resourcePolicy ?? rest.resourceAccount ?? rest.context) !== undefined)
    throw invalid('An operation knows its own resource and context; give them with an action.');
  if (rest.action !== undefined && !/^[A-Za-z0-9-]{1,64}:[A-Za-z0-9]{1,128}$/.test(rest.action))
    throw invalid('An action looks like s3:GetObject.');
}

const roleArn = (role: Role): string => iamArn(role.accountId, `role${role.path}${role.roleName}`);

const assumedTarget = (role: Role): Target => ({
  arn: roleArn(role),
  account: role.accountId,
  stored: role,
  tags: role.tags,
  resourcePolicy: { kind: 'trust', document: role.trustPolicy },
});

function stepOf(record: DecisionRecord): Step {
  const { explanation, context } = viewDecision(record);
  return { outcome: record.decision.outcome, sentence: explanation.toSentence(), explanation: explanation.toJSON(), context };
}

const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message, { status: 400 });

const notThere = (what: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `There is no such ${what}.`, { status: 404 });
