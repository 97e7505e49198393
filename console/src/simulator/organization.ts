import { compilePolicy, type PolicySet, policySet } from '../../../src/policy/index.ts';
import type { AwsClient } from '../aws/client.ts';
import { AwsFailure } from '../aws/failure.ts';
import { textKey } from './documents.ts';

/** What an organization holds an account to, as far as whoever is signed in may read it. */
export interface Guardrails {
  /** One set for each level, from the root of the organization down to the account; undefined where they do not apply. */
  readonly scp: readonly PolicySet[] | undefined;
  readonly rcp: readonly PolicySet[] | undefined;
  /** Texts, by the policy that was compiled from them. */
  readonly texts: ReadonlyMap<string, string>;
  /** That there is an organization whose policies may not be read. */
  readonly isWithheld: boolean;
}

const NONE: Guardrails = { scp: undefined, rcp: undefined, texts: new Map(), isWithheld: false };

/** Organizations answers in one region alone. */
const call = <Output>(aws: AwsClient, operation: string, input: object = {}): Promise<Output> =>
  aws.json<Output>('organizations', operation, input, 'us-east-1');

interface Level {
  readonly policies: PolicySet;
  readonly count: number;
}

/** Reads the service and resource control policies over an account. The management account's principals and resources are under none. @throws AwsFailure */
export async function readGuardrails(aws: AwsClient, account: string): Promise<Guardrails> {
  try {
    const { Organization } = await call<{ Organization: { MasterAccountId: string; FeatureSet: string } }>(aws, 'DescribeOrganization');
    if (Organization.MasterAccountId === account || Organization.FeatureSet !== 'ALL') return NONE;
    const targets = await targetsOver(aws, account);
    const texts = new Map<string, string>();
    const [scp, rcp] = await Promise.all([
      readLevels(aws, targets, 'SERVICE_CONTROL_POLICY', 'scp', texts),
      readLevels(aws, targets, 'RESOURCE_CONTROL_POLICY', 'rcp', texts),
    ]);
    return { scp, rcp, texts, isWithheld: false };
  } catch (error) {
    if (error instanceof AwsFailure && error.code === 'AWSOrganizationsNotInUseException') return NONE;
    if (error instanceof AwsFailure && error.code === 'AccessDeniedException') return { ...NONE, isWithheld: true };
    throw error;
  }
}

/** From the root of the organization down to the account. */
async function targetsOver(aws: AwsClient, account: string): Promise<readonly string[]> {
  const targets = [account];
  for (let child = account; ; ) {
    const { Parents } = await call<{ Parents: readonly { Id: string; Type: string }[] }>(aws, 'ListParents', { ChildId: child });
    const [parent] = Parents;
    if (!parent) return targets;
    targets.unshift(parent.Id);
    if (parent.Type === 'ROOT') return targets;
    child = parent.Id;
  }
}

/** Undefined where there are none at all: a type that is enabled has one on every level from the start. */
async function readLevels(
  aws: AwsClient,
  targets: readonly string[],
  type: string,
  kind: 'scp' | 'rcp',
  texts: Map<string, string>,
): Promise<readonly PolicySet[] | undefined> {
  const levels = await Promise.all(targets.map((target) => readLevel(aws, target, type, kind, texts)));
  return levels.every(({ count }) => count === 0) ? undefined : levels.map(({ policies }) => policies);
}

async function readLevel(
  aws: AwsClient,
  TargetId: string,
  Filter: string,
  kind: 'scp' | 'rcp',
  texts: Map<string, string>,
): Promise<Level> {
  const input = { TargetId, Filter };
  const attached = await aws.jsonList<{ Id: string; Name: string }>(
    'organizations',
    'ListPoliciesForTarget',
    'Policies',
    input,
    'us-east-1',
  );
  const compiled = await Promise.all(
    attached.map(async ({ Id, Name }) => {
      const { Policy } = await call<{ Policy: { Content: string } }>(aws, 'DescribePolicy', { PolicyId: Id });
      texts.set(textKey(Name, TargetId), Policy.Content);
      return compilePolicy(Policy.Content, { kind, source: { name: Name, via: TargetId } });
    }),
  );
  return { policies: policySet(compiled), count: attached.length };
}
