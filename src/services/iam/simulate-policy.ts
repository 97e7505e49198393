import type { SimulateCustomPolicyRequest, SimulatePrincipalPolicyRequest } from '@aws-sdk/client-iam';
import { digest } from '../../authorization/marker.ts';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import { createPolicyCompiler, type PolicyCompiler, type PolicySet, type Principal } from '../../policy/index.ts';
import type { Group, Role, User } from '../../store/tables/iam.ts';
import { invalidInput, noSuchEntity } from './errors.ts';
import { findManaged, type HeldPolicy, heldPolicies, holderOf } from './held-policy.ts';
import { type PageEnd, takePage } from './page.ts';
import { readExclusions } from './policy-exclusion.ts';
import { type SimulatedAction, simulateAction } from './simulation.ts';
import {
  compileLayer,
  type GivenPolicy,
  given,
  readActions,
  readCaller,
  readContext,
  readOwner,
  readResourcePolicy,
  readResources,
  refuseIncompleteScenario,
  refuseTooMuch,
  STUB_USER_ID,
  stubCaller,
} from './simulation-input.ts';

/** What both operations take. */
type Asked = Omit<Valid<SimulateCustomPolicyRequest>, 'PolicyInputList' | 'OrderedOrganizationPolicyInputList'>;

interface Answer extends PageEnd {
  readonly EvaluationResults: readonly SimulatedAction[];
}

/** Whose policies are simulated. */
interface Subject {
  readonly principal: Principal;
  /** `aws:userid` */
  readonly userId: string;
  readonly identity: PolicySet;
  readonly boundary: PolicySet | undefined;
  readonly scp: readonly PolicySet[] | undefined;
  readonly inOrganization: boolean;
  /** Characters of all these. */
  readonly size: number;
}

/** Characters of policy that a page looks at, resource by resource: some 50 ms. A page ends early when it has (threat Z07). */
const PAGE_WORK = 5_000_000;
/** And at most for one action. */
const MOST_WORK = 20_000_000;

const sizeOf = (documents: readonly GivenPolicy[]): number => documents.reduce((sum, { document }) => sum + document.length, 0);

/**
 * What policies that are given as text would allow.
 * @throws InvalidInput  400
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
 */
export async function simulateCustomPolicy(input: Valid<SimulateCustomPolicyRequest>, context: OperationContext): Promise<Answer> {
  const levels = (input.OrderedOrganizationPolicyInputList ?? []).map(({ ServiceControlPolicyInputList: list }, i) =>
    given(`OrderedOrganizationPolicyInputList.${i + 1}`, list),
  );
  const policies = given('PolicyInputList', input.PolicyInputList);
  const documents = [...policies, ...levels.flat()];
  refuseTooMuch(
    documents.map(({ document }) => document),
    input.ActionNames,
    input.ResourceArns ?? [],
  );
  if (input.ResourcePolicy !== undefined && input.CallerArn === undefined)
    throw invalidInput('CallerArn is required when a ResourcePolicy is given.');
  const compiler = createPolicyCompiler();
  return answer('SimulateCustomPolicy', input, context, compiler, {
    principal: input.CallerArn === undefined ? stubCaller(context.account) : readCaller(input.CallerArn),
    userId: input.CallerArn ?? STUB_USER_ID,
    identity: compileLayer(compiler, 'identity', policies, true),
    boundary: undefined,
    scp: levels.length === 0 ? undefined : levels.map((level) => compileLayer(compiler, 'scp', level, true)),
    inOrganization: levels.length > 0,
    size: sizeOf(documents),
  });
}

/**
 * What the policies of a user (with those of its groups), group or role allow, together with further ones given: read as they are now, and
 * with the boundary and the organization that hold the entity.
 * @throws NoSuchEntity  404
 * @throws InvalidInput  400
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export async function simulatePrincipalPolicy(
  input: Valid<SimulatePrincipalPolicyRequest>,
  context: OperationContext<User | Group | Role>,
): Promise<Answer> {
  const { stored } = context.target;
  if (!stored) throw noSuchEntity(`The entity with arn ${input.PolicySourceArn} cannot be found.`);
  const extra = given('PolicyInputList', input.PolicyInputList);
  refuseTooMuch(
    extra.map(({ document }) => document),
    input.ActionNames,
    input.ResourceArns ?? [],
  );
  const excluded = readExclusions(input.PolicyExclusionList);
  const held = (await heldPolicies(stored, context)).filter((policy) => !excluded.policy(policy)).map(heldSource);
  const compiler = createPolicyCompiler();
  const { organization, scp } = await context.installation.guardrails.of(context.account);
  const principal =
    input.CallerArn === undefined || input.CallerArn === input.PolicySourceArn
      ? readCaller(input.PolicySourceArn, {
          uniqueId: holderOf(stored).id,
          serviceLinked: 'roleId' in stored && stored.serviceLinkedFor !== undefined,
        })
      : readCaller(input.CallerArn);
  const boundary = excluded.boundary ? [] : await attachedBoundary(stored, context);
  return answer('SimulatePrincipalPolicy', input, context, compiler, {
    principal,
    userId: input.CallerArn ?? input.PolicySourceArn,
    identity: compiler.set([
      ...compileLayer(compiler, 'identity', held, false).policies,
      ...compileLayer(compiler, 'identity', extra, true).policies,
    ]),
    boundary: boundary.length === 0 ? undefined : compileLayer(compiler, 'boundary', boundary, false),
    scp: excluded.organizationPolicies ? undefined : scp,
    inOrganization: organization !== undefined,
    size: sizeOf([...held, ...extra, ...boundary]) + (scp ?? []).flatMap(({ policies }) => policies).reduce(addText, 0),
  });
}

const addText = (sum: number, { content }: PolicySet['policies'][number]): number => sum + (content.document?.text.length ?? 0);

/** Inline policies are called `user_{user}_{policy}`, managed ones by their name (recorded). */
const heldSource = ({ holder, policyName, arn, document }: HeldPolicy): GivenPolicy => ({
  source: arn === undefined ? { name: `${holder.type}_${holder.name}_${policyName}` } : { name: policyName, arn },
  document,
});

/** A boundary whose policy is gone still bounds: it allows nothing then. */
async function attachedBoundary(stored: User | Group | Role, context: OperationContext): Promise<GivenPolicy[]> {
  const arn = 'permissionsBoundary' in stored ? stored.permissionsBoundary : undefined;
  if (arn === undefined) return [];
  const found = await findManaged(arn, context);
  return [
    {
      source: { name: found?.policyName ?? arn.slice(arn.lastIndexOf('/') + 1), arn },
      document: found?.document ?? '{"Version":"2012-10-17","Statement":[]}',
    },
  ];
}

async function answer(operation: string, input: Asked, context: Scope, compiler: PolicyCompiler, subject: Subject): Promise<Answer> {
  const actions = readActions(input.ActionNames);
  const resources = readResources(input.ResourceArns);
  refuseIncompleteScenario(input.ResourceHandlingOption, resources);
  const boundaries = given('PermissionsBoundaryPolicyInputList', input.PermissionsBoundaryPolicyInputList);
  if (boundaries.length > 1) throw invalidInput('A simulation takes one permissions boundary.');
  const { principal } = subject;
  const simulation = {
    principal,
    context: readContext(input.ContextEntries, subject.userId),
    sources: {
      identity: subject.identity,
      // One that is given takes the place of one that is attached.
      boundary: boundaries.length === 0 ? subject.boundary : compileLayer(compiler, 'boundary', boundaries, true),
      scp: subject.scp,
      resource: readResourcePolicy(compiler, input.ResourcePolicy, resources),
    },
    owner: readOwner(input.ResourceOwner) ?? principal.account,
    inOrganization: subject.inOrganization,
    templates: (action: string) => templatesOf(action, context),
  };
  const work = resources.length * (subject.size + sizeOf(boundaries) + (input.ResourcePolicy?.length ?? 0));
  if (work > MOST_WORK) throw invalidInput('Too many resources for policies of this size. Simulate them in several calls.');
  const { MaxItems, Marker, ...rest } = input;
  const { items, end } = await takePage(
    context,
    { operation, filters: [digest(JSON.stringify(rest))] },
    { Marker, MaxItems: Math.max(1, Math.min(MaxItems ?? 100, Math.floor(PAGE_WORK / Math.max(1, work)))) },
    (after) => actions.map((_, index) => index).slice(after === undefined ? 0 : Number(after[0]) + 1),
    (index) => [String(index)],
  );
  return { EvaluationResults: items.map((index) => simulateAction(simulation, actions[index] ?? '', resources)), ...end };
}

/** The ARN templates of the resources that an action takes, those that it must have first. */
function templatesOf(action: string, { installation }: Scope): readonly string[] {
  const [prefix = '', name = ''] = action.split(':');
  const service = installation.serviceAuthorizations.service(prefix);
  const published = Object.entries(service?.actions ?? {}).find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
  return (published?.resources ?? [])
    .toSorted((a, b) => Number(b.required ?? false) - Number(a.required ?? false))
    .flatMap(({ type }) => service?.resourceTypes[type]?.arn ?? []);
}
