import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  Policy as PolicyShape,
} from '@aws-sdk/client-iam';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { iamArn } from '../../core/arn.ts';
import { uniqueId } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { ManagedPolicies } from '../../model/managed-policies.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { attachments, type ManagedPolicy, managedPolicies, roles, users } from '../../store/tables/iam.ts';
import { concurrentModification, deleteConflict, entityAlreadyExists, noSuchEntity } from './errors.ts';
import { comparePositions, takePage } from './page.ts';
import { hasPathPrefix, ROOT_PATH } from './path.ts';
import { isAwsManaged, readPolicyArn } from './policy-arn.ts';
import { documentSize, refuseMalformedDocument } from './policy-document.ts';
import { quotaExceeded, quotaOf, refuseOverQuota } from './quota.ts';
import { newTags } from './tag-rules.ts';
import { keep, walkRows } from './walk.ts';

/** A managed policy as it is shown, whoever keeps it. */
export interface PolicyView {
  readonly arn: string;
  readonly policyName: string;
  readonly policyId: string;
  readonly path: string;
  readonly defaultVersionId: string;
  readonly description?: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Newest first. */
  readonly versions: readonly { readonly versionId: string; readonly createdAt: number }[];
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** 404 */
export const noSuchPolicy = (arn: string): ServiceError => noSuchEntity(`Policy ${arn} was not found.`);

/**
 * The managed policy of an ARN, if it is AWS's or of this account. An ARN is compared as it stands: case and path count.
 * @throws ValidationError, InvalidInput  400  not the ARN of a policy
 */
export async function findPolicy(
  reader: Reader,
  scope: Pick<Scope, 'account' | 'installation'>,
  arn: string,
): Promise<PolicyView | undefined> {
  const { account } = readPolicyArn(arn);
  if (account === 'aws') return awsPolicyView(scope.installation.awsManagedPolicies, arn);
  if (account !== scope.account) return undefined;
  const row = await reader.find(managedPolicies, 'arn', [arn]);
  return row && policyView(row);
}

export const policyView = (policy: ManagedPolicy): PolicyView => ({
  ...policy,
  versions: policy.versions.toSorted((a, b) => versionNumber(b.versionId) - versionNumber(a.versionId)),
});

const versionNumber = (versionId: string): number => Number(versionId.slice(1));

function awsPolicyView(awsManagedPolicies: ManagedPolicies, arn: string): PolicyView | undefined {
  const policy = awsManagedPolicies.get(arn);
  return policy && { ...policy, tags: [] };
}

/** The text of a version; undefined when there is none of that id. */
export async function findDocument(
  reader: Reader,
  scope: Pick<Scope, 'account' | 'installation'>,
  arn: string,
  versionId: string,
): Promise<string | undefined> {
  if (isAwsManaged(readPolicyArn(arn))) return scope.installation.awsManagedPolicies.document(arn, versionId);
  const row = await reader.find(managedPolicies, 'arn', [arn]);
  return row?.versions.find((version) => version.versionId === versionId)?.document;
}

/** How often an account uses a policy: attached, and as a permissions boundary. */
export async function usageOf(reader: Reader, account: string, arn: string): Promise<{ attached: number; bounding: number }> {
  const attached = await reader.count(attachments, { index: 'policy', prefix: [account, arn] });
  const boundedUsers = await reader.count(users, { index: 'boundary', prefix: [arn, account] });
  const boundedRoles = await reader.count(roles, { index: 'boundary', prefix: [arn, account] });
  return { attached, bounding: boundedUsers + boundedRoles };
}

/** As listings show a policy: without description and tags. */
export const policyShape = (policy: PolicyView, usage: { attached: number; bounding: number }): PolicyShape => ({
  PolicyName: policy.policyName,
  PolicyId: policy.policyId,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.defaultVersionId,
  AttachmentCount: usage.attached,
  PermissionsBoundaryUsageCount: usage.bounding,
  IsAttachable: true,
  CreateDate: new Date(policy.createdAt),
  UpdateDate: new Date(policy.updatedAt),
});

/**
 * The customer managed policy that was authorised, as it stands in a transaction, to be changed.
 * @throws NoSuchEntity            404
 * @throws AccessDenied            403  it is AWS's: no permission lets anybody change those
 * @throws ConcurrentModification  409
 */
export async function authorisedPolicy(reader: Reader, context: OperationContext<PolicyView>, arn: string): Promise<ManagedPolicy> {
  if (isAwsManaged(readPolicyArn(arn))) {
    // (unverified) code and wording
    throw new ServiceError('AccessDenied', `Policy ${arn} is managed by AWS and cannot be changed.`);
  }
  const policy = await reader.find(managedPolicies, 'arn', [arn]);
  if (!policy) throw noSuchPolicy(arn);
  if (policy.policyId !== context.target.stored?.policyId) throw concurrentModification();
  return policy;
}

/**
 * That a document may become a version of a managed policy.
 * @throws MalformedPolicyDocument  400
 * @throws LimitExceeded            409  PolicySize
 */
export function refuseUnfitManagedDocument(context: Scope, document: string): void {
  refuseMalformedDocument(document, 'managed');
  const limit = quotaOf(context, 'PolicySize');
  if (documentSize(document) > limit) throw quotaExceeded('PolicySize', limit);
}

/**
 * Creates a customer managed policy with its first version.
 * @throws MalformedPolicyDocument  400
 * @throws InvalidInput             400  tags
 * @throws EntityAlreadyExists      409
 * @throws LimitExceeded            409  PolicySize, PoliciesPerAccount
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
 */
export async function createPolicy(input: Valid<CreatePolicyRequest>, context: OperationContext): Promise<CreatePolicyResponse> {
  refuseUnfitManagedDocument(context, input.PolicyDocument);
  const path = input.Path ?? ROOT_PATH;
  const policy: ManagedPolicy = {
    accountId: context.account,
    policyName: input.PolicyName,
    policyId: uniqueId('ANPA', context.account, context.installation.random),
    arn: iamArn(context.account, `policy${path}${input.PolicyName}`),
    path,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    createdAt: context.now,
    updatedAt: context.now,
    tags: newTags(context, input.Tags, 'keeps-case'),
    versions: [{ versionId: 'v1', document: input.PolicyDocument, createdAt: context.now }],
    defaultVersionId: 'v1',
    nextVersion: 2,
  };
  await context.installation.store.write(async (writer) => {
    if (await writer.get(managedPolicies, [context.account, foldCase(policy.policyName)]))
      throw entityAlreadyExists(`A policy called ${policy.policyName} already exists. Duplicate names are not allowed.`);
    refuseOverQuota(context, 'PoliciesPerAccount', await writer.count(managedPolicies, { prefix: [context.account] }));
    await writer.insert(managedPolicies, policy);
  });
  const shape = policyShape(policyView(policy), { attached: 0, bounding: 0 });
  // Without the description, though one was given (unverified).
  return { Policy: policy.tags.length === 0 ? shape : { ...shape, Tags: [...policy.tags] } };
}

/**
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html
 */
export async function getPolicy(input: Valid<GetPolicyRequest>, context: OperationContext<PolicyView>): Promise<GetPolicyResponse> {
  const policy = context.target.stored;
  if (!policy) throw noSuchPolicy(input.PolicyArn);
  return {
    Policy: {
      ...policyShape(policy, await usageOf(context.reader, context.account, policy.arn)),
      ...(policy.description === undefined ? {} : { Description: policy.description }),
      Tags: [...policy.tags],
    },
  };
}

/**
 * Deletes a customer managed policy and its one version.
 * @throws NoSuchEntity    404
 * @throws DeleteConflict  409  still attached or a boundary; more versions than the default one
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
 */
export async function deletePolicy(input: Valid<DeletePolicyRequest>, context: OperationContext<PolicyView>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const policy = await authorisedPolicy(writer, context, input.PolicyArn);
    const usage = await usageOf(writer, context.account, policy.arn);
    if (usage.attached + usage.bounding > 0) throw deleteConflict('Cannot delete a policy attached to entities.');
    if (policy.versions.length > 1)
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    await writer.delete(managedPolicies, [policy.accountId, foldCase(policy.policyName)]);
  });
  return {};
}

/**
 * AWS's policies and the customer's in one order. `PolicyUsageFilter` means something only together with `OnlyAttached`, which without it
 * looks for either use.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
 */
export async function listPolicies(input: Valid<ListPoliciesRequest>, context: OperationContext): Promise<ListPoliciesResponse> {
  const scope = input.Scope ?? 'All';
  const onlyAttached = input.OnlyAttached ?? false;
  const { items, end } = await takePage(
    context,
    { operation: 'ListPolicies', filters: [scope, String(onlyAttached), input.PathPrefix, input.PolicyUsageFilter] },
    input,
    (after) => {
      const walk = keep(walkPolicies(context, scope, after), (policy) => hasPathPrefix(policy.path, input.PathPrefix));
      return onlyAttached ? keepUsed(context, walk, input.PolicyUsageFilter) : walk;
    },
    policyPosition,
  );
  const shapes = [];
  for (const policy of items) shapes.push(policyShape(policy, await usageOf(context.reader, context.account, policy.arn)));
  return { Policies: shapes, ...end };
}

/** By name; of two that share one, AWS's comes first. */
const policyPosition = (policy: PolicyView): readonly string[] => [
  foldCase(policy.policyName),
  policy.arn.startsWith(AWS_POLICIES) ? `aws ${policy.path}` : 'local',
];

const AWS_POLICIES = 'arn:aws:iam::aws:';

async function* walkPolicies(
  context: Scope,
  scope: 'All' | 'AWS' | 'Local',
  after: readonly string[] | undefined,
): AsyncGenerator<PolicyView> {
  const isAhead = (policy: PolicyView) => after === undefined || comparePositions(policyPosition(policy), after) > 0;
  const aws = scope === 'Local' ? [] : awsPoliciesInOrder(context.installation.awsManagedPolicies).filter(isAhead);
  let next = 0;
  if (scope !== 'AWS') {
    // The name that the last page ended with may stand for one more policy, so the rows are asked for from just before it.
    const from = after?.[0] === undefined ? undefined : [`${after[0].slice(0, -1)}`];
    for await (const row of walkRows(context.reader, managedPolicies, { prefix: [context.account] }, from)) {
      const policy = policyView(row);
      if (!isAhead(policy)) continue;
      for (let ahead = aws[next]; ahead && comparePositions(policyPosition(ahead), policyPosition(policy)) < 0; ahead = aws[++next])
        yield ahead;
      yield policy;
    }
  }
  yield* aws.slice(next);
}

async function* keepUsed(
  context: Scope,
  policies: AsyncIterable<PolicyView>,
  filter: 'PermissionsPolicy' | 'PermissionsBoundary' | undefined,
): AsyncGenerator<PolicyView> {
  for await (const policy of policies) {
    const { attached, bounding } = await usageOf(context.reader, context.account, policy.arn);
    if ((filter !== 'PermissionsBoundary' && attached > 0) || (filter !== 'PermissionsPolicy' && bounding > 0)) yield policy;
  }
}

const sorted = new WeakMap<ManagedPolicies, readonly PolicyView[]>();

function awsPoliciesInOrder(awsManagedPolicies: ManagedPolicies): readonly PolicyView[] {
  let known = sorted.get(awsManagedPolicies);
  if (!known) {
    known = awsManagedPolicies
      .list()
      .map((policy) => ({ ...policy, tags: [] }))
      .sort((a, b) => comparePositions(policyPosition(a), policyPosition(b)));
    sorted.set(awsManagedPolicies, known);
  }
  return known;
}
