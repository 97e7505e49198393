import type {
  InvokeEndpointAsyncInput,
  InvokeEndpointInput,
  InvokeEndpointOutput,
  InvokeEndpointWithResponseStreamInput,
} from '@aws-sdk/client-sagemaker-runtime';
import { uuid } from '../../core/id.ts';
import { type OutboundAnswer, OutboundError } from '../../core/outbound.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { ask, MAX_BODY, requireContainers, wholeBody } from './container.ts';
import { asyncInferenceOf, type Context, type Route, routeOf, servingEndpoint } from './serving-endpoint.ts';

/** Milliseconds: a container has a minute to answer, eight to stream, a quarter of an hour when nobody waits for it. */
const PATIENCE = 60_000;
const STREAM_PATIENCE = 480_000;
const ASYNC_PATIENCE = 900_000;
/** Bytes of a streamed answer. AWS names no limit; ours keeps one call from running for ever. */
const MAX_STREAM = 256 * 1024 * 1024;

const CUSTOM_ATTRIBUTES = 'X-Amzn-SageMaker-Custom-Attributes';
const NEW_SESSION = 'X-Amzn-SageMaker-New-Session-Id';
const CLOSED_SESSION = 'X-Amzn-SageMaker-Closed-Session-Id';

/** What of a call its container is told: nothing of who calls. */
const headersOf = (input: Omit<Valid<InvokeEndpointInput & InvokeEndpointAsyncInput>, 'Body' | 'EndpointName'>) => ({
  'Content-Type': input.ContentType,
  Accept: input.Accept,
  [CUSTOM_ATTRIBUTES]: input.CustomAttributes,
  'X-Amzn-SageMaker-Target-Model': input.TargetModel,
  'X-Amzn-SageMaker-Target-Variant': input.TargetVariant,
  'X-Amzn-SageMaker-Target-Container-Hostname': input.TargetContainerHostname,
  'X-Amzn-SageMaker-Inference-Id': input.InferenceId,
  'X-Amzn-SageMaker-Inference-Component': input.InferenceComponentName,
  'X-Amzn-SageMaker-Enable-Explanations': input.EnableExplanations,
  'X-Amzn-SageMaker-Session-Id': input.SessionId,
  'X-Amzn-SageMaker-Prefix-Aware-Id': input.PrefixAwareId,
});

/** What an answer's headers tell the caller. */
const told = ({ variant }: Route, { headers }: OutboundAnswer) => ({
  InvokedProductionVariant: variant,
  ContentType: headers['content-type'],
  CustomAttributes: headers[CUSTOM_ATTRIBUTES.toLowerCase()],
});

/**
 * Invokes the model behind an endpoint: the server that its container names, where who runs this installation allows that one.
 * @throws ValidationError  400  no such endpoint, or it is not in service; no such variant, component or container
 * @throws ModelError       424  no container is named; it fails, is late, cannot be reached or may not be called
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
export async function invokeEndpoint(input: Valid<InvokeEndpointInput>, context: Context): Promise<InvokeEndpointOutput> {
  const { EndpointName, Body } = input;
  const endpoint = servingEndpoint(EndpointName, context);
  const route = await routeOf(input, endpoint, context);
  const question = { headers: headersOf(input), body: Body as Uint8Array, maxBytes: MAX_BODY, patience: PATIENCE };
  const answer = await ask(route, question, EndpointName, context);
  const { hostname = '' } = route.containers.at(-1) ?? {};
  return {
    ...told(route, answer),
    Body: (await wholeBody(answer, hostname, MAX_BODY)) as NonNullable<InvokeEndpointOutput['Body']>,
    NewSessionId: answer.headers[NEW_SESSION.toLowerCase()],
    ClosedSessionId: answer.headers[CLOSED_SESSION.toLowerCase()],
  };
}

/**
 * Invokes the model and passes its answer on as it comes.
 * @throws as InvokeEndpoint, until the container begins to answer; afterwards the stream ends with a ModelStreamError
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointWithResponseStream.html
 */
export async function invokeEndpointWithResponseStream(
  input: Valid<InvokeEndpointWithResponseStreamInput>,
  context: Context,
): Promise<object> {
  const { EndpointName, Body } = input;
  const route = await routeOf(input, servingEndpoint(EndpointName, context), context);
  const question = { headers: headersOf(input), body: Body as Uint8Array, maxBytes: MAX_STREAM, patience: STREAM_PATIENCE };
  const answer = await ask(route, question, EndpointName, context);
  return { ...told(route, answer), Body: payloadParts(answer) };
}

async function* payloadParts({ body }: OutboundAnswer): AsyncGenerator<object> {
  try {
    for await (const Bytes of body) yield { PayloadPart: { Bytes } };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    // (unverified) sentences
    yield error.problem === 'late'
      ? { ModelStreamError: { ErrorCode: 'ModelInvocationTimeExceeded', Message: 'The model did not end its response in time.' } }
      : { ModelStreamError: { ErrorCode: 'StreamBroken', Message: 'The connection to the model broke before the response was complete.' } };
  }
}

/**
 * Invokes an endpoint that answers to S3, later. There is no S3 here: the container is told where input is and output is to be, and what comes
 * of it is between the two.
 * @throws ValidationError  400  no such endpoint, not in service, or (unverified sentences) not configured for it; neither a place nor a body
 * @throws ModelError       424  no container is named
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointAsync.html
 */
export async function invokeEndpointAsync(input: Valid<InvokeEndpointAsyncInput>, context: Context): Promise<object> {
  const { EndpointName, InputLocation, Body = new Uint8Array(0) } = input;
  const endpoint = servingEndpoint(EndpointName, context);
  const { OutputConfig = {} } = asyncInferenceOf(endpoint, context.now);
  if (InputLocation === undefined && Body.length === 0)
    throw new ServiceError('ValidationError', 'Either InputLocation or Body must be provided.');
  const route = await routeOf(input, endpoint, context);
  const InferenceId = input.InferenceId ?? uuid(context.installation.random);
  const { OutputLocation, FailureLocation } = placesOf(input, OutputConfig, context);
  const question = {
    headers: {
      ...headersOf({ ...input, InferenceId }),
      'X-Amzn-SageMaker-InputLocation': InputLocation,
      'X-Amzn-SageMaker-OutputLocation': OutputLocation,
      'X-Amzn-SageMaker-FailureLocation': FailureLocation,
    },
    body: Body as Uint8Array,
    maxBytes: MAX_BODY,
    patience: input.InvocationTimeoutSeconds === undefined ? ASYNC_PATIENCE : input.InvocationTimeoutSeconds * 1000,
  };
  requireContainers(route, EndpointName);
  context.installation.background(async () => {
    const answer = await ask(route, question, EndpointName, context);
    await wholeBody(answer, route.containers.at(-1)?.hostname ?? '', MAX_BODY);
  });
  return { InferenceId, OutputLocation, ...(FailureLocation !== undefined && { FailureLocation }) };
}

/** Where output and failure of one call go (unverified below the configured path). */
function placesOf(
  { EndpointName, S3OutputPathExtension, Filename }: Valid<InvokeEndpointAsyncInput>,
  { S3OutputPath, S3FailurePath }: { S3OutputPath?: string; S3FailurePath?: string },
  { account, region, installation }: Context,
) {
  const id = uuid(installation.random);
  const standard = `s3://sagemaker-${region}-${account}/async-endpoint-outputs/${EndpointName}`;
  const place = (path: string, file: string): string =>
    [
      path.replace(/\/+$/, ''),
      ...(S3OutputPathExtension === undefined ? [] : [S3OutputPathExtension.replace(/^\/+|\/+$/g, '')]),
      file,
    ].join('/');
  return {
    OutputLocation: place(S3OutputPath ?? standard, Filename ?? `${id}.out`),
    FailureLocation: S3FailurePath === undefined ? undefined : place(S3FailurePath, `${id}-error.out`),
  };
}
