import { type ListHumanLoopsRequest, paginateListHumanLoops, SageMakerA2IRuntime } from '@aws-sdk/client-sagemaker-a2i-runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { HumanLoops } from '../../../src/server/human-review/human-loops.ts';
import { sageMakerResources } from '../../../src/store/tables/sagemaker.ts';
import { type Credentials, clientConfig, policy } from '../../harness.ts';
import { allow, deny, minimal, REGION, refusal, sharedWorld } from './world.ts';

const world = sharedWorld({ pace: 1, quotas: { HumanLoopsInProgress: 30 } });
let loops: HumanLoops;
let flow: string;

/** A client that signs by the server's clock. */
const a2i = (credentials: Credentials = world().account.root) =>
  new SageMakerA2IRuntime({
    ...clientConfig(world().server, credentials, REGION),
    systemClockOffset: world().server.clock.now() - Date.now(),
  });
let count = 0;
const fresh = (): string => `loop-${++count}`;
const start = (HumanLoopName: string, InputContent = '{"text":"Is this a cat?"}', FlowDefinitionArn = flow) =>
  a2i().startHumanLoop({ HumanLoopName, FlowDefinitionArn, HumanLoopInput: { InputContent } });
const describeLoop = (HumanLoopName: string) => a2i().describeHumanLoop({ HumanLoopName });

/** A flow definition of this name. */
async function newFlow(name: string): Promise<string> {
  const { FlowDefinitionArn } = await world().root('CreateFlowDefinition', minimal.flowDefinition(name, world().role));
  return FlowDefinitionArn as string;
}

beforeAll(async () => {
  const { server, elapse } = world();
  loops = new HumanLoops(server.installation.store, () => server.clock.now());
  flow = await newFlow('review');
  elapse(60);
});

describe('a human loop', () => {
  it('is in progress until somebody answers, and then tells where the answer would be', async () => {
    const name = fresh();
    const startedAt = new Date(world().server.clock.now());
    const { HumanLoopArn } = await start(name);
    expect(HumanLoopArn).toBe(world().arn(`human-loop/${name}`));
    world().elapse(86_400);
    const open = await describeLoop(name);
    expect(open).toMatchObject({ HumanLoopStatus: 'InProgress', HumanLoopName: name, HumanLoopArn, FlowDefinitionArn: flow });
    expect(open.HumanLoopOutput).toBeUndefined();
    await loops.answer(name, { label: 'cat' }, 'ada');
    const at = startedAt.toISOString().slice(0, 13).replace(/[-T]/g, '/');
    const { HumanLoopStatus, HumanLoopOutput, CreationTime } = await describeLoop(name);
    expect(HumanLoopStatus).toBe('Completed');
    expect(HumanLoopOutput?.OutputS3Uri).toMatch(new RegExp(`^s3://bucket/flow/review/${at}/[0-9]{2}/[0-9]{2}/${name}/output\\.json$`));
    expect(Math.abs(Number(CreationTime) - Number(startedAt))).toBeLessThan(60_000);
    expect((await loops.show(name)).output).toMatchObject({
      flowDefinitionArn: flow,
      humanLoopName: name,
      inputContent: { text: 'Is this a cat?' },
      humanAnswers: [{ answerContent: { label: 'cat' }, workerId: 'ada' }],
    });
    await expect(loops.answer(name, 'again', 'ada')).rejects.toMatchObject({ code: 'ConflictException' });
  });

  it('needs as many answers as its flow definition says', async () => {
    const { server, account } = world();
    const arn = await newFlow('thrice');
    world().elapse(60);
    await server.installation.store.write(async (writer) => {
      const row = await writer.get(sageMakerResources, [account.id, REGION, 'flow-definition', 'thrice']);
      if (!row) throw new Error('the flow definition is not there');
      const HumanLoopConfig = { TaskCount: 3, TaskTitle: 'Cats', TaskDescription: 'Say what you see.' };
      await writer.update(sageMakerResources, { ...row, settings: { ...row.settings, HumanLoopConfig } });
    });
    const name = fresh();
    await start(name, '{}', arn);
    for (const worker of ['ada', 'bob', 'cyd']) {
      expect((await describeLoop(name)).HumanLoopStatus).toBe('InProgress');
      await loops.answer(name, worker, worker);
    }
    expect((await describeLoop(name)).HumanLoopStatus).toBe('Completed');
    expect(await loops.show(name)).toMatchObject({ title: 'Cats', description: 'Say what you see.', answersGiven: 3 });
  });

  it('is the same when it is started again with the same content, and refused with another', async () => {
    const name = fresh();
    const first = await start(name);
    expect((await start(name)).HumanLoopArn).toBe(first.HumanLoopArn);
    expect(await refusal(start(name, '{"text":"Or a dog?"}'))).toEqual({
      name: 'ConflictException',
      status: 409,
      message:
        'Your request has the same name as another active human loop but has different input data. You cannot start two human loops with the same name and different input data.',
    });
    await loops.answer(name, 1, 'ada');
    expect(await refusal(start(name))).toMatchObject({ name: 'ConflictException' });
  });

  it('is stopped after a while, and can be neither answered nor stopped again', async () => {
    const name = fresh();
    await start(name);
    await a2i().stopHumanLoop({ HumanLoopName: name });
    expect((await describeLoop(name)).HumanLoopStatus).toBe('Stopping');
    await expect(loops.answer(name, 1, 'ada')).rejects.toMatchObject({ code: 'ConflictException' });
    world().elapse(10);
    expect((await describeLoop(name)).HumanLoopStatus).toBe('Stopped');
    expect(await refusal(a2i().stopHumanLoop({ HumanLoopName: name }))).toMatchObject({ name: 'ValidationException', status: 400 });
  });

  it('is gone when it is deleted, with what it held', async () => {
    const name = fresh();
    await start(name);
    await a2i().deleteHumanLoop({ HumanLoopName: name });
    for (const call of ['describeHumanLoop', 'stopHumanLoop', 'deleteHumanLoop'] as const)
      expect(await refusal(a2i()[call]({ HumanLoopName: name }))).toEqual({
        name: 'ResourceNotFoundException',
        status: 404,
        message: `The human loop ${name} does not exist.`,
      });
    await expect(loops.show(name)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await start(name, '{"another":true}');
    expect((await loops.show(name)).inputContent).toEqual({ another: true });
  });
});

describe('a start is refused', () => {
  it.each([
    ['of a flow definition that is not there', () => start(fresh(), '{}', world().arn('flow-definition/none'))],
    ['of one in another spelling', () => start(fresh(), '{}', world().arn('flow-definition/REVIEW'))],
    ['with content that is no JSON', () => start(fresh(), '{')],
    ['with content too deep to be shown', () => start(fresh(), '['.repeat(60_000) + ']'.repeat(60_000))],
  ])('%s', async (_, call) => {
    expect(await refusal(call())).toMatchObject({ name: 'ValidationException', status: 400 });
  });

  it('of a flow definition that is not active yet, or no longer', async () => {
    const arn = await newFlow('later');
    expect((await refusal(start(fresh(), '{}', arn)))?.message).toContain('its status is Initializing');
    world().elapse(60);
    await start(fresh(), '{}', arn);
    await world().root('DeleteFlowDefinition', { FlowDefinitionName: 'later' });
    expect(await refusal(start(fresh(), '{}', arn))).toMatchObject({ name: 'ValidationException' });
  });

  it('of another account, whose flow definition lets nobody in', async () => {
    const other = await world().server.account();
    const stranger = await other.user('stranger', { inline: { all: policy(allow('*')) } });
    const call = a2i(stranger).startHumanLoop({ HumanLoopName: 'x', FlowDefinitionArn: flow, HumanLoopInput: { InputContent: '{}' } });
    expect(await refusal(call)).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    expect(await refusal(a2i(stranger).listHumanLoops({ FlowDefinitionArn: flow }))).toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await refusal(a2i(stranger).describeHumanLoop({ HumanLoopName: 'loop-1' }))).toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('ListHumanLoops', () => {
  let arn: string;
  const names = async (input: Omit<ListHumanLoopsRequest, 'FlowDefinitionArn'> = {}) =>
    ((await a2i().listHumanLoops({ FlowDefinitionArn: arn, ...input })).HumanLoopSummaries ?? []).map(({ HumanLoopName }) => HumanLoopName);
  const times: Date[] = [];

  beforeAll(async () => {
    arn = await newFlow('many');
    world().elapse(60);
    for (const name of ['a', 'b', 'c', 'd']) {
      times.push(new Date(world().server.clock.now()));
      await start(name, '{}', arn);
      world().elapse(60);
    }
    await a2i().stopHumanLoop({ HumanLoopName: 'b' });
    world().elapse(60);
  });

  it('tells those of one flow definition, the newest first', async () => {
    expect(await names()).toEqual(['d', 'c', 'b', 'a']);
    expect(await names({ SortOrder: 'Ascending' })).toEqual(['a', 'b', 'c', 'd']);
    const { HumanLoopSummaries = [] } = await a2i().listHumanLoops({ FlowDefinitionArn: arn });
    expect(HumanLoopSummaries.map(({ HumanLoopStatus }) => HumanLoopStatus)).toEqual(['InProgress', 'InProgress', 'Stopped', 'InProgress']);
  });

  it('filters by time', async () => {
    const [, second = new Date(), , fourth = new Date()] = times;
    const justBefore = (time: Date) => new Date(Number(time) - 1000);
    expect(await names({ CreationTimeAfter: justBefore(second), CreationTimeBefore: justBefore(fourth) })).toEqual(['c', 'b']);
  });

  it('comes in pages, whose tokens go with their listing alone', async () => {
    const paged: (string | undefined)[][] = [];
    for await (const { HumanLoopSummaries = [] } of paginateListHumanLoops({ client: a2i(), pageSize: 3 }, { FlowDefinitionArn: arn }))
      paged.push(HumanLoopSummaries.map(({ HumanLoopName }) => HumanLoopName));
    expect(paged).toEqual([['d', 'c', 'b'], ['a']]);
    const { NextToken } = await a2i().listHumanLoops({ FlowDefinitionArn: arn, MaxResults: 1 });
    expect(await names({ NextToken, MaxResults: 1 })).toEqual(['c']);
    expect(await refusal(names({ NextToken, SortOrder: 'Ascending' }))).toMatchObject({ name: 'ValidationException' });
    expect(await refusal(a2i().listHumanLoops({ FlowDefinitionArn: flow, NextToken }))).toMatchObject({ name: 'ValidationException' });
  });

  it('needs a flow definition', async () => {
    expect(await refusal(a2i().listHumanLoops({ FlowDefinitionArn: world().arn('flow-definition/none') }))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
  });
});

describe('who may', () => {
  const asUser = async (...statements: object[]) => {
    const name = `reviewer-${++count}`;
    const credentials = await world().account.user(name, { inline: { granted: policy(...statements) } });
    return { client: a2i(credentials), arn: `arn:aws:iam::${world().account.id}:user/${name}` };
  };

  it('start a loop: who is granted it on the flow definition', async () => {
    const input = (HumanLoopName: string) => ({ HumanLoopName, FlowDefinitionArn: flow, HumanLoopInput: { InputContent: '{}' } });
    const { client, arn } = await asUser(allow('sagemaker:StartHumanLoop', world().arn('human-loop/*')));
    expect(await refusal(client.startHumanLoop(input(fresh())))).toEqual({
      name: 'AccessDeniedException',
      status: 403,
      message: `User: ${arn} is not authorized to perform: sagemaker:StartHumanLoop on resource: ${flow} because no identity-based policy allows the sagemaker:StartHumanLoop action`,
    });
    const granted = await asUser(allow('sagemaker:StartHumanLoop', flow));
    expect(await refusal(granted.client.startHumanLoop(input(fresh())))).toBeUndefined();
    const tagged = await asUser(allow('sagemaker:StartHumanLoop', '*', { StringEquals: { 'aws:ResourceTag/team': 'a' } }));
    expect(await refusal(tagged.client.startHumanLoop(input(fresh())))).toMatchObject({ name: 'AccessDeniedException' });
    await world().root('AddTags', { ResourceArn: flow, Tags: [{ Key: 'team', Value: 'a' }] });
    expect(await refusal(tagged.client.startHumanLoop(input(fresh())))).toBeUndefined();
  });

  it.each(['Describe', 'Stop', 'Delete'] as const)('%s a loop: who is granted it on the loop', async (verb) => {
    const name = fresh();
    await start(name);
    const method = `${verb.toLowerCase()}HumanLoop` as 'describeHumanLoop';
    const action = `sagemaker:${verb}HumanLoop`;
    for (const statements of [
      [allow(action, world().arn('human-loop/another'))],
      [allow('*'), deny(action, world().arn('human-loop/*'))],
    ]) {
      const { client } = await asUser(...statements);
      expect(await refusal(client[method]({ HumanLoopName: name }))).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    }
    const { client } = await asUser(allow(action, world().arn(`human-loop/${name}`)));
    expect(await refusal(client[method]({ HumanLoopName: name }))).toBeUndefined();
  });

  it('list loops: who is granted it at all', async () => {
    const list = { FlowDefinitionArn: flow };
    expect(await refusal((await asUser(allow('sagemaker:ListHumanLoops', flow))).client.listHumanLoops(list))).toMatchObject({
      name: 'AccessDeniedException',
    });
    expect(await refusal((await asUser(allow('sagemaker:ListHumanLoops'))).client.listHumanLoops(list))).toBeUndefined();
  });
});

it('takes no more loops than the account may have in progress', async () => {
  const arn = await newFlow('flood');
  world().elapse(60);
  for (let i = 0; i < 30; i++) {
    const refused = await refusal(start(`flood-${i}`, '{}', arn));
    if (refused) return expect(refused).toMatchObject({ name: 'ServiceQuotaExceededException', status: 402 });
  }
  throw new Error('thirty more were taken');
});
