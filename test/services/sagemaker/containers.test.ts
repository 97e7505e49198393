import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { SageMaker } from '@aws-sdk/client-sagemaker';
import { SageMakerRuntime } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutboundMessage, OutboundPosts } from '../../../src/core/outbound.ts';
import { GuardedFetch } from '../../../src/server/guarded-fetch.ts';
import { readSeedFile } from '../../../src/server/seed-file.ts';
import { startServer } from '../../../src/server/serve.ts';
import { allow, openWorld, REGION, refusal, type World } from './world.ts';

/** A server that stands for a container: it keeps what it is asked, and answers what the test wants. */
interface Container {
  readonly origin: string;
  readonly asked: { readonly url: string; readonly headers: IncomingMessage['headers']; readonly body: string }[];
  answer: (body: string, response: ServerResponse, request: IncomingMessage) => void;
  close(): Promise<void>;
}

async function startContainer(): Promise<Container> {
  const container: Omit<Container, 'origin' | 'close'> = { asked: [], answer: (body, response) => void response.end(`echo ${body}`) };
  const take: RequestListener = (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString();
      container.asked.push({ url: `${request.method} ${request.url}`, headers: request.headers, body });
      container.answer(body, response, request);
    });
  };
  const server = createServer(take);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(container, {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

let world: World;
let one: Container;
let other: Container;
let forbidden: Container;
/** Allowed, but no longer running. */
let gone: Container;
let guard: GuardedFetch;
const Body = Buffer.from('1,2,3');

/** A container of a model that leads to a server. */
const leadingTo = (url: string, more: object = {}) => ({ Image: 'image', Environment: { SAGEGATE_CONTAINER_URL: url }, ...more });
let made = 0;

/** An endpoint that serves, of models with these containers: name → the rest of CreateModel. */
async function endpointOf(models: Readonly<Record<string, object>>, weights: Readonly<Record<string, number>> = {}, more: object = {}) {
  const name = `endpoint-${++made}`;
  const variants = [];
  for (const [VariantName, definition] of Object.entries(models)) {
    const ModelName = `${name}-${VariantName}`;
    await world.root('CreateModel', { ModelName, ExecutionRoleArn: world.role, ...definition });
    const InitialVariantWeight = weights[VariantName] ?? 1;
    variants.push({ VariantName, ModelName, InstanceType: 'ml.m5.large', InitialInstanceCount: 1, InitialVariantWeight });
  }
  await world.root('CreateEndpointConfig', { EndpointConfigName: name, ProductionVariants: variants, ...more });
  await world.root('CreateEndpoint', { EndpointName: name, EndpointConfigName: name });
  return name;
}
const served = (container: { origin: string }, path = '') => endpointOf({ v1: { PrimaryContainer: leadingTo(container.origin + path) } });
const runtime = () => world.clients(world.account.root).runtime;
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

beforeAll(async () => {
  [one, other, forbidden, gone] = await Promise.all([startContainer(), startContainer(), startContainer(), startContainer()]);
  await gone.close();
  guard = new GuardedFetch({ to: 'containers', allowed: [one.origin, other.origin, gone.origin], authorities: [] });
  const impatient = new GuardedFetch({ to: 'containers', allowed: [one.origin], authorities: [], patience: 300 });
  // Who is told to be late is not waited for as long as a container is.
  const containers: OutboundPosts = {
    post: (url: string, message: OutboundMessage) =>
      (Buffer.from(message.body).toString().startsWith('late') ? impatient : guard).post(url, message),
  };
  world = await openWorld({ containers });
});
afterAll(async () => {
  guard.close();
  await world.server.close();
  for (const container of [one, other, forbidden]) await container.close();
});

describe('an inference component', () => {
  it('is answered by the container of its model, or its own; an adapter by that of the component that it adds to', async () => {
    const name = `components-${++made}`;
    const { root, role } = world;
    await root('CreateModel', { ModelName: name, ExecutionRoleArn: role, PrimaryContainer: leadingTo(one.origin) });
    const variant = { VariantName: 'v1', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 };
    await root('CreateEndpointConfig', { EndpointConfigName: name, ExecutionRoleArn: role, ProductionVariants: [variant] });
    await root('CreateEndpoint', { EndpointName: name, EndpointConfigName: name });
    const RuntimeConfig = { CopyCount: 1 };
    const ComputeResourceRequirements = { MinMemoryRequiredInMb: 128 };
    const on = { EndpointName: name, VariantName: 'v1' };
    await root('CreateInferenceComponent', {
      ...on,
      InferenceComponentName: `${name}-model`,
      Specification: { ModelName: name, ComputeResourceRequirements },
      RuntimeConfig,
    });
    await root('CreateInferenceComponent', {
      ...on,
      InferenceComponentName: `${name}-own`,
      Specifications: [{ Container: leadingTo(other.origin), ComputeResourceRequirements }],
      RuntimeConfig,
    });
    await root('CreateInferenceComponent', {
      EndpointName: name,
      InferenceComponentName: `${name}-adapter`,
      Specification: { BaseInferenceComponentName: `${name}-own` },
    });
    one.answer = (_, response) => void response.end('the model');
    other.answer = (_, response) => void response.end('its own');
    const answered = async (InferenceComponentName: string) =>
      text((await runtime().invokeEndpoint({ EndpointName: name, Body, InferenceComponentName })).Body);
    expect(await answered(`${name}-model`)).toBe('the model');
    expect(await answered(`${name}-own`)).toBe('its own');
    expect(await answered(`${name}-adapter`)).toBe('its own');
    expect(await refusal(answered(`${name}-none`))).toMatchObject({
      message: `Inference Component ${name}-none not found for Endpoint ${name}.`,
    });
    expect(await refusal(runtime().invokeEndpoint({ EndpointName: name, Body }))).toMatchObject({
      message: expect.stringContaining('Inference Component Name header is required'),
    });
  });
});

describe('an endpoint whose model names a container', () => {
  it('is answered by it: body and headers go there and back', async () => {
    const EndpointName = await served(one, '/base/');
    one.answer = (body, response) => {
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'X-Amzn-SageMaker-Custom-Attributes': 'trace=2',
        'X-Amzn-SageMaker-New-Session-Id': 's1; Expires=2030-01-01T00:00:00Z',
        'X-Other': 'not passed on',
      });
      response.end(JSON.stringify({ got: body }));
    };
    const answer = await runtime().invokeEndpoint({
      EndpointName,
      Body,
      ContentType: 'text/csv',
      Accept: 'application/json',
      CustomAttributes: 'trace=1',
      TargetModel: 'house.tar.gz',
      SessionId: 'NEW_SESSION',
      InferenceId: 'i-1',
      EnableExplanations: '`true`',
    });
    expect([text(answer.Body), answer.ContentType, answer.InvokedProductionVariant]).toEqual(['{"got":"1,2,3"}', 'application/json', 'v1']);
    expect([answer.CustomAttributes, answer.NewSessionId]).toEqual(['trace=2', 's1; Expires=2030-01-01T00:00:00Z']);
    const { url, headers, body } = one.asked.at(-1) ?? { headers: {} };
    expect([url, body]).toEqual(['POST /base/invocations', '1,2,3']);
    expect(headers).toMatchObject({
      'content-type': 'text/csv',
      accept: 'application/json',
      'x-amzn-sagemaker-custom-attributes': 'trace=1',
      'x-amzn-sagemaker-target-model': 'house.tar.gz',
      'x-amzn-sagemaker-session-id': 'NEW_SESSION',
      'x-amzn-sagemaker-inference-id': 'i-1',
      'x-amzn-sagemaker-enable-explanations': '`true`',
    });
    // Nothing of who calls.
    expect(Object.keys(headers).filter((name) => /auth|x-amz-|cookie|forwarded/.test(name))).toEqual([]);
  });

  it.each([
    [400, 'client', 'no such feature'],
    [404, 'client', ''],
    [500, 'server', 'Traceback …'],
    [302, 'server', 'elsewhere'],
  ])('tells of an answer %i what the container said', async (status, whose, said) => {
    const EndpointName = await served(one);
    one.answer = (_, response) => void response.writeHead(status, { Location: `${forbidden.origin}/x` }).end(said);
    await expect(runtime().invokeEndpoint({ EndpointName, Body })).rejects.toMatchObject({
      name: 'ModelError',
      message: `Received ${whose} error (${status}) from primary with message "${said}".`,
      OriginalStatusCode: status,
      OriginalMessage: said,
      $metadata: { httpStatusCode: 424 },
    });
    expect(forbidden.asked).toEqual([]);
  });

  it('takes no answer that is too long, compressed or broken off, and waits for none that is late', async () => {
    const EndpointName = await served(one);
    const invoke = (body: string) => refusal(runtime().invokeEndpoint({ EndpointName, Body: Buffer.from(body) }));
    one.answer = (body, response) => {
      if (body === 'long') response.end(Buffer.alloc(6_291_457));
      else if (body === 'compressed') response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('x');
      else if (body === 'broken') response.writeHead(200, { 'Content-Length': 10 }).write('x', () => response.destroy());
      else if (body === 'late headers') return;
      else response.writeHead(200).write('x');
    };
    expect((await invoke('long'))?.message).toContain('larger than 6291456 bytes');
    expect(await invoke('compressed')).toMatchObject({ name: 'ModelError' });
    expect((await invoke('broken'))?.message).toContain('broke off');
    for (const late of ['late headers', 'late body'])
      expect(await invoke(late)).toEqual({
        name: 'ModelError',
        status: 424,
        message:
          'Received server error (0) from primary with message "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.".',
      });
  });

  it('takes bodies of 6 MB, and none that are longer', async () => {
    const EndpointName = await served(one);
    one.answer = (body, response) => void response.end(String(body.length));
    const invoke = (length: number) => runtime().invokeEndpoint({ EndpointName, Body: Buffer.alloc(length, 'x') });
    expect(text((await invoke(6_291_456)).Body)).toBe('6291456');
    const before = one.asked.length;
    expect(await refusal(invoke(6_291_457))).toMatchObject({ name: 'ValidationError', status: 400 });
    expect(one.asked).toHaveLength(before);
  });

  it('is asked only by who may invoke it', async () => {
    const EndpointName = await served(one);
    const before = one.asked.length;
    const { runtime: denied } = await world.user(allow('sagemaker:InvokeEndpoint', world.arn('endpoint/another')));
    expect(await refusal(denied.invokeEndpoint({ EndpointName, Body }))).toMatchObject({ name: 'AccessDeniedException' });
    expect(one.asked).toHaveLength(before);
  });

  it('goes on answering as it was deployed when its model is deleted', async () => {
    const EndpointName = await served(one);
    one.answer = (_, response) => void response.end('still here');
    await world.root('DeleteModel', { ModelName: `${EndpointName}-v1` });
    await world.root('CreateModel', {
      ModelName: `${EndpointName}-v1`,
      ExecutionRoleArn: world.role,
      PrimaryContainer: leadingTo(forbidden.origin),
    });
    expect(text((await runtime().invokeEndpoint({ EndpointName, Body })).Body)).toBe('still here');
  });
});

describe('V08: a model', () => {
  const refused = async (url: string) => {
    const EndpointName = await endpointOf({ v1: { PrimaryContainer: leadingTo(url) } });
    return refusal(runtime().invokeEndpoint({ EndpointName, Body }));
  };

  it('leads to no server that the operator has not allowed', async () => {
    const { port } = new URL(one.origin);
    for (const url of [
      forbidden.origin,
      `http://localhost:${port}`,
      `http://127.0.0.1:${port}@${new URL(forbidden.origin).host}`,
      'http://169.254.169.254/latest/meta-data',
      'http://169.254.170.2',
      'http://[fd00:ec2::254]',
      'https://example.com',
      'file:///etc/passwd',
      'one',
      `${one.origin}/x?y=`,
    ]) {
      const told = await refused(url);
      expect(told).toMatchObject({ name: 'ModelError', status: 424 });
      expect(told?.message).toMatch(/names a container that this server is not let to call/);
      expect(told?.message).not.toContain(String(port));
    }
    expect(forbidden.asked).toEqual([]);
  });

  it('leads to no metadata service, even where its name is allowed', async () => {
    const post = { headers: {}, body: Body, maxBytes: 10, patience: 1000 };
    const named = new GuardedFetch({
      to: 'containers',
      allowed: ['http://model.internal:8080'],
      authorities: [],
      resolve: async () => ['169.254.169.254'],
    });
    await expect(named.post('http://model.internal:8080/invocations', post)).rejects.toMatchObject({ problem: 'refused' });
    expect(() => new GuardedFetch({ to: 'containers', allowed: ['http://169.254.169.254'], authorities: [] })).toThrow(
      'at an address where no server may be that is called',
    );
  });

  it('speaks plain HTTP with private networks, and not over the Internet', async () => {
    const post = { headers: {}, body: Body, maxBytes: 10, patience: 500 };
    const at = (address: string) =>
      new GuardedFetch({ to: 'containers', allowed: ['http://model.internal:1'], authorities: [], resolve: async () => [address] }).post(
        'http://model.internal:1/invocations',
        post,
      );
    await expect(at('8.8.8.8')).rejects.toMatchObject({ problem: 'refused' });
    await expect(at('127.0.0.1')).rejects.toMatchObject({ problem: 'unreachable' });
  });

  it('whose server is not there is told so, and not where', async () => {
    const EndpointName = await served(gone);
    expect(await refusal(runtime().invokeEndpoint({ EndpointName, Body }))).toEqual({
      name: 'ModelError',
      status: 424,
      message:
        'Received server error (503) from primary with message "The container primary could not be reached, or its answer broke off.".',
    });
  });
});

describe('which container answers', () => {
  const who = (container: Container, name: string): void => {
    container.answer = (body, response) => void response.end(`${name}(${body})`);
  };
  const invoke = async (EndpointName: string, more: object = {}) => {
    const { Body: answer, InvokedProductionVariant } = await runtime().invokeEndpoint({ EndpointName, Body: Buffer.from('x'), ...more });
    return [text(answer), InvokedProductionVariant];
  };

  beforeAll(() => {
    who(one, 'one');
    who(other, 'other');
  });

  it('that of the variant that is named, and else of one by weight', async () => {
    const models = { a: { PrimaryContainer: leadingTo(one.origin) }, b: { PrimaryContainer: leadingTo(other.origin) } };
    const onlyB = await endpointOf(models, { a: 0, b: 1 });
    for (let i = 0; i < 10; i++) expect(await invoke(onlyB)).toEqual(['other(x)', 'b']);
    expect(await invoke(onlyB, { TargetVariant: 'a' })).toEqual(['one(x)', 'a']);
    expect(await refusal(runtime().invokeEndpoint({ EndpointName: onlyB, Body, TargetVariant: 'c' }))).toMatchObject({
      name: 'ValidationError',
    });
    const both = await endpointOf(models);
    const drawn = new Set<string | undefined>();
    // All alike forty times: once in 2^39 runs.
    for (let i = 0; i < 40; i++) drawn.add((await invoke(both))[1]);
    expect([...drawn].sort()).toEqual(['a', 'b']);
  });

  it('each in turn of a pipeline, the named one where they are invoked directly', async () => {
    const Containers = [leadingTo(one.origin, { ContainerHostname: 'first' }), leadingTo(other.origin, { ContainerHostname: 'second' })];
    expect(await invoke(await endpointOf({ v: { Containers } }))).toEqual(['other(one(x))', 'v']);
    const direct = await endpointOf({ v: { Containers, InferenceExecutionConfig: { Mode: 'Direct' } } });
    expect(await invoke(direct, { TargetContainerHostname: 'second' })).toEqual(['other(x)', 'v']);
    for (const TargetContainerHostname of [undefined, 'third'])
      expect(
        await refusal(
          runtime().invokeEndpoint({ EndpointName: direct, Body, ...(TargetContainerHostname && { TargetContainerHostname }) }),
        ),
      ).toMatchObject({ name: 'ValidationError' });
  });

  it('none where one of a pipeline has none', async () => {
    const name = await endpointOf({
      v: { Containers: [leadingTo(one.origin, { ContainerHostname: 'first' }), { Image: 'image', ContainerHostname: 'second' }] },
    });
    const before = one.asked.length;
    expect((await refusal(runtime().invokeEndpoint({ EndpointName: name, Body })))?.message).toContain('(503) from second');
    expect(one.asked).toHaveLength(before);
  });
});

describe('an endpoint of inference components', () => {
  it('is answered by the component that the call names: its container, its model’s, or its base’s', async () => {
    const name = `endpoint-${++made}`;
    const AllTraffic = { VariantName: 'AllTraffic', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 };
    await world.root('CreateEndpointConfig', { EndpointConfigName: name, ExecutionRoleArn: world.role, ProductionVariants: [AllTraffic] });
    await world.root('CreateEndpoint', { EndpointName: name, EndpointConfigName: name });
    await world.root('CreateModel', { ModelName: name, ExecutionRoleArn: world.role, PrimaryContainer: leadingTo(other.origin) });
    const ComputeResourceRequirements = { MinMemoryRequiredInMb: 1024, NumberOfCpuCoresRequired: 1 };
    const component = (InferenceComponentName: string, Specification: object, more: object = { RuntimeConfig: { CopyCount: 1 } }) =>
      world.root('CreateInferenceComponent', {
        InferenceComponentName,
        EndpointName: name,
        VariantName: 'AllTraffic',
        Specification,
        ...more,
      });
    await component('OfContainer', { Container: leadingTo(one.origin), ComputeResourceRequirements });
    await component('OfModel', { ModelName: name, ComputeResourceRequirements });
    await component('Adapter', { BaseInferenceComponentName: 'OfContainer', Container: { ArtifactUrl: 's3://bucket/adapter' } }, {});
    one.answer = (_, response) => void response.end('one');
    other.answer = (_, response) => void response.end('other');
    const invoke = (InferenceComponentName?: string) =>
      runtime().invokeEndpoint({ EndpointName: name, Body, ...(InferenceComponentName && { InferenceComponentName }) });
    const told: string[] = [];
    for (const each of ['OfContainer', 'OfModel', 'Adapter']) {
      const { Body: answer, InvokedProductionVariant } = await invoke(each);
      told.push(`${text(answer)} ${InvokedProductionVariant}`);
    }
    expect(told).toEqual(['one AllTraffic', 'other AllTraffic', 'one AllTraffic']);
    expect(one.asked.at(-1)?.headers['x-amzn-sagemaker-inference-component']).toBe('Adapter');
    expect((await refusal(invoke()))?.message).toContain('Inference Component Name header is required');
    const elsewhere = await served(one);
    expect(await refusal(runtime().invokeEndpoint({ EndpointName: elsewhere, Body, InferenceComponentName: 'OfModel' }))).toMatchObject({
      name: 'ValidationError',
    });
  });
});

describe('a streamed answer', () => {
  const stream = async (EndpointName: string, body = 'x') => {
    const answer = await runtime().invokeEndpointWithResponseStream({ EndpointName, Body: Buffer.from(body), Accept: 'text/event-stream' });
    return { ...answer, events: answer.Body as AsyncIterable<{ PayloadPart?: { Bytes?: Uint8Array } }> };
  };

  it('comes piece by piece, each when the container has said it', async () => {
    const EndpointName = await served(one);
    let sayMore = (): void => undefined;
    one.answer = (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: 1\n\n');
      sayMore = () => void response.end('data: 2\n\n');
    };
    const { events, ContentType, InvokedProductionVariant } = await stream(EndpointName);
    expect([ContentType, InvokedProductionVariant]).toEqual(['text/event-stream', 'v1']);
    expect(one.asked.at(-1)?.headers.accept).toBe('text/event-stream');
    const parts: string[] = [];
    for await (const { PayloadPart } of events) {
      parts.push(text(PayloadPart?.Bytes));
      // The container goes on only once the first piece has arrived.
      if (parts.length === 1) sayMore();
    }
    expect(parts).toEqual(['data: 1\n\n', 'data: 2\n\n']);
  });

  it('ends with an error of the stream where the container breaks off or is late', async () => {
    const EndpointName = await served(one);
    one.answer = (body, response) => {
      response.writeHead(200);
      response.write('some', () => body === 'x' && response.destroy());
    };
    const read = async (body: string) => {
      for await (const _ of (await stream(EndpointName, body)).events);
    };
    await expect(read('x')).rejects.toMatchObject({ name: 'ModelStreamError', ErrorCode: 'StreamBroken' });
    await expect(read('late')).rejects.toMatchObject({ name: 'ModelStreamError', ErrorCode: 'ModelInvocationTimeExceeded' });
  });

  it('is a plain ModelError where the container fails before', async () => {
    const EndpointName = await served(one);
    one.answer = (_, response) => void response.writeHead(500).end('no');
    expect(await refusal(stream(EndpointName))).toMatchObject({ name: 'ModelError', status: 424 });
  });
});

describe('an asynchronous call', () => {
  const AsyncInferenceConfig = { OutputConfig: { S3OutputPath: 's3://bucket/out/', S3FailurePath: 's3://bucket/failed' } };

  it('is accepted at once, and the container told where input and output are', async () => {
    const EndpointName = await endpointOf({ v1: { PrimaryContainer: leadingTo(one.origin) } }, {}, { AsyncInferenceConfig });
    const asked = new Promise<void>((resolve) => {
      one.answer = (_, response) => {
        response.end('done');
        resolve();
      };
    });
    const answer = await runtime().invokeEndpointAsync({
      EndpointName,
      InputLocation: 's3://bucket/in/1.csv',
      ContentType: 'text/csv',
      InferenceId: 'mine',
      S3OutputPathExtension: 'today',
    });
    expect(answer.$metadata.httpStatusCode).toBe(202);
    expect(answer.InferenceId).toBe('mine');
    expect(answer.OutputLocation).toMatch(/^s3:\/\/bucket\/out\/today\/[0-9a-f-]{36}\.out$/);
    expect(answer.FailureLocation).toMatch(/^s3:\/\/bucket\/failed\/today\/[0-9a-f-]{36}-error\.out$/);
    await asked;
    expect(one.asked.at(-1)).toMatchObject({
      body: '',
      headers: {
        'content-type': 'text/csv',
        'x-amzn-sagemaker-inference-id': 'mine',
        'x-amzn-sagemaker-inputlocation': 's3://bucket/in/1.csv',
        'x-amzn-sagemaker-outputlocation': answer.OutputLocation,
        'x-amzn-sagemaker-failurelocation': answer.FailureLocation,
      },
    });
  });

  it('whose container fails is told to who runs the server', async () => {
    const EndpointName = await endpointOf({ v1: { PrimaryContainer: leadingTo(one.origin) } }, {}, { AsyncInferenceConfig });
    one.answer = (_, response) => void response.writeHead(500).end('no memory');
    await runtime().invokeEndpointAsync({ EndpointName, InputLocation: 's3://bucket/in' });
    await expect.poll(() => world.server.errors, { timeout: 20_000 }).toEqual([expect.objectContaining({ code: 'ModelError' })]);
    world.server.errors.length = 0;
  });

  it('needs a place or a body', async () => {
    const EndpointName = await endpointOf({ v1: { PrimaryContainer: leadingTo(one.origin) } }, {}, { AsyncInferenceConfig });
    expect(await refusal(runtime().invokeEndpointAsync({ EndpointName } as never))).toMatchObject({ name: 'ValidationError' });
  });
});

it('a running server asks the containers that its operator has named', async () => {
  const errors: unknown[] = [];
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    remote: false,
    allowedHosts: [],
    seed: readSeedFile(resolve(import.meta.dirname, '../../../examples/seed.yaml')).seed,
    containers: { allowed: [one.origin], authorities: [] },
    pace: 0,
    showMessage: () => undefined,
    logError: (error) => errors.push(error),
  });
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
  const config = { endpoint: server.url, region: REGION, credentials, maxAttempts: 1 };
  const sagemaker = new SageMaker(config);
  const ExecutionRoleArn = 'arn:aws:iam::123456789012:role/ExampleExecutionRole';
  const invoke = async (name: string, container: Container) => {
    const Image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/sagemaker-image:1';
    const PrimaryContainer = { Image, Environment: { SAGEGATE_CONTAINER_URL: container.origin } };
    await sagemaker.createModel({ ModelName: name, ExecutionRoleArn, PrimaryContainer });
    const ProductionVariants = [{ VariantName: 'v', ModelName: name, InstanceType: 'ml.m5.large', InitialInstanceCount: 1 } as const];
    await sagemaker.createEndpointConfig({ EndpointConfigName: name, ProductionVariants });
    await sagemaker.createEndpoint({ EndpointName: name, EndpointConfigName: name });
    return text((await new SageMakerRuntime(config).invokeEndpoint({ EndpointName: name, Body })).Body);
  };
  try {
    one.answer = (body, response) => void response.end(`echo ${body}`);
    expect(await invoke('allowed', one)).toBe('echo 1,2,3');
    expect(await refusal(invoke('not-allowed', other))).toMatchObject({ name: 'ModelError' });
  } finally {
    await server.close();
  }
  expect(errors).toEqual([]);
});

it('leaves no error of the server behind', () => {
  expect(world.server.errors).toEqual([]);
});
