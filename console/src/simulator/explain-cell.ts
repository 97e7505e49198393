import { RCP_SERVICES } from '../../../src/authorization/rcp-services.ts';
import {
  compilePolicy,
  createRequestContext,
  type Explanation,
  explain,
  type Principal as PolicyPrincipal,
  type PolicySources,
  policySet,
} from '../../../src/policy/index.ts';
import { lastOf } from '../aws/arn.ts';
import type { Principal } from '../iam/principal.ts';
import type { Subject } from './documents.ts';
import type { Guardrails } from './organization.ts';

/** One thing that is asked of the engine. */
export interface CellQuestion {
  readonly action: string;
  readonly resource: string;
  /** Several values of a key have commas between them. */
  readonly context: readonly { readonly key: string; readonly value: string }[];
  /** The resource's own policy, or a role's trust policy. */
  readonly resourcePolicy?: { readonly kind: 'resource' | 'trust'; readonly text: string } | undefined;
  /** Of a resource whose ARN names none; the principal's account when absent. */
  readonly owner?: string | undefined;
}

/** What that of a resource's or a role's is called where statements are shown. */
export const RESOURCE_POLICY = { resource: 'Policy of the resource', trust: 'Trust policy' } as const;

/** A policy set that says nothing, and so lets nothing through. */
const SILENT = policySet([]);

/**
 * Decides one question here, with the engine that decides on the server, to show every reason.
 * @param guardrails  of the organization; where they may not be read, what IAM told of them stands for them
 */
export function explainCell(
  subject: Subject,
  { kind }: Principal,
  { action, resource, context, resourcePolicy, owner }: CellQuestion,
  guardrails?: Guardrails & { readonly deniesByOrganization: boolean },
): Explanation {
  const values = Object.fromEntries(
    context.map(({ key, value }) => [key, value.includes(',') ? value.split(',').map((each) => each.trim()) : value]),
  );
  const account = subject.arn.split(':')[4] ?? '';
  const named = resource.split(':')[4] ?? '';
  const resourceAccount = /^\d{12}$/.test(named) ? named : (owner ?? account);
  const hidesScp = guardrails?.isWithheld && guardrails.deniesByOrganization;
  const sources: PolicySources = {
    identity: policySet(subject.identity),
    boundary: subject.boundary && policySet([subject.boundary]),
    scp: hidesScp ? [SILENT] : guardrails?.scp,
    rcp: resourceAccount === account && RCP_SERVICES.has(action.split(':')[0] ?? '') ? guardrails?.rcp : undefined,
    resource: resourcePolicy && {
      kind: resourcePolicy.kind,
      policies: policySet([
        compilePolicy(resourcePolicy.text, { kind: resourcePolicy.kind, source: RESOURCE_POLICY[resourcePolicy.kind] }),
      ]),
    },
  };
  const principal = principalOf(subject, kind, account);
  // As the simulator of IAM has it: what is given, and else the ARN.
  const requestContext = createRequestContext({ ...values, 'aws:userid': values['aws:userid'] ?? subject.arn });
  return explain({ principal, action, resource, resourceAccount, context: requestContext }, sources);
}

/** A role stands for a session of it, as for the simulator of IAM. */
function principalOf({ arn, uniqueId }: Subject, kind: Principal['kind'], account: string): PolicyPrincipal {
  if (kind !== 'Role') return { kind: 'user', account, arn, principalArn: arn, uniqueId };
  const session = 'simulated';
  return {
    kind: 'role',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${lastOf(arn)}/${session}`,
    principalArn: arn,
    roleArn: arn,
    roleId: uniqueId,
    uniqueId: `${uniqueId}:${session}`,
  };
}
