import type { DecidingKind, Decision } from './decide.ts';

export interface DenialOptions {
  /** ARN of the caller; for a role the session's. `anonymous` for unsigned calls. */
  readonly caller: string;
  /** In canonical case: `iam:CreateUser`. */
  readonly action: string;
  /** What stands after `on resource:`, an ARN or a friendly form such as `user Bob`; null leaves the clause out, as SageMaker's List operations do. */
  readonly resource: string | null;
  /** Whether to say why; true when absent. STS prints the base sentence alone. */
  readonly reason?: boolean | undefined;
  /** Whether explicit denials name the ARN of the policy, as AWS has begun to in 2026; for policies of the caller's own account or organization. */
  readonly policyArn?: boolean | undefined;
}

/**
 * The sentence AWS sends with AccessDenied. It names one kind of policy and never a condition or a value.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function toDenialMessage(decision: Decision, options: DenialOptions): string {
  const { caller, action, resource } = options;
  const base = `User: ${caller} is not authorized to perform: ${action}${resource === null ? '' : ` on resource: ${resource}`}`;
  const reason = options.reason === false ? undefined : reasonOf(decision, action);
  if (!reason) return base;
  const arn = options.policyArn === true ? decision.statement?.policy.arn : undefined;
  return arn === undefined ? `${base} ${reason}` : `${base} ${reason}: ${arn}`;
}

function reasonOf({ outcome, decidedBy }: Decision, action: string): string | undefined {
  if (decidedBy === undefined) return undefined;
  if (outcome === 'explicitDeny') return `with an explicit deny in ${WITH_ARTICLE[decidedBy]}`;
  return `because no ${NAMES[decidedBy]} allows the ${action} action`;
}

/** The kinds of policy as people and AWS's sentences call them. */
export const NAMES: Readonly<Record<DecidingKind, string>> = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  trust: 'role trust policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  endpoint: 'VPC endpoint policy',
  scp: 'service control policy',
  rcp: 'resource control policy',
};

const WITH_ARTICLE: Readonly<Record<DecidingKind, string>> = {
  identity: 'an identity-based policy',
  resource: 'a resource-based policy',
  trust: 'the role trust policy',
  boundary: 'a permissions boundary',
  session: 'a session policy',
  endpoint: 'a VPC endpoint policy',
  scp: 'a service control policy',
  rcp: 'a resource control policy',
};
