import { isDeepStrictEqual } from 'node:util';
import type { CreateEndpointInput, UpdateEndpointInput, UpdateEndpointWeightsAndCapacitiesInput } from '@aws-sdk/client-sagemaker';
import type { ResourceType } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { type Serving, servingOf } from '../../../store/serving.ts';
import { GONE, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, type Writing } from '../create.ts';
import { invalid } from '../errors.ts';
import { type Family, find, liveIn, nameOf, need } from '../family.ts';
import { type Course, phasesOf } from '../lifecycle.ts';
import { countInstances, type Instances, moreThan, requireInstances } from '../quota.ts';
import type { Found } from '../resources.ts';
import { type EndpointConfigSettings, endpointConfig, type Variant } from './endpoint-config.ts';
import { model } from './model.ts';

/** What an endpoint serves from an instant on; before it, what it served until then. */
interface Deployment {
  readonly from: number;
  readonly endpointConfigName: string;
  readonly variants: readonly DeployedVariant[];
  readonly shadowVariants?: readonly DeployedVariant[];
  readonly dataCapture?: EndpointConfigSettings['DataCaptureConfig'];
  readonly asyncInference?: EndpointConfigSettings['AsyncInferenceConfig'];
  readonly explainer?: EndpointConfigSettings['ExplainerConfig'];
}

interface DeployedVariant {
  readonly name: string;
  readonly weight: number;
  /** Absent where inference components serve. */
  readonly serving?: Serving;
  readonly instanceType?: string;
  readonly instanceCount?: number;
  readonly serverless?: Variant['ServerlessConfig'];
  readonly managedScaling?: Variant['ManagedInstanceScaling'];
  readonly routing?: Variant['RoutingConfig'];
}

export interface EndpointSettings {
  /** Oldest first: what is served, and what will be once a change under way is through. */
  readonly deployments: readonly Deployment[];
  readonly deploymentConfig?: Valid<CreateEndpointInput>['DeploymentConfig'];
}

const CREATING: Course = [{ status: 'Creating', seconds: 180 }, { status: 'InService' }];
const UPDATING: Course = [{ status: 'Updating', seconds: 180 }, { status: 'InService' }];
const IN_PROGRESS: readonly (string | undefined)[] = ['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting'];

/** @throws ValidationException while another change is under way */
const refuseInProgress = ({ arn }: SageMakerResource, status: string | undefined): void => {
  if (IN_PROGRESS.includes(status)) throw invalid(`Cannot update in-progress endpoint "${arn}".`);
};

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html */
export const endpoint: Family<{ readonly EndpointName: string }, EndpointSettings> = {
  type: 'endpoint',
  noun: 'Endpoint',
  path: (input) => input.EndpointName,
  arnPath: '${EndpointName}',
  names: 'lower-cased',
  status: 'EndpointStatus',
  missing: ({ arn }) => invalid(`Could not find endpoint "${arn}".`),
  taken: ({ arn }) => invalid(`Cannot create already existing endpoint "${arn}".`),
  describe: describeEndpoint,
  list: {
    operation: 'ListEndpoints',
    result: 'Endpoints',
    sort: 'CreationTime',
    order: 'Descending',
  },
  deletion: {
    refuse: async (resource, status, scope) => {
      refuseInProgress(resource, status);
      const components = [scope.account, scope.region, 'inference-component', resource.id];
      // (unverified) sentence
      for await (const component of liveIn(scope, 'child_created', components))
        throw invalid(`Cannot delete endpoint "${resource.arn}": inference component "${component.arn}" is on it.`);
    },
    course: [{ status: 'Deleting', seconds: 15 }, { status: GONE }],
  },
};

/** The variants that an endpoint serves now: by name, whether inference components go onto them. A variant has a model, or takes components. */
export const variantsOf = ({ settings }: SageMakerResource<EndpointSettings>, now: number): ReadonlyMap<string, boolean> =>
  new Map(
    settings.deployments
      .findLast((deployment) => deployment.from <= now)
      ?.variants.map(({ name, serving }) => [name, serving === undefined] as const),
  );

function describeEndpoint({ settings, phases }: SageMakerResource<EndpointSettings>, now: number): object {
  const { deployments, deploymentConfig } = settings;
  const current = deployments.findLast((deployment) => deployment.from <= now);
  const latest = deployments.at(-1);
  const pending = latest && latest.from > now ? latest : undefined;
  const shown = current ?? latest;
  return {
    EndpointConfigName: shown?.endpointConfigName,
    ...(current && { ProductionVariants: current.variants.map((variant) => summary(variant, pending?.variants)) }),
    ...(current?.shadowVariants && {
      ShadowProductionVariants: current.shadowVariants.map((variant) => summary(variant, pending?.shadowVariants)),
    }),
    ...(shown?.dataCapture && {
      DataCaptureConfig: {
        EnableCapture: shown.dataCapture.EnableCapture ?? true,
        CaptureStatus: current ? 'Started' : 'Stopped',
        CurrentSamplingPercentage: shown.dataCapture.InitialSamplingPercentage,
        DestinationS3Uri: shown.dataCapture.DestinationS3Uri,
        KmsKeyId: shown.dataCapture.KmsKeyId ?? '',
      },
    }),
    ...(shown?.asyncInference && { AsyncInferenceConfig: shown.asyncInference }),
    ...(shown?.explainer && { ExplainerConfig: shown.explainer }),
    ...(current && deploymentConfig && { LastDeploymentConfig: deploymentConfig }),
    ...(pending && {
      PendingDeploymentSummary: {
        EndpointConfigName: pending.endpointConfigName,
        ProductionVariants: pending.variants.map(({ name, weight, instanceCount, instanceType }) => ({
          VariantName: name,
          CurrentWeight: weight,
          DesiredWeight: weight,
          ...(instanceCount !== undefined && { CurrentInstanceCount: instanceCount, DesiredInstanceCount: instanceCount }),
          ...(instanceType !== undefined && { InstanceType: instanceType }),
        })),
        StartTime: new Date(phases[0]?.from ?? now),
      },
    }),
  };
}

/** A variant as it is, and as the deployment under way wants it. */
function summary(current: DeployedVariant, pending: readonly DeployedVariant[] | undefined): object {
  const desired = pending?.find((variant) => variant.name === current.name) ?? current;
  return {
    VariantName: current.name,
    CurrentWeight: current.weight,
    DesiredWeight: desired.weight,
    ...(current.instanceCount !== undefined && {
      CurrentInstanceCount: current.instanceCount,
      DesiredInstanceCount: desired.instanceCount,
    }),
    ...(current.serverless && { CurrentServerlessConfig: current.serverless, DesiredServerlessConfig: desired.serverless }),
    ...(current.managedScaling && { ManagedInstanceScaling: current.managedScaling }),
    ...(current.routing && { RoutingConfig: current.routing }),
  };
}

/** An endpoint with the configuration that a call gives it, which is decided on as well. */
export const withConfig = <Identity>(
  endpointOf: ResourceType<Identity, Found>,
): ResourceType<Identity & { readonly EndpointConfigName: string }, Found> => ({
  ...endpointOf,
  locate: async (input, scope) => {
    const target = await endpointOf.locate(input, scope);
    return { ...target, stored: { resource: target.stored?.resource, endpointConfig: await find(endpointConfig, input, scope) } };
  },
});

/**
 * The configuration that the caller was allowed to use. One that was made since then under the same name may have another key, which was not asked for: to
 * this call there is none.
 * @throws ValidationException  it is not there
 */
async function needDecided(EndpointConfigName: string, call: Writing): Promise<SageMakerResource<EndpointConfigSettings>> {
  const identity = { EndpointConfigName };
  const found = await need(endpointConfig, identity, call);
  const decided = call.target.stored?.endpointConfig;
  if (!decided || decided.createdAt !== found.createdAt || !isDeepStrictEqual(decided.settings, found.settings))
    throw endpointConfig.missing(nameOf(endpointConfig, identity, call), 'describe');
  return found;
}

/** @throws ValidationException  its model is not there */
async function deployed(variant: Variant, call: Writing): Promise<DeployedVariant> {
  const { ModelName } = variant;
  // Of several pools of instances the first (unverified): nothing runs that could run short of it.
  const [pool] = (variant.InstancePools ?? []).toSorted((a, b) => a.Priority - b.Priority);
  const instanceType = variant.InstanceType ?? pool?.InstanceType;
  const served = ModelName === undefined ? undefined : await need(model, { ModelName }, call);
  return {
    name: variant.VariantName,
    weight: variant.InitialVariantWeight ?? 1,
    ...(served && { serving: servingOf(served.settings) }),
    ...(instanceType !== undefined && { instanceType, instanceCount: variant.InitialInstanceCount ?? 1 }),
    ...(variant.ServerlessConfig && { serverless: variant.ServerlessConfig }),
    ...(variant.ManagedInstanceScaling && { managedScaling: variant.ManagedInstanceScaling }),
    ...(variant.RoutingConfig && { routing: variant.RoutingConfig }),
  };
}

const allDeployed = async (variants: readonly Variant[], call: Writing): Promise<DeployedVariant[]> => {
  const all: DeployedVariant[] = [];
  for (const variant of variants) all.push(await deployed(variant, call));
  return all;
};

/** @throws ValidationException  the configuration, or a model of it, is not there */
async function deploymentOf(EndpointConfigName: string, from: number, call: Writing): Promise<Deployment> {
  const { settings, name } = await needDecided(EndpointConfigName, call);
  return {
    from,
    endpointConfigName: name,
    variants: await allDeployed(settings.ProductionVariants, call),
    ...(settings.ShadowProductionVariants && { shadowVariants: await allDeployed(settings.ShadowProductionVariants, call) }),
    ...(settings.DataCaptureConfig && { dataCapture: settings.DataCaptureConfig }),
    ...(settings.AsyncInferenceConfig && { asyncInference: settings.AsyncInferenceConfig }),
    ...(settings.ExplainerConfig && { explainer: settings.ExplainerConfig }),
  };
}

const instancesOf = (deployment: Deployment | undefined): Instances =>
  countInstances(
    [...(deployment?.variants ?? []), ...(deployment?.shadowVariants ?? [])].map(({ instanceType, instanceCount }) => ({
      type: instanceType,
      count: instanceCount,
    })),
  );

const heldBy = (resource: SageMakerResource, status: string | undefined): Instances =>
  // Only rows of this family are asked.
  instancesOf(status === 'Failed' ? undefined : (resource.settings as EndpointSettings).deployments.at(-1));

/** @throws ResourceLimitExceeded  more instances of a type than the account may have in endpoints */
async function requireMore(current: Deployment, next: Deployment, call: Writing): Promise<void> {
  await requireInstances('endpoint', 'endpoint', moreThan(instancesOf(current), instancesOf(next)), heldBy, call);
}

/** When a course that starts now is through. */
const endOf = (course: Course, call: Writing): number => phasesOf(course, call).at(-1)?.from ?? call.now;

/**
 * Creates an endpoint of a configuration.
 * @throws ValidationException    the name is taken; the configuration, or a model of it, is not there
 * @throws ResourceLimitExceeded  more instances than the account may have
 */
export const createEndpoint = create<Valid<CreateEndpointInput>, EndpointSettings>(endpoint, {
  name: (input) => input.EndpointName,
  draft: async (input, call) => {
    const deployment = await deploymentOf(input.EndpointConfigName, endOf(CREATING, call), call);
    await requireInstances('endpoint', 'endpoint', instancesOf(deployment), heldBy, call);
    return {
      settings: { deployments: [deployment], ...(input.DeploymentConfig && { deploymentConfig: input.DeploymentConfig }) },
      course: CREATING,
    };
  },
});

const answer = ({ arn }: SageMakerResource) => ({ EndpointArn: arn });

/** Refuses what is under way, and what failed: that can only be deleted. */
function requireUpdatable(resource: SageMakerResource<EndpointSettings>, call: Writing): Deployment {
  const status = resource.phases.findLast((phase) => phase.from <= call.now)?.status;
  refuseInProgress(resource, status);
  const current = resource.settings.deployments.findLast((deployment) => deployment.from <= call.now);
  // (unverified) sentence
  if (status === 'Failed' || !current) throw invalid(`Cannot update endpoint "${resource.arn}" in status ${status}.`);
  return current;
}

/**
 * Moves an endpoint to another configuration; it goes on serving the former one until the new one is in service.
 * @throws ValidationException    a change is under way; either configuration is not there; the same one again
 * @throws ResourceLimitExceeded  more instances than the account may have
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html
 */
export const updateEndpoint = change<{ readonly EndpointName: string }, EndpointSettings, Valid<UpdateEndpointInput>>(
  endpoint,
  async (resource, input, call) => {
    const current = requireUpdatable(resource, call);
    await need(endpointConfig, { EndpointConfigName: current.endpointConfigName }, call);
    const next = await deploymentOf(input.EndpointConfigName, endOf(UPDATING, call), call);
    // (unverified) sentence
    if (next.endpointConfigName === current.endpointConfigName)
      throw invalid(`Endpoint "${resource.arn}" already uses endpoint configuration "${input.EndpointConfigName}".`);
    const variants = input.RetainAllVariantProperties ? retained(next.variants, current.variants, input) : next.variants;
    await requireMore(current, { ...next, variants }, call);
    const deploymentConfig = input.DeploymentConfig ?? (input.RetainDeploymentConfig ? resource.settings.deploymentConfig : undefined);
    const settings: EndpointSettings = { deployments: [current, { ...next, variants }], ...(deploymentConfig && { deploymentConfig }) };
    return onCourse({ ...resource, settings }, UPDATING, call);
  },
  { answer },
);

/** The weights and counts of before, but those that the call leaves out. */
function retained(
  next: readonly DeployedVariant[],
  current: readonly DeployedVariant[],
  input: Valid<UpdateEndpointInput>,
): DeployedVariant[] {
  const excluded = new Set<string | undefined>(input.ExcludeRetainedVariantProperties?.map((property) => property.VariantPropertyType));
  return next.map((variant) => {
    const before = current.find(({ name }) => name === variant.name);
    if (!before) return variant;
    return {
      ...variant,
      ...(!excluded.has('DesiredWeight') && { weight: before.weight }),
      ...(!excluded.has('DesiredInstanceCount') && before.instanceCount !== undefined && { instanceCount: before.instanceCount }),
    };
  });
}

/**
 * Changes weights and instance counts of variants.
 * @throws ValidationException  a change is under way; a variant that the endpoint does not have
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpointWeightsAndCapacities.html
 */
export const updateEndpointWeightsAndCapacities = change<
  { readonly EndpointName: string },
  EndpointSettings,
  Valid<UpdateEndpointWeightsAndCapacitiesInput>
>(
  endpoint,
  async (resource, input, call) => {
    const current = requireUpdatable(resource, call);
    const desired = new Map(input.DesiredWeightsAndCapacities.map((each) => [each.VariantName, each]));
    for (const name of desired.keys()) {
      // (unverified) sentence
      if (!current.variants.some((variant) => variant.name === name))
        throw invalid(`Could not find variant "${name}" of endpoint "${resource.arn}".`);
    }
    const variants = current.variants.map((variant) => {
      const { DesiredWeight, DesiredInstanceCount } = desired.get(variant.name) ?? {};
      return {
        ...variant,
        ...(DesiredWeight !== undefined && { weight: DesiredWeight }),
        ...(DesiredInstanceCount !== undefined && { instanceCount: DesiredInstanceCount }),
      };
    });
    const next: Deployment = { ...current, from: endOf(UPDATING, call), variants };
    await requireMore(current, next, call);
    return onCourse(resource, UPDATING, call, { deployments: [current, next] });
  },
  { answer },
);
