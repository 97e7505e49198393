import type { CreateProjectInput, UpdateProjectInput } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import { lowerAlphanumeric } from '../../../core/id.ts';
import type { Valid } from '../../../model/valid.ts';
import { phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, withoutTags } from '../create.ts';
import { conflict, invalid } from '../errors.ts';
import { familyOf } from '../family-of.ts';
import type { Course } from '../lifecycle.ts';
import { requirePassedRoles } from '../passed-roles.ts';
import type { Found } from '../resources.ts';
import { withTags } from '../tag-rules.ts';
import { createdBy, modifiedBy } from '../user-context.ts';
import { isPortfolioEnabled } from './servicecatalog-portfolio.ts';

type Input = Valid<CreateProjectInput>;
type Identity = { readonly ProjectName: string };
export type ProjectSettings = Omit<Input, 'Tags'> & {
  readonly ProjectId: string;
  /** Of what Service Catalog would have provisioned. */
  readonly provisionedProductId?: string;
} & ReturnType<typeof createdBy>;

/** States in which nothing is under way. */
const SETTLED: readonly (string | undefined)[] = ['CreateCompleted', 'CreateFailed', 'UpdateCompleted', 'UpdateFailed', 'DeleteFailed'];

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProject.html */
export const project = familyOf<Identity, ProjectSettings>({
  type: 'project',
  noun: 'Project',
  names: 'unique regardless of case',
  status: 'ProjectStatus',
  missing: ({ arn }) => invalid(`Project ${arn} does not exist.`),
  taken: ({ arn }) => invalid(`Project already exists: ${arn}`),
  describe: ({ settings }) => ({
    ...settings,
    ...(settings.provisionedProductId !== undefined && {
      ServiceCatalogProvisionedProductDetails: { ProvisionedProductId: settings.provisionedProductId },
    }),
    TemplateProviderDetails: settings.TemplateProviders?.flatMap(({ CfnTemplateProvider }) =>
      CfnTemplateProvider ? [{ CfnTemplateProviderDetail: CfnTemplateProvider }] : [],
    ),
  }),
  list: { operation: 'ListProjects', result: 'ProjectSummaryList', sort: 'CreationTime', order: 'Ascending' },
  deletion: {
    refuse: (resource, status) => requireSettled(resource, status),
    // It can be seen after that; its name is free.
    course: [{ status: 'DeleteInProgress', seconds: 30 }, { status: 'DeleteCompleted' }],
  },
});

/**
 * @throws ValidationException  it is deleted
 * @throws ConflictException    (unverified sentence) something is under way
 */
function requireSettled({ arn }: { readonly arn: string }, status: string | undefined): void {
  if (status === 'DeleteCompleted') throw invalid(`Project ${arn} is in DeleteCompleted status and cannot be modified.`);
  if (!SETTLED.includes(status)) throw conflict(`Project ${arn} is in ${status} status.`);
}

const courseTo = (verb: 'Create' | 'Update'): Course => [
  ...(verb === 'Create' ? [{ status: 'Pending', seconds: 5 }] : []),
  { status: `${verb}InProgress`, seconds: 60 },
  { status: `${verb}Completed` },
];

/** @throws ValidationException  (unverified sentences) Service Catalog is not enabled for SageMaker here; not exactly one template */
async function requireTemplate(input: Input, context: OperationContext<Found>): Promise<void> {
  const { ServiceCatalogProvisioningDetails, TemplateProviders } = input;
  if ((ServiceCatalogProvisioningDetails === undefined) === (TemplateProviders === undefined))
    throw invalid('Exactly one of ServiceCatalogProvisioningDetails and TemplateProviders must be specified.');
  if (ServiceCatalogProvisioningDetails && !(await isPortfolioEnabled(context)))
    throw invalid(
      'Service Catalog is not enabled for SageMaker projects in this account. Enable it with EnableSagemakerServicecatalogPortfolio.',
    );
}

/**
 * Creates a project. What its template says is not provisioned.
 * @throws ValidationException  the name is taken; not exactly one template; Service Catalog is not enabled; a role of another account
 */
export const createProject = create<Input, ProjectSettings>(project, {
  name: (input) => input.ProjectName,
  replaces: ['DeleteCompleted'],
  before: requireTemplate,
  draft: (input, call) => ({
    settings: {
      ...withoutTags(input),
      ProjectId: `p-${lowerAlphanumeric(12, call.installation.random)}`,
      ...(input.ServiceCatalogProvisioningDetails && { provisionedProductId: `pp-${lowerAlphanumeric(13, call.installation.random)}` }),
      ...createdBy(call),
    },
    course: courseTo('Create'),
  }),
  answer: ({ arn, settings }) => ({ ProjectArn: arn, ProjectId: settings.ProjectId }),
});

const byName = <Parameter extends { readonly Key?: string | undefined }>(
  held: readonly Parameter[] | undefined,
  laid: readonly Parameter[] | undefined,
): readonly Parameter[] => [...new Map([...(held ?? []), ...(laid ?? [])].map((each) => [each.Key, each])).values()];

/**
 * Changes a project, its tags, or the version and parameters of its template.
 * @throws ValidationException  no such project; it is deleted; (unverified sentence) a template of the other kind
 * @throws ConflictException    something is under way
 */
export const updateProject = change<Identity, ProjectSettings, Valid<UpdateProjectInput>>(
  project,
  async (resource, input, call) => {
    requireSettled(resource, phaseAt(resource, call.now)?.status);
    await requirePassedRoles('UpdateProject', input, call);
    const { settings } = resource;
    const { ServiceCatalogProvisioningUpdateDetails: product, TemplateProvidersToUpdate: templates } = input;
    if ((product && !settings.ServiceCatalogProvisioningDetails) || (templates && !settings.TemplateProviders))
      throw invalid(`Project ${resource.arn} has no template of this kind.`);
    const changes: Partial<ProjectSettings> = {
      ...(input.ProjectDescription !== undefined && { ProjectDescription: input.ProjectDescription }),
      ...(product &&
        settings.ServiceCatalogProvisioningDetails && {
          ServiceCatalogProvisioningDetails: {
            ...settings.ServiceCatalogProvisioningDetails,
            ...(product.ProvisioningArtifactId !== undefined && { ProvisioningArtifactId: product.ProvisioningArtifactId }),
            ProvisioningParameters: [
              ...byName(settings.ServiceCatalogProvisioningDetails.ProvisioningParameters, product.ProvisioningParameters),
            ],
          },
        }),
      ...(templates && { TemplateProviders: withTemplates(settings, templates) }),
      ...modifiedBy(call),
    };
    const changed: SageMakerResource<ProjectSettings> = onCourse(resource, courseTo('Update'), call, changes);
    return { ...changed, tags: withTags(resource.tags, input.Tags ?? []) };
  },
  { answer: ({ arn }) => ({ ProjectArn: arn }) },
);

/** A project's templates with others of the same name in their place. */
function withTemplates(
  { TemplateProviders = [] }: ProjectSettings,
  updates: NonNullable<Valid<UpdateProjectInput>['TemplateProvidersToUpdate']>,
): NonNullable<ProjectSettings['TemplateProviders']> {
  return TemplateProviders.map((held) => {
    const update = updates.find((each) => each.CfnTemplateProvider?.TemplateName === held.CfnTemplateProvider?.TemplateName);
    return held.CfnTemplateProvider && update?.CfnTemplateProvider
      ? { CfnTemplateProvider: { ...held.CfnTemplateProvider, ...update.CfnTemplateProvider } }
      : held;
  });
}
