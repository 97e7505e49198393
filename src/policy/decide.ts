import type { Candidate } from './candidates.ts';
import type { PolicySource } from './compiled-policy.ts';
import { foldCase } from './fold-case.ts';
import type { PolicyKind } from './kind.ts';
import { WAYS } from './match/principal.ts';
import type { ActionPlan } from './plan.ts';
import type { PolicySet } from './policy-set.ts';
import type { AuthorizationRequest } from './request.ts';
import { Evaluation } from './statement.ts';

/**
 * The policies that can apply to a request, by layer. Absent layers are layers that AWS does not ask: an account outside an organization
 * has no `scp`, an unbounded principal no `boundary`.
 */
export interface PolicySources {
  /** Inline and managed policies of the principal and of its groups. */
  readonly identity?: PolicySet | undefined;
  /** The permissions boundary, one policy. */
  readonly boundary?: PolicySet | undefined;
  /** Session policies, inline and by ARN. Several count as one group: what any of them allows, they allow (unverified). */
  readonly session?: PolicySet | undefined;
  /** SCPs of the principal's account: one set per level, from the root of the organization down to the account. */
  readonly scp?: readonly PolicySet[] | undefined;
  /** RCPs of the resource's account, likewise; given only for services that have them. */
  readonly rcp?: readonly PolicySet[] | undefined;
  /** Of the VPC endpoint that the request came through. */
  readonly endpoint?: PolicySet | undefined;
  readonly resource?: ResourcePolicies | undefined;
}

/** The policy of the resource itself. */
export interface ResourcePolicies {
  readonly kind: 'resource' | 'trust';
  readonly policies: PolicySet;
  /** The resource's policy has to allow, also in its own account: KMS keys. Trust policies always are so. */
  readonly mandatory?: boolean | undefined;
}

/** As on the wire: `PolicyEvaluationDecisionType`. */
export type Outcome = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** The layers of a decision; one name for `identity` and `managed`. */
export type DecidingKind = Exclude<PolicyKind, 'managed'>;

/** A decision is a value. */
export interface Decision {
  readonly outcome: Outcome;
  /**
   * explicitDeny: the layer that denies, of several the first of rcp, scp, endpoint, resource, identity, boundary, session (unverified).
   * implicitDeny: the layer that fails to allow; undefined where a caller of the engine refuses by itself. allowed: the layer that grants; undefined for
   * the root user, who needs no grant.
   */
  readonly decidedBy: DecidingKind | undefined;
  /** The statement that denies or grants, one of several if more do; absent for implicit denials, and where the root user is allowed. */
  readonly statement?: DecidingStatement | undefined;
}

export interface DecidingStatement {
  readonly policy: PolicySource;
  /** Place of the statement in its document, from 0. */
  readonly index: number;
  readonly sid: string | undefined;
}

/**
 * Whether a request is allowed: an explicit Deny in any layer refuses; then the guardrails (RCP, SCP, VPC endpoint) must allow, each SCP and
 * RCP level by itself; then somebody must grant it. Never throws (if `context` does not), remembers no decision.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function decide(request: AuthorizationRequest, sources: PolicySources): Decision {
  const { action } = request;
  const layers = layersOf(request, sources);
  const { rcp, scp, endpoint, resource, identity, boundary, session } = layers;
  const evaluation = new Evaluation(request, boundary !== undefined);

  const denied =
    (rcp && deniedByLevels('rcp', rcp, action, evaluation)) ??
    (scp && deniedByLevels('scp', scp, action, evaluation)) ??
    (endpoint && deniedBy('endpoint', endpoint, action, evaluation)) ??
    (resource && deniedBy(resource.kind, resource.policies, action, evaluation)) ??
    (identity && deniedBy('identity', identity, action, evaluation)) ??
    (boundary && deniedBy('boundary', boundary, action, evaluation)) ??
    (session && deniedBy('session', session, action, evaluation));
  if (denied) return denied;

  if (rcp && !everyLevelAllows(rcp, action, evaluation)) return IMPLICIT_DENY.rcp;
  if (scp && !everyLevelAllows(scp, action, evaluation)) return IMPLICIT_DENY.scp;
  if (endpoint && !allowedBy(endpoint, action, evaluation)) return IMPLICIT_DENY.endpoint;
  return grant(request, layers, evaluation);
}

/** Several things one call needs, in the order in which they are reported. */
export function decideAll(tuples: readonly { readonly request: AuthorizationRequest; readonly sources: PolicySources }[]): {
  /** The first that is not allowed, or the last; undefined for no tuples at all: that is not a permission. */
  readonly decision: Decision | undefined;
  /** Its place; undefined when all are allowed. */
  readonly failed: number | undefined;
} {
  let decision: Decision | undefined;
  for (const [index, { request, sources }] of tuples.entries()) {
    decision = decide(request, sources);
    if (decision.outcome !== 'allowed') return { decision, failed: index };
  }
  return { decision, failed: undefined };
}

/**
 * The layers that apply to this very request.
 * - Services and anonymous callers have no policies of their own; the root user's are none but a task policy (AssumeRoot) and SCPs.
 * - Service-linked roles escape SCPs and RCPs, services and outsiders without account SCPs, `kms:RetireGrant` RCPs.
 */
export function layersOf(request: AuthorizationRequest, sources: PolicySources): PolicySources {
  const { principal } = request;
  const linked = principal.serviceLinked === true;
  switch (principal.kind) {
    case 'root':
      return { ...sources, identity: undefined, boundary: undefined, rcp: isRcpExempt(request) ? undefined : sources.rcp };
    case 'service':
    case 'anonymous':
      return {
        rcp: linked || isRcpExempt(request) ? undefined : sources.rcp,
        endpoint: sources.endpoint,
        resource: sources.resource,
      };
    default:
      if (linked) return { ...sources, scp: undefined, rcp: undefined };
      return sources.rcp && isRcpExempt(request) ? { ...sources, rcp: undefined } : sources;
  }
}

const isRcpExempt = (request: AuthorizationRequest): boolean =>
  request.action.length === 15 && foldCase(request.action) === 'kms:retiregrant';

/** Who may be the grantor, once nothing denies and the guardrails allow. */
function grant(request: AuthorizationRequest, sources: PolicySources, evaluation: Evaluation): Decision {
  const { principal, action } = request;
  const { resource } = sources;
  const sameAccount = request.resourceAccount === undefined || request.resourceAccount === principal.account;
  const allows = resource && planOf(resource.policies, action).allows;
  const ways = allows ? allows.ways(evaluation) : 0;
  const resourceGrants = (by: number): Decision => allowed(resource?.kind ?? 'resource', resource?.policies, allows?.first(evaluation, by));

  if (principal.kind === 'service' || principal.kind === 'anonymous') {
    // A federated identity is nobody's principal yet: a trust policy must name its provider, `*` does not let it in.
    const granted = principal.federatedProvider === undefined ? ways : ways & WAYS.provider;
    return granted !== 0 ? resourceGrants(granted) : IMPLICIT_DENY[resource?.kind ?? 'resource'];
  }

  const mandatory = resource !== undefined && (resource.mandatory === true || resource.kind === 'trust');
  if (sameAccount) {
    if (mandatory && ways === 0) return IMPLICIT_DENY[resource.kind];
    // A grant to the very caller, or to everyone: nothing else needs to allow.
    if (ways & DIRECT[principal.kind]) return resourceGrants(DIRECT[principal.kind]);
    // A grant to what stands behind a session: limited by the boundary and the session policies.
    if (ways & INDIRECT[principal.kind]) return limitedBy(request, sources, evaluation) ?? resourceGrants(INDIRECT[principal.kind]);
    return ownGrant(request, sources, evaluation);
  }
  const own = ownGrant(request, sources, evaluation);
  if (own.outcome !== 'allowed' || ways !== 0) return own;
  return IMPLICIT_DENY[resource?.kind ?? 'resource'];
}

/**
 * What the caller's own side says: identity-based policies within the boundary within the session policies. The root user needs no
 * grant; a session policy, if there is one (AssumeRoot), still limits it.
 */
function ownGrant(request: AuthorizationRequest, sources: PolicySources, evaluation: Evaluation): Decision {
  if (request.principal.kind === 'root') return limitedBy(request, sources, evaluation) ?? ROOT_ALLOWED;
  const { identity } = sources;
  const granted = identity && planOf(identity, request.action).allows.first(evaluation);
  if (!granted) return IMPLICIT_DENY.identity;
  return limitedBy(request, sources, evaluation) ?? allowed('identity', identity, granted);
}

/** The denial of the boundary or of the session policies; undefined when both allow. A federated user without session policy may nothing. */
function limitedBy(request: AuthorizationRequest, sources: PolicySources, evaluation: Evaluation): Decision | undefined {
  const { boundary, session } = sources;
  if (boundary && !allowedBy(boundary, request.action, evaluation)) return IMPLICIT_DENY.boundary;
  if (session) return allowedBy(session, request.action, evaluation) ? undefined : IMPLICIT_DENY.session;
  return request.principal.kind === 'federated-user' ? IMPLICIT_DENY.session : undefined;
}

/**
 * The ways in which a resource's policy of the same account grants by itself, whatever the caller's own policies leave out.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-resource-based.html
 */
const DIRECT = {
  // Needs no grant, and one to everyone must not lift the task policy of AssumeRoot.
  root: 0,
  user: WAYS.user | WAYS.everyone,
  role: WAYS.session | WAYS.everyone,
  'federated-user': WAYS.federatedUser | WAYS.everyone,
} as const;

/** And the ways in which it grants within the boundary and the session policies. */
const INDIRECT = { root: 0, user: 0, role: WAYS.role, 'federated-user': WAYS.user } as const;

function deniedByLevels(kind: 'scp' | 'rcp', levels: readonly PolicySet[], action: string, evaluation: Evaluation): Decision | undefined {
  for (const level of levels) {
    const decision = deniedBy(kind, level, action, evaluation);
    if (decision) return decision;
  }
  return undefined;
}

function deniedBy(kind: DecidingKind, set: PolicySet, action: string, evaluation: Evaluation): Decision | undefined {
  const denial = planOf(set, action).denies.first(evaluation);
  return denial && { outcome: 'explicitDeny', decidedBy: kind, statement: decidingStatement(set, denial) };
}

function everyLevelAllows(levels: readonly PolicySet[], action: string, evaluation: Evaluation): boolean {
  for (const level of levels) if (!allowedBy(level, action, evaluation)) return false;
  return true;
}

const allowedBy = (set: PolicySet, action: string, evaluation: Evaluation): boolean =>
  planOf(set, action).allows.first(evaluation) !== undefined;

const planOf = (set: PolicySet, action: string): ActionPlan => set.index.plan(action);

const allowed = (kind: DecidingKind, set: PolicySet | undefined, candidate: Candidate | undefined): Decision => ({
  outcome: 'allowed',
  decidedBy: kind,
  statement: set && candidate && decidingStatement(set, candidate),
});

function decidingStatement(set: PolicySet, { policy, statement }: Candidate): DecidingStatement {
  return { policy: set.policies[policy]?.source ?? { name: '' }, index: statement.source.index, sid: statement.source.sid?.text };
}

const ROOT_ALLOWED: Decision = { outcome: 'allowed', decidedBy: undefined };

const implicitDeny = (decidedBy: DecidingKind): Decision => ({ outcome: 'implicitDeny', decidedBy });
const IMPLICIT_DENY: Readonly<Record<DecidingKind, Decision>> = {
  rcp: implicitDeny('rcp'),
  scp: implicitDeny('scp'),
  endpoint: implicitDeny('endpoint'),
  resource: implicitDeny('resource'),
  trust: implicitDeny('trust'),
  identity: implicitDeny('identity'),
  boundary: implicitDeny('boundary'),
  session: implicitDeny('session'),
};
