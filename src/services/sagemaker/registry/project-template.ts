import type { CreateProjectInput, UpdateProjectInput } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import { uuid } from '../../../core/id.ts';
import { ServiceError } from '../../../core/service-error.ts';
import type { Valid } from '../../../model/valid.ts';
import { invalid } from '../errors.ts';
import type { Found } from '../resources.ts';

/*
 * What a project is made of in Service Catalog. SageMaker launches it with the identity of whoever calls, who needs what anybody needs that
 * launches it: Service Catalog's permissions, and a portfolio to be a principal of.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-projects-templates.html
 */

type Details = NonNullable<Valid<CreateProjectInput>['ServiceCatalogProvisioningDetails']>;
type Updates = NonNullable<Valid<UpdateProjectInput>['ServiceCatalogProvisioningUpdateDetails']>;
type Context = OperationContext<Found>;

/** What of Service Catalog's answers is needed here. */
interface Record {
  readonly RecordDetail: { readonly ProvisionedProductId: string };
}
interface Product {
  readonly ProvisioningArtifacts: readonly { readonly Id: string }[];
}

/** What is wrong with a product is wrong with the request; a denial stays one. */
const MISTAKES = ['ResourceNotFoundException', 'InvalidParametersException', 'DuplicateResourceException', 'LimitExceededException'];

/** @throws ValidationException  Service Catalog refuses it, in its words  @throws AccessDeniedException  the caller may not */
async function ask(operation: string, input: object, context: Context): Promise<object> {
  try {
    return await context.forward('servicecatalog', operation, input);
  } catch (error) {
    if (error instanceof ServiceError && MISTAKES.includes(error.code)) throw invalid(error.message);
    throw error;
  }
}

export interface Project {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly tags: Valid<CreateProjectInput>['Tags'];
}

/**
 * Launches a project's product, in the version that the request names or else its newest.
 * @returns the id of what is launched, and the version
 */
export async function launchTemplate(
  { ProductId, ProvisioningArtifactId, PathId, ProvisioningParameters = [] }: Details,
  { name, id, arn, tags = [] }: Project,
  context: Context,
): Promise<{ readonly provisionedProductId: string; readonly artifactId: string }> {
  const product = (await ask('DescribeProduct', { Id: ProductId }, context)) as Product;
  const artifactId = ProvisioningArtifactId ?? product.ProvisioningArtifacts.at(-1)?.Id;
  if (artifactId === undefined) throw invalid(`Product ${ProductId} has no version that is active.`);
  const { RecordDetail } = (await ask(
    'ProvisionProduct',
    {
      ProductId,
      ProvisioningArtifactId: artifactId,
      ...(PathId !== undefined && { PathId }),
      ProvisionedProductName: `${name}-${id}`,
      ProvisioningParameters: [
        ...ProvisioningParameters,
        { Key: 'SageMakerProjectName', Value: name },
        { Key: 'SageMakerProjectId', Value: id },
      ],
      Tags: [
        ...tags,
        { Key: 'sagemaker:project-arn', Value: arn },
        { Key: 'sagemaker:project-id', Value: id },
        { Key: 'sagemaker:project-name', Value: name },
      ],
      ProvisionToken: uuid(context.installation.random),
    },
    context,
  )) as Record;
  return { provisionedProductId: RecordDetail.ProvisionedProductId, artifactId };
}

export async function updateTemplate(
  provisionedProductId: string,
  { ProvisioningArtifactId, ProvisioningParameters }: Updates,
  context: Context,
): Promise<void> {
  await ask(
    'UpdateProvisionedProduct',
    {
      ProvisionedProductId: provisionedProductId,
      ...(ProvisioningArtifactId !== undefined && { ProvisioningArtifactId }),
      ...(ProvisioningParameters && { ProvisioningParameters }),
      UpdateToken: uuid(context.installation.random),
    },
    context,
  );
}

/** Terminates what was launched; somebody may have done so before. */
export async function terminateTemplate(provisionedProductId: string, context: Context): Promise<void> {
  const input = { ProvisionedProductId: provisionedProductId, TerminateToken: uuid(context.installation.random) };
  try {
    await context.forward('servicecatalog', 'TerminateProvisionedProduct', input);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === 'ResourceNotFoundException') return;
    throw MISTAKES.includes(error.code) ? invalid(error.message) : error;
  }
}
