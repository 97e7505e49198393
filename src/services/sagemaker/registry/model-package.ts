import type {
  BatchDescribeModelPackageInput,
  CreateModelPackageInput,
  DescribeModelPackageInput,
  ListModelPackagesInput,
  UpdateModelPackageInput,
} from '@aws-sdk/client-sagemaker';
import type { Handler, ResourceType, ResourceTypes } from '../../../authorization/operation.ts';
import { parseArn } from '../../../core/arn.ts';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { amended, sent } from '../amend.ts';
import { change, remove } from '../change.ts';
import { create, withoutTags } from '../create.ts';
import { describe, describeResource, projected } from '../describe.ts';
import { conflict, invalid } from '../errors.ts';
import { arnOf, find, findByArn, need, type Place, sageMakerArn, type Where } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { type Course, phasesOf } from '../lifecycle.ts';
import { list } from '../list.ts';
import { newResource } from '../new-resource.ts';
import { requirePassedRoles } from '../passed-roles.ts';
import { type Found, named } from '../resources.ts';
import { createdBy, modifiedBy } from '../user-context.ts';
import { type ModelPackageGroupSettings, modelPackageGroup } from './model-package-group.ts';
import { inOwnersAccount, locateShared, placeOf } from './shared-resource.ts';

type Input = Valid<CreateModelPackageInput>;
type Identity = { readonly ModelPackageName?: string | undefined; readonly ModelPackageArn?: string | undefined };
export type ModelPackageSettings = Omit<Input, 'Tags' | 'ClientToken'> & {
  readonly ModelPackageVersion?: number;
  readonly ApprovalDescription?: string | undefined;
} & ReturnType<typeof createdBy>;

/** Properties that a customer may give a package (model). */
const MAX_METADATA = 50;

/**
 * A package of its own name, or a version in a group: `name`, or `group/3`.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
 */
export const modelPackage = familyOf<Identity, ModelPackageSettings>({
  type: 'model-package',
  noun: 'ModelPackage',
  path: ({ ModelPackageArn, ModelPackageName }) => ModelPackageArn ?? ModelPackageName ?? '',
  arnPath: '${ModelPackageName}',
  status: 'ModelPackageStatus',
  missing: ({ arn }) => invalid(`ModelPackage ${arn} does not exist.`),
  // (unverified) but for its beginning
  taken: ({ arn }) => invalid(`ModelPackage already exists: ${arn}`),
  describe: (resource, now) => ({
    ...resource.settings,
    ModelPackageStatusDetails: {
      ValidationStatuses: (resource.settings.ValidationSpecification?.ValidationProfiles ?? []).map(({ ProfileName }) => ({
        Name: ProfileName,
        Status: phaseAt(resource, now)?.status === 'Completed' ? 'Completed' : 'InProgress',
      })),
      ImageScanStatuses: [],
    },
    SkipModelValidation: resource.settings.SkipModelValidation ?? 'None',
  }),
  list: {
    operation: 'ListModelPackages',
    result: 'ModelPackageSummaryList',
    // Versions are listed without a name.
    more: ({ name, settings }) => ({ ModelPackageName: settings.ModelPackageGroupName === undefined ? name : undefined }),
    sort: 'CreationTime',
    order: 'Ascending',
    within: async ({ ModelPackageGroupName }: { readonly ModelPackageGroupName?: string }, context) =>
      ModelPackageGroupName === undefined ? undefined : (await need(modelPackageGroup, { ModelPackageGroupName }, context)).id,
    passes: ({ settings }, { ModelApprovalStatus, ModelPackageGroupName, ModelPackageType }) =>
      (ModelApprovalStatus === undefined || settings.ModelApprovalStatus === ModelApprovalStatus) &&
      isOfType(settings, (ModelPackageType ?? (ModelPackageGroupName === undefined ? 'Unversioned' : 'Versioned')) as string),
  },
  deletion: { course: [{ status: 'Deleting', seconds: 5 }, { status: GONE }] },
});

const isOfType = ({ ModelPackageGroupName }: ModelPackageSettings, type: string): boolean =>
  type === 'Both' || (type === 'Versioned') === (ModelPackageGroupName !== undefined);

/** Validation takes its time where it is asked for. Nothing is validated. */
const courseOf = ({ ValidationSpecification }: Input): Course =>
  ValidationSpecification
    ? [{ status: 'Pending', seconds: 10 }, { status: 'InProgress', seconds: 120 }, { status: 'Completed' }]
    : [{ status: 'Completed' }];

/** Rules that hold for versions and for packages of their own name. @throws ValidationException  (unverified sentences) */
function refuseUnfit(input: Input): void {
  if (input.ModelPackageGroupName !== undefined) {
    if (input.Tags?.length)
      throw invalid('Tags are not supported for versioned model packages. Add tags to the model package group instead.');
    return;
  }
  if (input.ModelApprovalStatus !== undefined) throw invalid('ModelApprovalStatus cannot be specified for unversioned model packages.');
  if (input.InferenceSpecification?.Containers.some(({ Environment }) => Environment !== undefined))
    throw invalid('Environment variable map cannot be specified when using non-versioned ModelPackages');
}

/** A version of a group: it is numbered where its group is changed. */
const createVersion = change<
  { readonly ModelPackageGroupName: string },
  ModelPackageGroupSettings,
  Input & { readonly ModelPackageGroupName: string }
>(
  modelPackageGroup,
  async (group, input, call) => {
    const version = group.settings.lastVersion + 1;
    const arn = versionArn(group, version);
    const settings: ModelPackageSettings = {
      ...settingsOf(input),
      ModelPackageGroupName: group.name,
      ModelPackageVersion: version,
      ModelApprovalStatus: input.ModelApprovalStatus ?? 'PendingManualApproval',
      ...createdBy(call),
    };
    const more = { name: `${group.name}/${version}`, parent: group.id, settings, phases: phasesOf(courseOf(input), call) };
    await call.reader.insert(sageMakerResources, newResource(modelPackage, arn, call, more));
    return { ...group, settings: { ...group.settings, lastVersion: version } };
  },
  {
    idempotent: 'CreateModelPackage',
    passesRoles: 'CreateModelPackage',
    answer: (group) => ({ ModelPackageArn: versionArn(group, group.settings.lastVersion) }),
  },
);

const versionArn = ({ accountId, region, id }: SageMakerResource, version: number): string =>
  sageMakerArn({ account: accountId, region }, `${modelPackage.type}/${id}/${version}`);

const settingsOf = (input: Input): Omit<Input, 'Tags' | 'ClientToken'> => {
  const { ClientToken: _, ...rest } = withoutTags(input);
  return rest;
};

const createUnversioned = create<Input, ModelPackageSettings>(modelPackage, {
  name: (input) => input.ModelPackageName ?? '',
  draft: (input, call) => ({ settings: { ...settingsOf(input), ...createdBy(call) }, course: courseOf(input) }),
});

/**
 * Creates a package, or the next version in a group: of this account, or of another whose policy allows it.
 * @throws ValidationException  neither name, or both; the name is taken; no such group; what only the other kind can have; a role that cannot be taken up
 * @throws ConflictException    the token came with another request
 */
export const createModelPackage: Handler<Input, Found> = async (input, context) => {
  const { ModelPackageGroupName, ModelPackageName } = input;
  if (ModelPackageName !== undefined && ModelPackageGroupName !== undefined)
    throw invalid('Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot determine which one to use.');
  if (ModelPackageGroupName === undefined && ModelPackageName === undefined) throw invalid('Missing ARN.');
  refuseUnfit(input);
  if (ModelPackageGroupName === undefined) return createUnversioned(input, context);
  // The role must be the caller's own account's, whosever group it is.
  await requirePassedRoles('CreateModelPackage', input, context);
  return inOwnersAccount<Input>(async (asked, owners) => {
    if (!(await find(modelPackageGroup, { ModelPackageGroupName }, owners))) throw invalid('Model Package Group does not exist.');
    return createVersion({ ...asked, ModelPackageGroupName }, owners);
  })(input, context);
};

/** What is created: a package by its name, or any version of a group, as the number is not known before. */
export const createdPackage: ResourceType<Input, Found> = {
  ...named(modelPackage),
  locate: async ({ ModelPackageName = '', ModelPackageGroupName }, scope) => {
    const arn =
      ModelPackageGroupName === undefined ? arnOf(modelPackage, { ModelPackageName }, scope) : versionsArn(ModelPackageGroupName, scope);
    return { ...(await locateShared(modelPackage, arn, scope)), tags: undefined };
  },
};

/** All versions of a group; all packages when none is named. */
export const packagesListed: ResourceType<{ readonly ModelPackageGroupName?: string | undefined }, Found> = {
  name: modelPackage.type,
  arn: 'arn:${Partition}:sagemaker:${Region}:${Account}:model-package/*',
  locate: ({ ModelPackageGroupName }, scope) =>
    ModelPackageGroupName === undefined
      ? { arn: sageMakerArn(scope, `${modelPackage.type}/*`), account: scope.account }
      : locateShared(modelPackage, versionsArn(ModelPackageGroupName, scope), scope),
};

/** `…:model-package/{group}/*`, in the account of the group. */
function versionsArn(ModelPackageGroupName: string, place: Place): string {
  const arn = arnOf(modelPackageGroup, { ModelPackageGroupName }, place);
  return `${arn.replace(`:${modelPackageGroup.type}/`, `:${modelPackage.type}/`)}/*`;
}

/** @throws ValidationException  no such group */
export const listModelPackages = inOwnersAccount(list<ModelPackageSettings, Valid<ListModelPackagesInput>>(modelPackage));

const describePackage = describe(modelPackage);

/** Without the text of its card, if that is wanted (unverified that this is what is left out). */
export const describeModelPackage: Handler<Valid<DescribeModelPackageInput>, Found> = async (input, context) => {
  const package_ = (await describePackage(input, context)) as ModelPackageSettings;
  if (input.IncludedData !== 'MetadataOnly' || !package_.ModelCard) return package_;
  return { ...package_, ModelCard: { ModelCardStatus: package_.ModelCard.ModelCardStatus } };
};

export const deleteModelPackage = inOwnersAccount(remove(modelPackage));

/**
 * Changes a package: its approval, its stage, what it is made of.
 * @throws ValidationException  no such package; (unverified sentences) an approval of a package without versions; more properties than it may have
 * @throws ConflictException    (unverified sentence) it is being made or deleted
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html
 */
export const updateModelPackage = inOwnersAccount(
  change<{ readonly ModelPackageArn: string }, ModelPackageSettings, Valid<UpdateModelPackageInput>>(
    modelPackage,
    (resource, input, call) => {
      const status = phaseAt(resource, call.now)?.status;
      if (status !== 'Completed') throw conflict(`ModelPackage ${resource.arn} is in status ${status}.`);
      const { settings } = resource;
      if (input.ModelApprovalStatus !== undefined && settings.ModelPackageGroupName === undefined)
        throw invalid('ModelApprovalStatus cannot be specified for unversioned model packages.');
      const specifications = [
        ...(settings.AdditionalInferenceSpecifications ?? []),
        ...(input.AdditionalInferenceSpecificationsToAdd ?? []),
      ];
      return {
        ...resource,
        changedAt: call.now,
        settings: {
          ...settings,
          ...sent(
            input,
            'ModelApprovalStatus',
            'ModelPackageRegistrationType',
            'ApprovalDescription',
            'InferenceSpecification',
            'SourceUri',
            'ModelLifeCycle',
          ),
          ...(input.ModelCard && { ModelCard: { ...settings.ModelCard, ...input.ModelCard } }),
          ...(specifications.length > 0 && { AdditionalInferenceSpecifications: specifications }),
          CustomerMetadataProperties: amended(
            'CustomerMetadataProperties',
            MAX_METADATA,
            settings.CustomerMetadataProperties,
            input.CustomerMetadataProperties,
            input.CustomerMetadataPropertiesToRemove,
          ),
          ...modifiedBy(call),
        },
      };
    },
    { idempotent: 'UpdateModelPackage', answer: ({ arn }) => ({ ModelPackageArn: arn }) },
  ),
);

type Batch = Valid<BatchDescribeModelPackageInput>;

/** Every package that a call names. One that the caller may not describe refuses the call. */
export const packagesNamed: ResourceTypes<Batch, Found> = {
  name: modelPackage.type,
  arn: named(modelPackage).arn,
  locateEach: ({ ModelPackageArnList }, scope) =>
    Promise.all([...new Set(ModelPackageArnList)].map((arn) => locateShared(modelPackage, arn, scope))),
};

/**
 * Describes packages by their ARNs. What is not there has an entry of its own, and fails nothing.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BatchDescribeModelPackage.html
 */
export const batchDescribeModelPackage: Handler<Batch, Found> = async ({ ModelPackageArnList }, context) => {
  const ModelPackageSummaries: Record<string, object> = {};
  const BatchDescribeModelPackageErrorMap: Record<string, object> = {};
  for (const arn of new Set(ModelPackageArnList)) {
    const found = await findByArn<ModelPackageSettings>(modelPackage, arn, placeOf(arn, context));
    if (found) ModelPackageSummaries[arn] = describeResource(modelPackage, found, context.now);
    else {
      const { code, message } = modelPackage.missing({ arn, name: arn }, 'describe');
      BatchDescribeModelPackageErrorMap[arn] = { ErrorCode: code, ErrorResponse: message };
    }
  }
  return projected(context.installation, 'BatchDescribeModelPackage', { ModelPackageSummaries, BatchDescribeModelPackageErrorMap });
};

interface OfPackages {
  readonly PrimaryContainer?: { readonly ModelPackageName?: string | undefined } | undefined;
  readonly Containers?: readonly { readonly ModelPackageName?: string | undefined }[] | undefined;
}

const packagesOf = ({ PrimaryContainer, Containers = [] }: OfPackages): string[] =>
  [...(PrimaryContainer ? [PrimaryContainer] : []), ...Containers].flatMap(({ ModelPackageName }) => ModelPackageName ?? []);

/** Packages of other accounts that a model is to be made of: their groups' policies must allow it, and so must the caller's own. */
export const foreignPackages: ResourceTypes<OfPackages> = {
  name: modelPackage.type,
  arn: named(modelPackage).arn,
  locateEach: (input, scope) =>
    Promise.all(
      packagesOf(input)
        .map((ModelPackageName) => arnOf(modelPackage, { ModelPackageName }, scope))
        .filter((arn) => parseArn(arn)?.account !== scope.account)
        .map((arn) => locateShared(modelPackage, arn, scope)),
    ),
};

/**
 * The packages that a model is to be made of: they must be there, and versions approved.
 * @throws ValidationException  they are not
 */
export async function requirePackages(input: OfPackages, where: Where): Promise<void> {
  for (const ModelPackageName of packagesOf(input)) {
    const arn = arnOf(modelPackage, { ModelPackageName }, where);
    const found = await findByArn<ModelPackageSettings>(modelPackage, arn, placeOf(arn, where));
    if (!found) throw modelPackage.missing({ arn, name: arn }, 'describe');
    const { ModelApprovalStatus: approval } = found.settings;
    // (unverified) sentence
    if (approval !== undefined && approval !== 'Approved')
      throw invalid(`ModelPackage ${found.arn} cannot be deployed: its approval status is ${approval}.`);
  }
}
