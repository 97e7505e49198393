import type {
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyVersionRequest,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  PolicyVersion as PolicyVersionShape,
  SetDefaultPolicyVersionRequest,
} from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { managedPolicies } from '../../store/tables/iam.ts';
import { deleteConflict, limitExceeded, noSuchEntity } from './errors.ts';
import { authorisedPolicy, findDocument, noSuchPolicy, type PolicyView, refuseUnfitManagedDocument } from './managed-policy.ts';
import { takePageOf } from './page.ts';
import { encodeDocument } from './policy-document.ts';
import { quotaOf } from './quota.ts';

/** 404 */
const noSuchVersion = (arn: string, versionId: string): ServiceError =>
  noSuchEntity(`Policy ${arn} version ${versionId} does not exist or is not attachable.`);

const versionShape = (policy: PolicyView, version: { readonly versionId: string; readonly createdAt: number }): PolicyVersionShape => ({
  VersionId: version.versionId,
  IsDefaultVersion: version.versionId === policy.defaultVersionId,
  CreateDate: new Date(version.createdAt),
});

/**
 * Adds a version, and makes it the one in force if asked to. Numbers grow for ever: a deleted version's is not used again.
 * @throws NoSuchEntity             404
 * @throws MalformedPolicyDocument  400
 * @throws LimitExceeded            409  PolicySize; five versions already
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
 */
export async function createPolicyVersion(
  input: Valid<CreatePolicyVersionRequest>,
  context: OperationContext<PolicyView>,
): Promise<CreatePolicyVersionResponse> {
  await authorisedPolicy(context.reader, context, input.PolicyArn);
  refuseUnfitManagedDocument(context, input.PolicyDocument);
  const inForce = input.SetAsDefault ?? false;
  const versionId = await context.installation.store.write(async (writer) => {
    const policy = await authorisedPolicy(writer, context, input.PolicyArn);
    const limit = quotaOf(context, 'VersionsPerPolicy');
    if (policy.versions.length >= limit)
      throw limitExceeded(
        `A managed policy can have up to ${limit} versions. Before you create a new version, you must delete an existing version.`,
      );
    const id = `v${policy.nextVersion}`;
    await writer.update(managedPolicies, {
      ...policy,
      updatedAt: context.now,
      versions: [...policy.versions, { versionId: id, document: input.PolicyDocument, createdAt: context.now }],
      defaultVersionId: inForce ? id : policy.defaultVersionId,
      nextVersion: policy.nextVersion + 1,
    });
    return id;
  });
  return { PolicyVersion: { VersionId: versionId, IsDefaultVersion: inForce, CreateDate: new Date(context.now) } };
}

/**
 * @throws NoSuchEntity  404  the policy, or the version
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
 */
export async function getPolicyVersion(
  input: Valid<GetPolicyVersionRequest>,
  context: OperationContext<PolicyView>,
): Promise<GetPolicyVersionResponse> {
  const policy = context.target.stored;
  if (!policy) throw noSuchPolicy(input.PolicyArn);
  const version = policy.versions.find(({ versionId }) => versionId === input.VersionId);
  const document = version && (await findDocument(context.reader, context, policy.arn, version.versionId));
  if (!version || document === undefined) throw noSuchVersion(input.PolicyArn, input.VersionId);
  return { PolicyVersion: { Document: encodeDocument(document), ...versionShape(policy, version) } };
}

/**
 * Newest first, without documents.
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html
 */
export async function listPolicyVersions(
  input: Valid<ListPolicyVersionsRequest>,
  context: OperationContext<PolicyView>,
): Promise<ListPolicyVersionsResponse> {
  const policy = context.target.stored;
  if (!policy) throw noSuchPolicy(input.PolicyArn);
  const { items, end } = await takePageOf(
    context,
    { operation: 'ListPolicyVersions', filters: [policy.arn] },
    input,
    policy.versions,
    // Higher numbers first: the order is that of the text.
    ({ versionId }) => [String(1e12 - Number(versionId.slice(1)))],
  );
  return { Versions: items.map((version) => versionShape(policy, version)), ...end };
}

/**
 * @throws NoSuchEntity    404  the policy, or the version
 * @throws DeleteConflict  409  it is the default version
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html
 */
export async function deletePolicyVersion(
  input: Valid<DeletePolicyVersionRequest>,
  context: OperationContext<PolicyView>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const policy = await authorisedPolicy(writer, context, input.PolicyArn);
    if (!policy.versions.some(({ versionId }) => versionId === input.VersionId)) throw noSuchVersion(input.PolicyArn, input.VersionId);
    if (policy.defaultVersionId === input.VersionId) throw deleteConflict('Cannot delete the default version of a policy.');
    await writer.update(managedPolicies, {
      ...policy,
      versions: policy.versions.filter(({ versionId }) => versionId !== input.VersionId),
    });
  });
  return {};
}

/**
 * Puts a version in force wherever the policy is attached.
 * @throws NoSuchEntity  404  the policy, or the version
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
 */
export async function setDefaultPolicyVersion(
  input: Valid<SetDefaultPolicyVersionRequest>,
  context: OperationContext<PolicyView>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const policy = await authorisedPolicy(writer, context, input.PolicyArn);
    if (!policy.versions.some(({ versionId }) => versionId === input.VersionId)) throw noSuchVersion(input.PolicyArn, input.VersionId);
    await writer.update(managedPolicies, { ...policy, defaultVersionId: input.VersionId });
  });
  return {};
}
