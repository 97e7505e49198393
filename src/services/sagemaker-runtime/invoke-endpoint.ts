import type {
  InvokeEndpointAsyncInput,
  InvokeEndpointInput,
  InvokeEndpointWithResponseStreamInput,
} from '@aws-sdk/client-sagemaker-runtime';
import type { OperationContext } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { phaseAt, type SageMakerResource } from '../../store/tables/sagemaker.ts';

type Target = SageMakerResource | undefined;

/** Statuses in which an endpoint answers: while it is changed, the former deployment does. */
const SERVING: readonly (string | undefined)[] = ['InService', 'Updating', 'SystemUpdating', 'RollingBack'];

/**
 * The endpoint that a call invokes. Unlike elsewhere, case matters.
 * @throws ValidationError  400  no such endpoint, or it does not serve
 */
function servingEndpoint(name: string, { account, now, target }: OperationContext<Target>): SageMakerResource {
  const endpoint = target.stored;
  if (endpoint?.name === name && SERVING.includes(phaseAt(endpoint, now)?.status)) return endpoint;
  throw new ServiceError('ValidationError', `Endpoint ${name} of account ${account} not found.`);
}

/** What an allowed call is answered: no container is behind the endpoint. Models are guarded here, not run. */
function noContainer({ name }: SageMakerResource): ServiceError {
  const said = `No container serves endpoint ${name}: this server decides who may invoke it, and does not run models.`;
  const message = `Received server error (503) from primary with message "${said}".`;
  return new ServiceError('ModelError', message, { status: 424, fields: { OriginalStatusCode: 503, OriginalMessage: said } });
}

/**
 * Invokes the model behind an endpoint.
 * @throws ValidationError  400  no such endpoint, or it is not in service
 * @throws ModelError       424  always, as long as no container can be named
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
export async function invokeEndpoint(
  input: Pick<Valid<InvokeEndpointInput | InvokeEndpointWithResponseStreamInput>, 'EndpointName' | 'InferenceComponentName'> & {
    readonly TargetModel?: string | undefined;
  },
  context: OperationContext<Target>,
): Promise<object> {
  throw noContainer(servingEndpoint(input.EndpointName, context));
}

/**
 * Invokes an endpoint that answers to S3, later.
 * @throws ValidationError  400  no such endpoint, not in service, or (unverified sentence) not configured for it
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointAsync.html
 */
export async function invokeEndpointAsync(input: Valid<InvokeEndpointAsyncInput>, context: OperationContext<Target>): Promise<object> {
  const endpoint = servingEndpoint(input.EndpointName, context);
  const { deployments } = endpoint.settings as { deployments?: readonly { asyncInference?: object }[] };
  if (!deployments?.at(-1)?.asyncInference)
    throw new ServiceError('ValidationError', `Endpoint ${input.EndpointName} is not configured for asynchronous inference.`);
  throw noContainer(endpoint);
}
