import { beforeAll, describe, expect, it } from 'vitest';
import { allow, endpointNamed, refusal, send, sharedWorld } from './world.ts';

const world = sharedWorld({ pace: 1 });
const Body = Buffer.from('1,2,3');

beforeAll(async () => {
  const w = world();
  await endpointNamed(w, 'Serving');
  await endpointNamed(w, 'later', { AsyncInferenceConfig: { OutputConfig: { S3OutputPath: 's3://bucket/out' } } });
  w.elapse(200);
  await endpointNamed(w, 'coming');
});

const OPERATIONS = ['InvokeEndpoint', 'InvokeEndpointAsync', 'InvokeEndpointWithResponseStream'] as const;
const inputs = {
  InvokeEndpoint: (EndpointName: string) => ({ EndpointName, Body }),
  InvokeEndpointAsync: (EndpointName: string) => ({ EndpointName, InputLocation: 's3://bucket/in' }),
  InvokeEndpointWithResponseStream: (EndpointName: string) => ({ EndpointName, Body }),
};

describe.each(OPERATIONS)('%s', (operation) => {
  const call = async (name: string, ...statements: object[]) => {
    const caller = await world().user(...statements);
    return { caller, refused: await refusal(send(caller.runtime, operation, inputs[operation](name))) };
  };

  it('needs its own action on the endpoint, and no other', async () => {
    const { arn } = world();
    for (const granted of OPERATIONS.filter((other) => other !== operation)) {
      const { caller, refused } = await call('later', allow(`sagemaker:${granted}`));
      expect(refused).toEqual({
        name: 'AccessDeniedException',
        message: `User: ${caller.arn} is not authorized to perform: sagemaker:${operation} on resource: ${arn('endpoint/later')} because no identity-based policy allows the sagemaker:${operation} action`,
        status: 403,
      });
    }
    expect((await call('later', allow(`sagemaker:${operation}`, arn('endpoint/serving')))).refused).toMatchObject({
      name: 'AccessDeniedException',
    });
    expect((await call('later', allow(`sagemaker:${operation}`, arn('endpoint/later')))).refused).toMatchObject({
      name: 'ModelError',
      status: 424,
    });
  });

  it.each(['none', 'coming', 'serving'])('finds no endpoint in %j: not there, not in service, or another case', async (name) => {
    const { refused } = await call(name, allow('*'));
    expect(refused).toEqual({
      name: 'ValidationError',
      message: `Endpoint ${name} of account ${world().account.id} not found.`,
      status: 400,
    });
  });

  it('does not tell who may not invoke it whether it is there', async () => {
    const told = async (name: string) => (await call(name)).refused?.message.replace(/user-\d+/, 'user').replaceAll(name, 'X');
    expect(await told('later')).toBe(await told('none'));
  });
});

describe('an endpoint without a container', () => {
  it('says so, and by whom', async () => {
    const { runtime } = world().clients(world().account.root);
    await expect(runtime.invokeEndpoint({ EndpointName: 'Serving', Body })).rejects.toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 503,
      OriginalMessage: 'No container serves endpoint Serving: this server decides who may invoke it, and does not run models.',
      $metadata: { httpStatusCode: 424 },
    });
  });

  it('takes asynchronous calls only where its configuration does', async () => {
    const { runtime } = world().clients(world().account.root);
    expect(await refusal(runtime.invokeEndpointAsync({ EndpointName: 'Serving', InputLocation: 's3://bucket/in' }))).toMatchObject({
      name: 'ValidationError',
    });
  });
});

describe('what a policy can ask of an invocation', () => {
  it('the model of a multi-model endpoint', async () => {
    const { runtime } = await world().user(
      allow('sagemaker:InvokeEndpoint', '*', { StringEquals: { 'sagemaker:TargetModel': 'house.tar.gz' } }),
    );
    const invoke = (TargetModel?: string) =>
      refusal(runtime.invokeEndpoint({ EndpointName: 'Serving', Body, ...(TargetModel && { TargetModel }) }));
    expect(await invoke('house.tar.gz')).toMatchObject({ name: 'ModelError' });
    expect(await invoke('car.tar.gz')).toMatchObject({ name: 'AccessDeniedException' });
    expect(await invoke()).toMatchObject({ name: 'AccessDeniedException' });
  });

  it('the inference component, which is a resource of its own', async () => {
    const { arn } = world();
    const invoke = async (...resources: string[]) => {
      const { runtime } = await world().user(allow('sagemaker:InvokeEndpoint', resources));
      return refusal(runtime.invokeEndpoint({ EndpointName: 'Serving', InferenceComponentName: 'Part', Body }));
    };
    expect(await invoke(arn('endpoint/serving'))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(arn('inference-component/part')),
    });
    expect(await invoke(arn('endpoint/serving'), arn('inference-component/part'))).toMatchObject({
      name: 'ValidationError',
      message: 'Inference Component Part not found for Endpoint Serving.',
    });
  });

  it('the tags of the endpoint', async () => {
    const w = world();
    await w.root('AddTags', { ResourceArn: w.arn('endpoint/serving'), Tags: [{ Key: 'stage', Value: 'prod' }] });
    const { runtime } = await w.user(allow('sagemaker:InvokeEndpoint', '*', { StringEquals: { 'aws:ResourceTag/stage': 'prod' } }));
    expect(await refusal(runtime.invokeEndpoint({ EndpointName: 'Serving', Body }))).toMatchObject({ name: 'ModelError' });
    expect(await refusal(runtime.invokeEndpoint({ EndpointName: 'later', Body }))).toMatchObject({ name: 'AccessDeniedException' });
  });
});
