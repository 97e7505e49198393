import type {
  GetModelPackageGroupPolicyOutput,
  PutModelPackageGroupPolicyInput,
  PutModelPackageGroupPolicyOutput,
} from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import { bindPrincipals, showPrincipals } from '../../../authorization/principal-binding.ts';
import { ServiceError } from '../../../core/service-error.ts';
import type { Valid } from '../../../model/valid.ts';
import { validatePolicy } from '../../../policy/index.ts';
import type { Reader } from '../../../store/store.ts';
import type { SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { invalid } from '../errors.ts';
import { find, nameOf, type Where } from '../family.ts';
import type { Found } from '../resources.ts';
import { save } from '../save.ts';
import { type ModelPackageGroupIdentity, type ModelPackageGroupSettings, modelPackageGroup } from './model-package-group.ts';

/*
 * The policy of a group of model packages. Authorization reads it with every call on the group and its packages (shared-resource.ts); here it
 * is only kept.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy-xaccount.html
 */

type Group = SageMakerResource<ModelPackageGroupSettings>;

async function needGroup(identity: ModelPackageGroupIdentity, where: Where): Promise<Group> {
  const found = await find(modelPackageGroup, identity, where);
  if (!found) throw invalid(`Cannot find Model Package Group: ${nameOf(modelPackageGroup, identity, where).arn}`);
  return found;
}

const noPolicy = ({ arn }: Group): ServiceError => invalid(`Cannot find resource policy for: ${arn}`);

/** @throws ValidationException  (unverified sentences) no policy of resources, or one that names a principal that is not there */
async function bound(document: string, reader: Reader): Promise<string> {
  const error = validatePolicy(document, 'resource');
  if (error) throw invalid(`Invalid resource policy: ${error.message}`);
  try {
    return await bindPrincipals(document, reader);
  } catch (cause) {
    if (cause instanceof ServiceError) throw invalid(`Invalid resource policy: ${cause.message}`);
    throw cause;
  }
}

/**
 * @throws ValidationException  no such group; a policy that is none
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PutModelPackageGroupPolicy.html
 */
export async function putModelPackageGroupPolicy(
  input: Valid<PutModelPackageGroupPolicyInput>,
  context: OperationContext<Found>,
): Promise<PutModelPackageGroupPolicyOutput> {
  return context.installation.store.write(async (writer) => {
    const group = await needGroup(input, { ...context, reader: writer });
    const policy = await bound(input.ResourcePolicy, writer);
    await save(writer, { ...group, settings: { ...group.settings, policy } } as Group, context.now);
    return { ModelPackageGroupArn: group.arn };
  });
}

/** @throws ValidationException  no such group, or it has no policy */
export async function getModelPackageGroupPolicy(
  input: ModelPackageGroupIdentity,
  context: OperationContext<Found>,
): Promise<GetModelPackageGroupPolicyOutput> {
  const group = await needGroup(input, context);
  if (group.settings.policy === undefined) throw noPolicy(group);
  return { ResourcePolicy: await showPrincipals(group.settings.policy, context.reader) };
}

/** @throws ValidationException  no such group, or it has no policy */
export async function deleteModelPackageGroupPolicy(input: ModelPackageGroupIdentity, context: OperationContext<Found>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const group = await needGroup(input, { ...context, reader: writer });
    const { policy, ...settings } = group.settings;
    if (policy === undefined) throw noPolicy(group);
    await save(writer, { ...group, settings } as Group, context.now);
  });
  return {};
}
