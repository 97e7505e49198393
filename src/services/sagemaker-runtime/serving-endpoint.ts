import type { OperationContext } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import { ServiceError } from '../../core/service-error.ts';
import { type Serving, type ServingContainer, servingOf } from '../../store/serving.ts';
import { isGone, phaseAt, type SageMakerResource, sageMakerResources } from '../../store/tables/sagemaker.ts';

export type Target = SageMakerResource | undefined;
export type Context = OperationContext<Target>;

/** What of a call says who is to answer it. */
export interface Routing {
  readonly EndpointName: string;
  readonly InferenceComponentName?: string | undefined;
  readonly TargetVariant?: string | undefined;
  readonly TargetContainerHostname?: string | undefined;
}

/** The containers that answer a call, one after the other. */
export interface Route {
  readonly variant: string;
  readonly containers: readonly ServingContainer[];
}

interface Variant {
  readonly name: string;
  readonly weight: number;
  readonly serving?: Serving;
}

/** What SageMaker stores of an endpoint and of a component, as far as it matters here. */
interface EndpointSettings {
  readonly deployments?: readonly {
    readonly from: number;
    readonly variants: readonly Variant[];
    readonly asyncInference?: AsyncInference;
  }[];
}
interface ComponentSettings {
  readonly EndpointName: string;
  readonly VariantName?: string;
  readonly Specification?: Specification;
  /** Where instances of several types run it: the first stands for all. */
  readonly Specifications?: readonly Specification[];
}
interface Specification {
  readonly ModelName?: string;
  readonly Container?: { readonly Environment?: Readonly<Record<string, string>> };
  readonly BaseInferenceComponentName?: string;
}
export interface AsyncInference {
  readonly OutputConfig?: { readonly S3OutputPath?: string; readonly S3FailurePath?: string };
}

/** Statuses in which an endpoint answers: while it is changed, the former deployment does. */
const SERVING: readonly (string | undefined)[] = ['InService', 'Updating', 'SystemUpdating', 'RollingBack'];

const invalid = (message: string): ServiceError => new ServiceError('ValidationError', message);

/**
 * The endpoint that a call invokes. Unlike elsewhere, case matters.
 * @throws ValidationError  400  no such endpoint, or it does not serve
 */
export function servingEndpoint(name: string, { account, now, target }: Context): SageMakerResource {
  const endpoint = target.stored;
  if (endpoint?.name === name && SERVING.includes(phaseAt(endpoint, now)?.status)) return endpoint;
  throw invalid(`Endpoint ${name} of account ${account} not found.`);
}

const deploymentOf = ({ settings }: SageMakerResource, now: number) => {
  const { deployments = [] } = settings as EndpointSettings;
  return deployments.findLast(({ from }) => from <= now) ?? deployments.at(-1);
};

/** @throws ValidationError  400  (unverified sentence) the endpoint's configuration has no asynchronous inference */
export function asyncInferenceOf(endpoint: SageMakerResource, now: number): AsyncInference {
  const found = deploymentOf(endpoint, now)?.asyncInference;
  if (!found) throw invalid(`Endpoint ${endpoint.name} is not configured for asynchronous inference.`);
  return found;
}

/**
 * Who answers: the model of the variant that the call names, or of one drawn by weight; the component's, if it names one.
 * @throws ValidationError  400  (unverified sentences) no such variant, component or container
 */
export async function routeOf(input: Routing, endpoint: SageMakerResource, context: Context): Promise<Route> {
  const variants = deploymentOf(endpoint, context.now)?.variants ?? [];
  const { InferenceComponentName: component } = input;
  const { variant, serving } =
    component === undefined ? variantOf(input, variants, context) : await componentOf(component, endpoint, context);
  return { variant, containers: chosen(input, endpoint, serving) };
}

function variantOf({ TargetVariant }: Routing, variants: readonly Variant[], context: Context): { variant: string; serving: Serving } {
  const found = TargetVariant === undefined ? drawn(variants, context) : variants.find(({ name }) => name === TargetVariant);
  if (!found) throw invalid(`Variant ${TargetVariant} not found for Request.`);
  if (found.serving) return { variant: found.name, serving: found.serving };
  throw invalid(
    'Inference Component Name header is required for endpoints to which you plan to deploy inference components. Please include Inference Component Name header or consider using SageMaker models.',
  );
}

/** One of the variants, each as often as its weight says. */
function drawn(variants: readonly Variant[], { installation }: Context): Variant | undefined {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  const [a = 0, b = 0, c = 0, d = 0] = installation.random.bytes(4);
  let left = ((((a * 256 + b) * 256 + c) * 256 + d) / 2 ** 32) * total;
  for (const variant of variants) {
    if (left < variant.weight) return variant;
    left -= variant.weight;
  }
  return variants.at(-1);
}

/** Statuses in which a component answers: while it is changed, as it was and as it will be are not told apart (unverified). */
const COMPONENT_SERVING: readonly (string | undefined)[] = ['InService', 'Updating'];

async function componentOf(name: string, endpoint: SageMakerResource, context: Context): Promise<{ variant: string; serving: Serving }> {
  const component = await live('inference-component', name, context);
  const settings = component?.settings as ComponentSettings | undefined;
  const isServing =
    component &&
    COMPONENT_SERVING.includes(phaseAt(component, context.now)?.status) &&
    foldCase(settings?.EndpointName ?? '') === endpoint.id;
  if (!settings || !isServing) throw invalid(`Inference Component ${name} not found for Endpoint ${endpoint.name}.`);
  return { variant: settings.VariantName ?? '', serving: await servingOfComponent(settings, context) };
}

async function live(type: string, name: string, { account, region, now, reader }: Context): Promise<SageMakerResource | undefined> {
  const found = await reader.get(sageMakerResources, [account, region, type, foldCase(name)]);
  return found && !isGone(found, now) ? found : undefined;
}

/** A component's own container, that of its model, or of the component that it adds an adapter to: the container is told which by a header. */
async function servingOfComponent(settings: ComponentSettings, context: Context, isBase = false): Promise<Serving> {
  const { ModelName, Container, BaseInferenceComponentName } = settings.Specification ?? settings.Specifications?.[0] ?? {};
  const base =
    BaseInferenceComponentName === undefined || isBase ? undefined : await live('inference-component', BaseInferenceComponentName, context);
  if (base) return servingOfComponent(base.settings as ComponentSettings, context, true);
  const model = ModelName === undefined ? undefined : await live('model', ModelName, context);
  return servingOf(model?.settings ?? { PrimaryContainer: Container ?? {} });
}

function chosen({ TargetContainerHostname: hostname }: Routing, { name }: SageMakerResource, { mode, containers }: Serving) {
  if (mode === 'Serial') {
    if (hostname !== undefined)
      throw invalid(`Endpoint ${name} does not take TargetContainerHostname: its containers are not invoked directly.`);
    return containers;
  }
  const found = containers.filter((container) => container.hostname === hostname);
  if (found.length > 0) return found;
  throw invalid(
    hostname === undefined
      ? `TargetContainerHostname is required: the containers of endpoint ${name} are invoked directly.`
      : `Container ${hostname} not found for endpoint ${name}.`,
  );
}
