import { beforeAll, describe, expect, it } from 'vitest';
import { type DecisionRecord, viewDecision, viewDecisionOfCaller } from '../../../src/authorization/decision-record.ts';
import { allow, deny, endpointNamed, minimal, refusal, sharedWorld } from './world.ts';

const world = sharedWorld();
beforeAll(() => endpointNamed(world(), 'there'));

let count = 0;
const fresh = () => `n${++count}`;

describe('E20 tags whose keys differ by case alone', () => {
  const tags = (...pairs: readonly (readonly [Key: string, Value: string])[]) => pairs.map(([Key, Value]) => ({ Key, Value }));
  const blue = { StringEquals: { 'aws:RequestTag/team': 'blue' } };
  const mixed = [
    tags(['team', 'blue'], ['Team', 'red']),
    tags(['team', 'red'], ['Team', 'blue']),
    tags(['TEAM', 'red'], ['team', 'blue'], ['Team', 'blue']),
  ];
  const name = 'tagged';
  beforeAll(() => world().root('CreateModel', minimal.model(name, world().role)));

  it.each(mixed)('must each be allowed: %j %j', async (...Tags) => {
    const w = world();
    const ResourceArn = w.arn(`model/${name}`);
    const denied = { name: 'AccessDeniedException', message: expect.stringContaining('sagemaker:AddTags') };
    const users = [
      await w.user(allow('sagemaker:AddTags', '*', blue)),
      await w.user(allow('sagemaker:AddTags'), deny('sagemaker:AddTags', '*', { StringEquals: { 'aws:RequestTag/team': 'red' } })),
      await w.user(allow('sagemaker:AddTags'), deny('sagemaker:AddTags', '*', { StringNotEquals: { 'aws:RequestTag/team': 'blue' } })),
    ];
    for (const { sagemaker } of users) expect(await refusal(sagemaker.addTags({ ResourceArn, Tags }))).toMatchObject(denied);
    // Also where they come with a creation, whose own action knows nothing of tags.
    const { sagemaker } = await w.user(allow(['sagemaker:CreateModel', 'iam:PassRole']), allow('sagemaker:AddTags', '*', blue));
    expect(await refusal(sagemaker.createModel({ ...minimal.model(fresh(), w.role), Tags }))).toMatchObject(denied);
  });

  it('go through where each is', async () => {
    const w = world();
    const ResourceArn = w.arn(`model/${name}`);
    const { sagemaker } = await w.user(allow('sagemaker:AddTags', '*', blue));
    const Tags = tags(['team', 'blue'], ['Team', 'blue'], ['other', 'x']);
    expect(await refusal(sagemaker.addTags({ ResourceArn, Tags }))).toBeUndefined();
  });

  it.each(mixed)('of a resource must each be allowed: %j %j', async (...Tags) => {
    const w = world();
    const ModelName = fresh();
    await w.root('CreateModel', { ...minimal.model(ModelName, w.role), Tags });
    for (const key of ['aws:ResourceTag/team', 'sagemaker:ResourceTag/TEAM'])
      for (const statements of [
        [allow('sagemaker:DeleteModel', '*', { StringEquals: { [key]: 'blue' } })],
        [allow('sagemaker:DeleteModel'), deny('sagemaker:DeleteModel', '*', { StringNotEquals: { [key]: 'blue' } })],
        [allow('sagemaker:DeleteModel'), deny('sagemaker:DeleteModel', '*', { StringEquals: { [key]: 'red' } })],
      ]) {
        const { sagemaker } = await w.user(...statements);
        expect(await refusal(sagemaker.deleteModel({ ModelName }))).toMatchObject({ name: 'AccessDeniedException' });
      }
    const { sagemaker } = await w.user(allow('sagemaker:DeleteModel', '*', { StringEquals: { 'aws:ResourceTag/team': ['blue', 'red'] } }));
    expect(await refusal(sagemaker.deleteModel({ ModelName }))).toBeUndefined();
  });

  it('of a resource are both seen', async () => {
    const w = world();
    const model = fresh();
    await w.root('CreateModel', { ...minimal.model(model, w.role), Tags: tags(['team', 'blue'], ['Team', 'red']) });
    for (const value of ['blue', 'red']) {
      const denial = deny('sagemaker:DescribeModel', '*', { StringEquals: { 'aws:ResourceTag/team': value } });
      const { sagemaker } = await w.user(allow('sagemaker:*'), denial);
      expect(await refusal(sagemaker.describeModel({ ModelName: model }))).toMatchObject({ name: 'AccessDeniedException' });
    }
  });

  it('are not taken one beside the other: a value of one with any of another', async () => {
    const w = world();
    const ModelName = fresh();
    await w.root('CreateModel', {
      ...minimal.model(ModelName, w.role),
      Tags: tags(['team', 'blue'], ['Team', 'red'], ['stage', 'prod'], ['Stage', 'test']),
    });
    // The first of one with the second of the other.
    const denial = deny('sagemaker:DeleteModel', '*', {
      StringEquals: { 'aws:ResourceTag/team': 'blue' },
      StringNotEquals: { 'aws:ResourceTag/stage': 'prod' },
    });
    const { sagemaker } = await w.user(allow('sagemaker:*'), denial);
    expect(await refusal(sagemaker.deleteModel({ ModelName }))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(/with an explicit deny in an identity-based policy$/),
    });
  });

  it('refuse a call by which they make too many combinations, and the decision says so', async () => {
    const w = world();
    const ModelName = fresh();
    const keys = Array.from({ length: 9 }, (_, i) => `k${i}`);
    const Tags = keys.flatMap((key) => tags([key, 'a'], [key.toUpperCase(), 'b']));
    await w.root('CreateModel', { ...minimal.model(ModelName, w.role), Tags });
    const denials = keys.map((key) => deny('sagemaker:DeleteModel', '*', { StringEquals: { [`aws:ResourceTag/${key}`]: 'c' } }));
    const { sagemaker, arn } = await w.user(allow('sagemaker:*'), ...denials);
    const denied = await refusal(sagemaker.deleteModel({ ModelName }));
    expect(denied).toMatchObject({
      name: 'AccessDeniedException',
      message: `User: ${arn} is not authorized to perform: sagemaker:DeleteModel on resource: ${w.arn(`model/${ModelName.toLowerCase()}`)}`,
    });
    const [{ decisionId = '' } = {}] = w.server.audit.list(1);
    const record = w.server.decisions.find(decisionId)?.record as DecisionRecord;
    for (const view of [viewDecision(record), viewDecisionOfCaller(record)]) {
      expect(view.explanation.toSentence()).toMatch(/^denied: policies ask for so many tags whose keys differ by case alone/);
      expect(view.explanation.decision).toEqual({ outcome: 'implicitDeny', decidedBy: undefined });
      expect(view.context).toMatchObject({ 'aws:ResourceTag/k0': expect.anything(), 'aws:ResourceTag/K0': expect.anything() });
    }
    // One key fewer, and each combination is decided on.
    expect(await refusal((await w.user(allow('sagemaker:*'), ...denials.slice(1))).sagemaker.deleteModel({ ModelName }))).toBeUndefined();
  });

  it('are as little a way around keys of a package’s properties', async () => {
    const w = world();
    await w.root('CreateModelPackageGroup', { ModelPackageGroupName: 'cased' });
    const { sagemaker } = await w.user(
      allow(['sagemaker:CreateModelPackage', 'sagemaker:AddTags']),
      deny('sagemaker:CreateModelPackage', '*', { StringEquals: { 'sagemaker:CustomerMetadataProperties/env': 'prod' } }),
    );
    const create = (CustomerMetadataProperties: Record<string, string>) =>
      refusal(
        sagemaker.createModelPackage({
          ModelPackageGroupName: 'cased',
          CustomerMetadataProperties,
          InferenceSpecification: {
            Containers: [{ Image: 'i' }],
            SupportedContentTypes: ['text/csv'],
            SupportedResponseMIMETypes: ['text/csv'],
          },
        }),
      );
    for (const properties of [
      { env: 'prod', Env: 'x' },
      { Env: 'x', env: 'prod' },
    ])
      expect(await create(properties)).toMatchObject({ name: 'AccessDeniedException' });
    expect(await create({ env: 'test', Env: 'x' })).toBeUndefined();
  });
});

describe('tags of a resource', () => {
  const tagged = async (value: string) => {
    const name = fresh();
    await world().root('CreateModel', { ...minimal.model(name, world().role), Tags: [{ Key: 'team', Value: value }] });
    return name;
  };

  it.each(['aws:ResourceTag/team', 'sagemaker:ResourceTag/team'])('are seen as %s, on reading and on deleting', async (key) => {
    const [blue, red] = [await tagged('blue'), await tagged('red')];
    const { sagemaker } = await world().user(allow('sagemaker:*', '*', { StringEquals: { [key]: 'blue' } }));
    expect(await refusal(sagemaker.describeModel({ ModelName: blue }))).toBeUndefined();
    expect(await refusal(sagemaker.describeModel({ ModelName: red }))).toMatchObject({ name: 'AccessDeniedException' });
    expect(await refusal(sagemaker.deleteModel({ ModelName: red }))).toMatchObject({ name: 'AccessDeniedException' });
    expect(await refusal(sagemaker.deleteModel({ ModelName: blue }))).toBeUndefined();
  });

  it('are not there while a resource is created, even if one of the name has them', async () => {
    const blue = await tagged('blue');
    const { sagemaker } = await world().user(
      allow('sagemaker:*', '*', { StringEquals: { 'aws:ResourceTag/team': 'blue' } }),
      allow('iam:PassRole'),
    );
    expect(await refusal(sagemaker.createModel(minimal.model(blue, world().role)))).toMatchObject({ name: 'AccessDeniedException' });
  });

  it('are each resource’s own where a call has two', async () => {
    const w = world();
    await w.root('CreateEndpointConfig', { ...minimal.endpointConfig('blueConfig', 'there'), Tags: [{ Key: 'team', Value: 'blue' }] });
    const { sagemaker } = await w.user(
      allow('sagemaker:CreateEndpoint', w.arn('endpoint/*')),
      allow('sagemaker:CreateEndpoint', w.arn('endpoint-config/*'), { StringEquals: { 'aws:ResourceTag/team': 'blue' } }),
    );
    expect(await refusal(sagemaker.createEndpoint({ EndpointName: fresh(), EndpointConfigName: 'there' }))).toMatchObject({
      name: 'AccessDeniedException',
    });
    expect(await refusal(sagemaker.createEndpoint({ EndpointName: fresh(), EndpointConfigName: 'blueConfig' }))).toBeUndefined();
  });
});
