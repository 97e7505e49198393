import type {
  CreateInferenceComponentInput,
  UpdateInferenceComponentInput,
  UpdateInferenceComponentRuntimeConfigInput,
} from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { invalid } from '../errors.ts';
import { arnOf, liveIn, need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { requireStatus, statusOf } from '../status.ts';
import { endpoint, variantsOf } from './endpoint.ts';
import { model } from './model.ts';

type Input = Valid<CreateInferenceComponentInput>;
type Identity = { readonly InferenceComponentName: string };
type Specification = NonNullable<Input['Specification']>;
export type InferenceComponentSettings = Omit<Input, 'Tags'> & {
  /** Copies that ran before the change under way. */
  readonly copiesBefore: number;
  readonly LastDeploymentConfig?: Valid<UpdateInferenceComponentInput>['DeploymentConfig'];
};

const UPDATING = [{ status: 'Updating', seconds: 120 }, { status: 'InService' }];

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateInferenceComponent.html */
export const inferenceComponent = familyOf<Identity, InferenceComponentSettings>({
  type: 'inference-component',
  noun: 'InferenceComponent',
  status: 'InferenceComponentStatus',
  missing: ({ arn }) => invalid(`Could not find inference component "${arn}".`),
  taken: ({ arn }) => invalid(`Cannot create already existing inference component "${arn}".`),
  describe: (resource, now) => {
    const { accountId: account, region, settings } = resource;
    const { EndpointName, RuntimeConfig, copiesBefore, Specification, Specifications } = settings;
    const isSettled = phaseAt(resource, now)?.status === 'InService';
    return {
      ...settings,
      EndpointArn: arnOf(endpoint, { EndpointName }, { account, region }),
      ...(Specification && { Specification: shown(Specification) }),
      ...(Specifications && { Specifications: Specifications.map(shown) }),
      RuntimeConfig: RuntimeConfig && {
        DesiredCopyCount: RuntimeConfig.CopyCount,
        CurrentCopyCount: isSettled ? RuntimeConfig.CopyCount : copiesBefore,
      },
    };
  },
  list: {
    operation: 'ListInferenceComponents',
    result: 'InferenceComponents',
    sort: 'CreationTime',
    order: 'Descending',
    passes: ({ settings }, { EndpointNameEquals, VariantNameEquals }) =>
      (EndpointNameEquals === undefined || settings.EndpointName === EndpointNameEquals) &&
      (VariantNameEquals === undefined || settings.VariantName === VariantNameEquals),
  },
  deletion: {
    refuse: async (resource, status, scope) => {
      // (unverified) all sentences, but for what AWS's clients look for in them
      if (status === 'Deleting') throw invalid(`Inference component "${resource.arn}" is in status DELETE_IN_PROGRESS.`);
      requireStatus(resource, ['InService', 'Failed'], scope, invalid);
      for await (const other of liveIn(scope, 'owner', [scope.account, scope.region, ownerOf(resource.id)]))
        throw invalid(`"${resource.arn}" is a base inference component for one or more associated adapters: ${other.name}.`);
    },
    course: [{ status: 'Deleting', seconds: 30 }, { status: GONE }],
  },
});

/** How adapters name the component that they add to. */
const ownerOf = (id: string): string => `inference-component/${id}`;

/** A specification as descriptions show it. */
const shown = ({ Container, ...more }: Specification) => ({
  ...more,
  ...(Container && {
    Container: { ...Container, ...(Container.Image !== undefined && { DeployedImage: { SpecifiedImage: Container.Image } }) },
  }),
});

type Specified = Pick<Input, 'Specification' | 'Specifications'>;

const specificationsOf = ({ Specification, Specifications = [] }: Specified): readonly Specification[] =>
  Specification ? [Specification, ...Specifications] : Specifications;

/**
 * Makes sure of what specifications name. (unverified sentences)
 * @returns the component that the others are adapters of, if they are
 * @throws ValidationException  both forms; nothing to run; a model or a base that is not there
 */
async function requireSpecified(input: Specified, call: Writing): Promise<SageMakerResource<InferenceComponentSettings> | undefined> {
  if (input.Specification && input.Specifications) throw invalid('Only one of Specification and Specifications may be specified.');
  let base: SageMakerResource<InferenceComponentSettings> | undefined;
  for (const { ModelName, Container, BaseInferenceComponentName } of specificationsOf(input)) {
    if (ModelName !== undefined) await need(model, { ModelName }, call);
    if (BaseInferenceComponentName !== undefined)
      base = await need(inferenceComponent, { InferenceComponentName: BaseInferenceComponentName }, call);
    else if (ModelName === undefined && Container === undefined)
      throw invalid('A specification needs a ModelName, a Container or a BaseInferenceComponentName.');
  }
  return base;
}

/**
 * Creates an inference component: a model in copies of its own on an endpoint's instances, or an adapter of another component.
 * @throws ValidationException  the name is taken; the endpoint, its variant, a model or the base component is not there; the endpoint is not in service; the variant has a model
 */
export const createInferenceComponent = create<Input, InferenceComponentSettings>(inferenceComponent, {
  name: (input) => input.InferenceComponentName,
  draft: async (input, call) => {
    const on = await need(endpoint, input, call);
    // (unverified) sentences
    if (specificationsOf(input).length === 0) throw invalid('One of Specification and Specifications must be specified.');
    const base = await requireSpecified(input, call);
    const status = statusOf(on, call);
    if (status !== 'InService') throw invalid(`Endpoint "${on.arn}" is in status ${status}, not InService.`);
    const VariantName = input.VariantName ?? base?.settings.VariantName;
    if (VariantName === undefined) throw invalid('VariantName is required for a component that is no adapter.');
    const takesComponents = variantsOf(on, call.now).get(VariantName);
    if (takesComponents === undefined) throw invalid(`Could not find variant "${VariantName}" of endpoint "${on.arn}".`);
    if (!takesComponents) throw invalid(`Variant "${VariantName}" of endpoint "${on.arn}" has a model and takes no inference components.`);
    if (!base && input.RuntimeConfig === undefined) throw invalid('RuntimeConfig is required for a component that is no adapter.');
    return {
      settings: { ...withoutTags(input), VariantName, copiesBefore: 0 },
      course: [{ status: 'Creating', seconds: 120 }, { status: 'InService' }],
      parent: on.id,
      ...(base && { owner: ownerOf(base.id) }),
    };
  },
});

const answer = ({ arn }: SageMakerResource) => ({ InferenceComponentArn: arn });

/** The copies that run now: those a change starts from. */
const copiesOf = ({ settings }: SageMakerResource<InferenceComponentSettings>): number => settings.RuntimeConfig?.CopyCount ?? 0;

/**
 * Changes what a component runs, or in how many copies.
 * @throws ValidationException  no such component; a change is under way; nothing to change; what is named is not there
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateInferenceComponent.html
 */
export const updateInferenceComponent = change<Identity, InferenceComponentSettings, Valid<UpdateInferenceComponentInput>>(
  inferenceComponent,
  async (resource, input, call) => {
    requireStatus(resource, ['InService', 'Failed'], call, invalid);
    const { Specification, Specifications, RuntimeConfig, DeploymentConfig } = input;
    // (unverified) sentence
    if (specificationsOf(input).length === 0 && RuntimeConfig === undefined)
      throw invalid('At least one of Specification, Specifications and RuntimeConfig must be specified.');
    await requireSpecified(input, call);
    const { Specification: _one, Specifications: _several, ...held } = resource.settings;
    const settings = Specification || Specifications ? held : resource.settings;
    return onCourse({ ...resource, settings }, UPDATING, call, {
      copiesBefore: copiesOf(resource),
      ...(Specification && { Specification }),
      ...(Specifications && { Specifications }),
      ...(RuntimeConfig && { RuntimeConfig }),
      ...(DeploymentConfig && { LastDeploymentConfig: DeploymentConfig }),
    });
  },
  { answer },
);

/** @throws ValidationException  no such component, or a change is under way */
export const updateInferenceComponentRuntimeConfig = change<
  Identity,
  InferenceComponentSettings,
  Valid<UpdateInferenceComponentRuntimeConfigInput>
>(
  inferenceComponent,
  (resource, { DesiredRuntimeConfig }, call) => {
    requireStatus(resource, ['InService'], call, invalid);
    return onCourse(resource, UPDATING, call, { copiesBefore: copiesOf(resource), RuntimeConfig: DesiredRuntimeConfig });
  },
  { answer },
);
