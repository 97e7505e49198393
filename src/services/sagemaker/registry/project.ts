import type { CreateProjectInput, UpdateProjectInput } from '@aws-sdk/client-sagemaker';
import type { Handler, OperationContext } from '../../../authorization/operation.ts';
import { lowerAlphanumeric } from '../../../core/id.ts';
import type { Valid } from '../../../model/valid.ts';
import type { Writer } from '../../../store/store.ts';
import { keyOf } from '../../../store/table.ts';
import { phaseAt, type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { change, onCourse, remove } from '../change.ts';
import { create, withoutTags } from '../create.ts';
import { conflict, invalid } from '../errors.ts';
import { findByArn } from '../family.ts';
import { familyOf } from '../family-of.ts';
import type { Course } from '../lifecycle.ts';
import type { Found } from '../resources.ts';
import { withTags } from '../tag-rules.ts';
import { createdBy, modifiedBy } from '../user-context.ts';
import { launchTemplate, terminateTemplate, updateTemplate } from './project-template.ts';
import { isPortfolioEnabled } from './servicecatalog-portfolio.ts';

type Input = Valid<CreateProjectInput>;
type Identity = { readonly ProjectName: string };
export type ProjectSettings = Omit<Input, 'Tags'> & {
  readonly ProjectId: string;
  /** What was launched in Service Catalog. */
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

const makeProject = create<Input, ProjectSettings>(project, {
  name: (input) => input.ProjectName,
  replaces: ['DeleteCompleted'],
  before: requireTemplate,
  draft: (input, call) => ({
    settings: {
      ...withoutTags(input),
      ProjectId: `p-${lowerAlphanumeric(12, call.installation.random)}`,
      ...createdBy(call),
    },
    course: courseTo('Create'),
  }),
  answer: ({ arn, settings }) => ({ ProjectArn: arn, ProjectId: settings.ProjectId }),
});

/**
 * Creates a project, and launches its product in Service Catalog as the caller. What its template says is not made. The project is there first:
 * what cannot be a project launches nothing, and where nothing is launched there is no project.
 * @throws ValidationException  the name is taken; not exactly one template; Service Catalog is not enabled, or refuses; a role of another account
 */
export const createProject: Handler<Input, Found> = async (input, context) => {
  const { ServiceCatalogProvisioningDetails: details, ProjectName: name, Tags: tags } = input;
  const made = (await makeProject(input, context)) as { readonly ProjectArn: string; readonly ProjectId: string };
  if (!details) return made;
  const { store } = context.installation;
  const { ProjectArn: arn, ProjectId: id } = made;
  /** Does something with the project, unless it has gone meanwhile. */
  const withProject = (work: (writer: Writer, resource: SageMakerResource<ProjectSettings>) => Promise<unknown>) =>
    store.write(async (writer) => {
      const resource = await findByArn<ProjectSettings>(project, arn, { ...context, reader: writer });
      if (resource?.settings.ProjectId === id) await work(writer, resource);
    });
  try {
    const { provisionedProductId, artifactId } = await launchTemplate(details, { name, id, arn, tags }, context);
    const launched = { provisionedProductId, ServiceCatalogProvisioningDetails: { ...details, ProvisioningArtifactId: artifactId } };
    await withProject((writer, resource) =>
      writer.update(sageMakerResources, { ...resource, settings: { ...resource.settings, ...launched } }),
    );
  } catch (error) {
    await withProject((writer, resource) => writer.delete(sageMakerResources, keyOf(sageMakerResources, resource)));
    throw error;
  }
  return made;
};

const byName = <Parameter extends { readonly Key?: string | undefined }>(
  held: readonly Parameter[] | undefined,
  laid: readonly Parameter[] | undefined,
): readonly Parameter[] => [...new Map([...(held ?? []), ...(laid ?? [])].map((each) => [each.Key, each])).values()];

/**
 * Changes a project, its tags, or the version and parameters of its template.
 * @throws ValidationException  no such project; it is deleted; (unverified sentence) a template of the other kind
 * @throws ConflictException    something is under way
 */
export const updateProject: Handler<Valid<UpdateProjectInput>, Found> = async (input, context) => {
  const { ServiceCatalogProvisioningUpdateDetails: product } = input;
  const launched = launchedOf(context);
  if (product && launched) {
    requireSettled(launched.resource, phaseAt(launched.resource, context.now)?.status);
    await updateTemplate(launched.id, product, context);
  }
  return changeProject(input, context);
};

/** What the project of a call has launched. */
function launchedOf({ target }: OperationContext<Found>): { readonly resource: SageMakerResource; readonly id: string } | undefined {
  const resource = target.stored?.resource;
  const id = (resource?.settings as ProjectSettings | undefined)?.provisionedProductId;
  return resource && id !== undefined ? { resource, id } : undefined;
}

/** Deletes a project, and terminates what it has launched. */
export const deleteProject: Handler<Identity, Found> = async (input, context) => {
  const launched = launchedOf(context);
  if (launched) {
    requireSettled(launched.resource, phaseAt(launched.resource, context.now)?.status);
    await terminateTemplate(launched.id, context);
  }
  return removeProject(input, context);
};

const removeProject = remove(project);

const changeProject = change<Identity, ProjectSettings, Valid<UpdateProjectInput>>(
  project,
  async (resource, input, call) => {
    requireSettled(resource, phaseAt(resource, call.now)?.status);
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
