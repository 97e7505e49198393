import { paginateSearch, type SearchExpression } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, it } from 'vitest';
import { allow, minimal, refusal, sharedWorld } from './world.ts';

const world = sharedWorld({ pace: 1 });

const tags = (team: string) => [{ Key: 'team', Value: team }];

beforeAll(async () => {
  const { root, role, elapse } = world();
  for (const [name, depth, team] of [
    ['alpha', '3', 'red'],
    ['bravo', '5', 'blue'],
    ['charlie', '7', 'red'],
  ] as const) {
    await root('CreateTrainingJob', {
      ...minimal.trainingJob(name, role),
      HyperParameters: { depth, 'my.key': name },
      InputDataConfig: [
        { ChannelName: 'train', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${name}/train` } } },
        { ChannelName: 'test', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${name}/test` } } },
      ],
      Tags: tags(team),
      EnableNetworkIsolation: name === 'bravo',
    });
    elapse(10);
  }
  await root('CreateExperiment', { ExperimentName: 'Exp' });
  await root('CreateTrial', { TrialName: 'One', ExperimentName: 'Exp' });
  for (const [name, loss] of [
    ['comp-a', 0.5],
    ['comp-b', 0.25],
  ] as const)
    await root('CreateTrialComponent', {
      TrialComponentName: name,
      Parameters: { loss: { NumberValue: loss }, kind: { StringValue: 'x' } },
    });
  await root('AssociateTrialComponent', { TrialComponentName: 'comp-a', TrialName: 'one' });
  await root('CreateModel', { ...minimal.model('shown', role), Tags: tags('red') });
  await root('CreateModelPackageGroup', { ModelPackageGroupName: 'Group' });
  await root('CreateModelPackage', { ModelPackageGroupName: 'group', InferenceSpecification: { Containers: [{ Image: 'i' }] } });
});

const jobs = async (SearchExpression: SearchExpression | undefined, more: object = {}) => {
  const { Results } = await world().admin.search({
    Resource: 'TrainingJob',
    ...(SearchExpression && { SearchExpression }),
    SortBy: 'TrainingJobName',
    SortOrder: 'Ascending',
    ...more,
  });
  return Results?.map((each) => each.TrainingJob?.TrainingJobName);
};
const filter = (Name: string, Operator?: string, Value?: string) =>
  ({ Name, ...(Operator && { Operator }), ...(Value !== undefined && { Value }) }) as never;
const where = (...args: [string, string?, string?]): SearchExpression => ({ Filters: [filter(...args)] });

describe('a search', () => {
  it.each<[string, SearchExpression | undefined, string[]]>([
    ['everything', undefined, ['alpha', 'bravo', 'charlie']],
    ['an empty expression', {}, ['alpha', 'bravo', 'charlie']],
    ['a name', where('TrainingJobName', 'Equals', 'bravo'), ['bravo']],
    ['a name without an operator', { Filters: [{ Name: 'TrainingJobName', Value: 'bravo' }] }, ['bravo']],
    ['another name', where('TrainingJobName', 'NotEquals', 'bravo'), ['alpha', 'charlie']],
    ['a part of a name', where('TrainingJobName', 'Contains', 'ar'), ['charlie']],
    ['one of several', where('TrainingJobName', 'In', 'alpha, charlie,x'), ['alpha', 'charlie']],
    ['a tag', where('Tags.team', 'Equals', 'red'), ['alpha', 'charlie']],
    ['a tag’s key', where('Tags.Key', 'Equals', 'team'), ['alpha', 'bravo', 'charlie']],
    ['a tag that is there', where('Tags.team', 'Exists'), ['alpha', 'bravo', 'charlie']],
    ['a tag that is not', where('Tags.cost', 'NotExists'), ['alpha', 'bravo', 'charlie']],
    ['a hyperparameter', where('HyperParameters.depth', 'Equals', '5'), ['bravo']],
    ['a hyperparameter with a dot', where('HyperParameters.my.key', 'Equals', 'alpha'), ['alpha']],
    ['a number', where('ResourceConfig.VolumeSizeInGB', 'GreaterThanOrEqualTo', '10'), ['alpha', 'bravo', 'charlie']],
    ['a smaller number', where('ResourceConfig.VolumeSizeInGB', 'LessThan', '10'), []],
    ['a number that is none', where('ResourceConfig.VolumeSizeInGB', 'LessThan', 'ten'), []],
    ['a truth value', where('EnableNetworkIsolation', 'Equals', 'true'), ['bravo']],
    ['a time', where('CreationTime', 'GreaterThan', '2020-01-01T00:00:00Z'), ['alpha', 'bravo', 'charlie']],
    ['a time to come', where('CreationTime', 'GreaterThan', '2120-01-01T00:00:00Z'), []],
    ['what is in a list', where('InputDataConfig.DataSource.S3DataSource.S3Uri', 'Equals', 's3://alpha/test'), ['alpha']],
    ['both', { Filters: [filter('Tags.team', 'Equals', 'red'), filter('HyperParameters.depth', 'Equals', '7')] }, ['charlie']],
    [
      'either',
      { Operator: 'Or', Filters: [filter('TrainingJobName', 'Equals', 'alpha'), filter('HyperParameters.depth', 'Equals', '7')] },
      ['alpha', 'charlie'],
    ],
    [
      'one and the same element',
      {
        NestedFilters: [
          {
            NestedPropertyName: 'InputDataConfig',
            Filters: [
              filter('InputDataConfig.ChannelName', 'Equals', 'train'),
              filter('InputDataConfig.DataSource.S3DataSource.S3Uri', 'Contains', 'alpha'),
            ],
          },
        ],
      },
      ['alpha'],
    ],
    [
      'two elements that are not the same',
      {
        NestedFilters: [
          {
            NestedPropertyName: 'InputDataConfig',
            Filters: [
              filter('InputDataConfig.ChannelName', 'Equals', 'train'),
              filter('InputDataConfig.DataSource.S3DataSource.S3Uri', 'Equals', 's3://alpha/test'),
            ],
          },
        ],
      },
      [],
    ],
    [
      'expressions in expressions',
      {
        Operator: 'Or',
        SubExpressions: [
          where('TrainingJobName', 'Equals', 'bravo'),
          {
            Operator: 'And',
            Filters: [filter('Tags.team', 'Equals', 'red')],
            SubExpressions: [where('HyperParameters.depth', 'Equals', '3')],
          },
        ],
      },
      ['alpha', 'bravo'],
    ],
  ])('finds by %s', async (_, expression, expected) => {
    expect(await jobs(expression)).toEqual(expected);
  });

  it('shows whole descriptions, with tags', async () => {
    const { Results, TotalHits } = await world().admin.search({
      Resource: 'TrainingJob',
      SearchExpression: where('TrainingJobName', 'Equals', 'alpha'),
    });
    expect(TotalHits).toEqual({ Value: 1, Relation: 'EqualTo' });
    expect(Results).toMatchObject([
      {
        TrainingJob: {
          TrainingJobName: 'alpha',
          TrainingJobStatus: 'InProgress',
          HyperParameters: { depth: '3' },
          Tags: tags('red'),
          CreationTime: expect.any(Date),
        },
      },
    ]);
  });

  it('puts the last modified first, unless it is told otherwise', async () => {
    const { admin } = world();
    const names = async (more: object) =>
      (await admin.search({ Resource: 'TrainingJob', ...more })).Results?.map((each) => each.TrainingJob?.TrainingJobName);
    expect(await names({})).toEqual(['charlie', 'bravo', 'alpha']);
    expect(await names({ SortOrder: 'Ascending' })).toEqual(['alpha', 'bravo', 'charlie']);
    expect(await names({ SortBy: 'HyperParameters.depth', SortOrder: 'Descending' })).toEqual(['charlie', 'bravo', 'alpha']);
    expect(await names({ SortBy: 'EnableNetworkIsolation', SortOrder: 'Descending', MaxResults: 1 })).toEqual(['bravo']);
  });

  it('comes in pages, each of which knows of all', async () => {
    const { admin } = world();
    const seen: (string | undefined)[] = [];
    for await (const page of paginateSearch(
      { client: admin, pageSize: 2 },
      { Resource: 'TrainingJob', SortBy: 'TrainingJobName', SortOrder: 'Ascending' },
    )) {
      expect(page.TotalHits?.Value).toBe(3);
      seen.push(...(page.Results ?? []).map((each) => each.TrainingJob?.TrainingJobName));
    }
    expect(seen).toEqual(['alpha', 'bravo', 'charlie']);
    const { NextToken = '' } = await admin.search({ Resource: 'TrainingJob', MaxResults: 1 });
    expect(await refusal(admin.search({ Resource: 'Experiment', MaxResults: 1, NextToken }))).toMatchObject({
      name: 'ValidationException',
      message: 'Invalid token.',
    });
  });

  it('goes over every kind', async () => {
    const { admin } = world();
    const one = async (Resource: string, expression?: SearchExpression) => {
      const { Results } = await admin.search({ Resource: Resource as never, ...(expression && { SearchExpression: expression }) });
      return Results;
    };
    expect(await one('Experiment')).toMatchObject([{ Experiment: { ExperimentName: 'Exp' } }]);
    expect(await one('ExperimentTrial', where('ExperimentName', 'Equals', 'Exp'))).toMatchObject([{ Trial: { TrialName: 'One' } }]);
    expect(await one('ExperimentTrialComponent', where('Parents.ExperimentName', 'Equals', 'Exp'))).toMatchObject([
      { TrialComponent: { TrialComponentName: 'comp-a', Parents: [{ TrialName: 'One', ExperimentName: 'Exp' }] } },
    ]);
    expect(await one('ExperimentTrialComponent', where('Parameters.loss', 'LessThan', '0.4'))).toMatchObject([
      { TrialComponent: { TrialComponentName: 'comp-b' } },
    ]);
    expect(await one('Model', where('Model.Tags.team', 'Equals', 'red'))).toMatchObject([{ Model: { Model: { ModelName: 'shown' } } }]);
    expect(await one('ModelPackageGroup')).toMatchObject([{ ModelPackageGroup: { ModelPackageGroupName: 'Group' } }]);
    expect(await one('ModelPackage', where('ModelApprovalStatus', 'Equals', 'PendingManualApproval'))).toMatchObject([
      { ModelPackage: { ModelPackageVersion: 1 } },
    ]);
    for (const Resource of [
      'Endpoint',
      'FeatureGroup',
      'FeatureMetadata',
      'HyperParameterTuningJob',
      'Image',
      'ImageVersion',
      'Job',
      'ModelCard',
      'Pipeline',
      'PipelineExecution',
      'PipelineVersion',
      'Project',
    ])
      expect(await one(Resource), Resource).toEqual([]);
    const crossAccount = await admin.search({ Resource: 'ModelPackageGroup', CrossAccountFilterOption: 'CrossAccount' });
    expect(crossAccount.Results).toEqual([]);
  });

  it('shows what the conditions of visibility let through, which policies can require', async () => {
    expect(await jobs(undefined, { VisibilityConditions: [{ Key: 'Tags.team', Value: 'blue' }] })).toEqual(['bravo']);
    expect(
      await jobs(where('TrainingJobName', 'Equals', 'alpha'), { VisibilityConditions: [{ Key: 'Tags.team', Value: 'blue' }] }),
    ).toEqual([]);
    const { sagemaker } = await world().user(
      allow('sagemaker:Search', '*', { StringEquals: { 'sagemaker:SearchVisibilityCondition/Tags.team': 'blue' } }),
    );
    expect(await refusal(sagemaker.search({ Resource: 'TrainingJob' }))).toMatchObject({ name: 'AccessDeniedException' });
    expect(
      await refusal(sagemaker.search({ Resource: 'TrainingJob', VisibilityConditions: [{ Key: 'Tags.team', Value: 'red' }] })),
    ).toMatchObject({ name: 'AccessDeniedException' });
    const { Results } = await sagemaker.search({ Resource: 'TrainingJob', VisibilityConditions: [{ Key: 'Tags.team', Value: 'blue' }] });
    expect(Results).toMatchObject([{ TrainingJob: { TrainingJobName: 'bravo' } }]);
  });

  describe('E20 conditions of visibility', () => {
    const seen = (sagemaker: ReturnType<typeof world>['admin'], ...pairs: readonly (readonly [Key: string, Value: string])[]) =>
      sagemaker
        .search({ Resource: 'ModelPackageGroup', VisibilityConditions: pairs.map(([Key, Value]) => ({ Key, Value })) })
        .then(({ Results = [] }) => Results.map((each) => each.ModelPackageGroup?.ModelPackageGroupName).toSorted());
    const required = (suffix: string, ...values: readonly string[]) =>
      world()
        .user(allow('sagemaker:Search', '*', { StringEquals: { [`sagemaker:SearchVisibilityCondition/Tags.domain${suffix}`]: values } }))
        .then(({ sagemaker }) => sagemaker);

    beforeAll(async () => {
      const { root } = world();
      for (const [name, ...pairs] of [
        ['one', ['domain', 'd-1']],
        ['two', ['domain', 'd-2'], ['DOMAIN', 'd-1']],
        ['both', ['domain', 'd-1'], ['Domain', 'd-1']],
        ['shouted', ['DOMAIN', 'd-1']],
        ['named', ['domain/EqualsIfExists', 'd-1']],
      ] as const)
        await root('CreateModelPackageGroup', {
          ModelPackageGroupName: `seen-${name}`,
          Tags: pairs.map(([Key, Value]) => ({ Key, Value })),
        });
    });

    it('name tags as they are spelled, and show nothing that has another value in another case', async () => {
      const { admin } = world();
      expect(await seen(admin, ['Tags.domain', 'd-1'])).toEqual(['seen-both', 'seen-one']);
      expect(await seen(admin, ['Tags.DOMAIN', 'd-1'])).toEqual(['seen-shouted']);
    });

    it('are met by any value of a tag, each of which must be allowed', async () => {
      expect(await seen(world().admin, ['Tags.domain', 'd-1'], ['Tags.domain', 'd-2'])).toEqual(['seen-both', 'seen-one', 'seen-two']);
      const first = await required('', 'd-1');
      for (const pairs of [
        [
          ['Tags.domain', 'd-1'],
          ['Tags.domain', 'd-2'],
        ],
        [
          ['Tags.domain', 'd-2'],
          ['Tags.domain', 'd-1'],
        ],
        [
          ['Tags.domain', 'd-1'],
          ['Tags.Domain', 'd-2'],
        ],
        [
          ['Tags.domain', 'd-1'],
          ['Tags.domain/EqualsIfExists', 'd-2'],
        ],
        [['Tags.other', 'd-1']],
      ] as const)
        expect(await refusal(seen(first, ...pairs)), JSON.stringify(pairs)).toMatchObject({ name: 'AccessDeniedException' });
      const either = await required('', 'd-1', 'd-2');
      expect(await seen(either, ['Tags.domain', 'd-1'], ['Tags.domain', 'd-2'])).toEqual(['seen-both', 'seen-one', 'seen-two']);
    });

    it('may be required as the guide does, and show the same by that name', async () => {
      const guided = await required('/EqualsIfExists', 'd-1');
      for (const key of ['Tags.domain', 'Tags.domain/EqualsIfExists'])
        expect(await seen(guided, [key, 'd-1'])).toEqual(['seen-both', 'seen-one']);
      expect(await refusal(seen(guided, ['Tags.domain', 'd-2']))).toMatchObject({ name: 'AccessDeniedException' });
    });
  });

  it('does not look over the border', async () => {
    const { server, clients, account } = world();
    const other = clients((await server.account()).root).sagemaker;
    expect((await other.search({ Resource: 'TrainingJob' })).Results).toEqual([]);
    const elsewhere = clients(account.root, 'eu-west-1').sagemaker;
    expect((await elsewhere.search({ Resource: 'TrainingJob' })).TotalHits).toEqual({ Value: 0, Relation: 'EqualTo' });
  });

  const deep = (levels: number): SearchExpression =>
    levels === 0 ? where('TrainingJobName', 'Exists') : { SubExpressions: [deep(levels - 1)] };
  it.each<[string, object, string]>([
    ['an unknown property', { SearchExpression: where('Nothing', 'Exists') }, 'Unknown property name: Nothing'],
    ['a property of a text', { SearchExpression: where('TrainingJobName.x', 'Exists') }, 'Unknown property name: TrainingJobName.x'],
    ['a property of Object', { SearchExpression: where('constructor', 'Exists') }, 'Unknown property name: constructor'],
    ['an unknown property to sort by', { SortBy: 'Nothing' }, 'Unknown property name: Nothing'],
    [
      'a condition of visibility on something else',
      { VisibilityConditions: [{ Key: 'TrainingJobName', Value: 'x' }] },
      'A visibility condition must be on a tag, in the format Tags.<key>: TrainingJobName',
    ],
    ['an unknown condition of visibility', { VisibilityConditions: [{ Key: 'Nothing', Value: 'x' }] }, 'Unknown property name: Nothing'],
    [
      'a list that is none',
      { SearchExpression: { NestedFilters: [{ NestedPropertyName: 'TrainingJobName', Filters: [filter('x', 'Exists')] }] } },
      'Unknown property name: TrainingJobName',
    ],
    ['a filter without a value', { SearchExpression: where('TrainingJobName', 'Equals') }, 'The filter on TrainingJobName has no value.'],
    ['a value where there is none', { SearchExpression: where('TrainingJobName', 'Exists', 'x') }, 'The operator Exists takes no value.'],
    [
      'two parts of names',
      { SearchExpression: { Filters: [filter('TrainingJobName', 'Contains', 'a'), filter('TrainingJobName', 'Contains', 'b')] } },
      'A search expression can include only one Contains operator.',
    ],
    ['what nests too deep', { SearchExpression: deep(10) }, 'A search expression cannot nest deeper than 10 levels.'],
    [
      'too many filters',
      {
        SearchExpression: {
          SubExpressions: Array.from({ length: 6 }, () => ({
            Filters: Array.from({ length: 20 }, () => filter('TrainingJobName', 'Exists')),
          })),
        },
      },
      'A search expression cannot have more than 100 filters.',
    ],
  ])('refuses %s', async (_, more, message) => {
    expect(await refusal(world().admin.search({ Resource: 'TrainingJob', ...more }))).toEqual({
      name: 'ValidationException',
      message,
      status: 400,
    });
  });
});

describe('suggestions', () => {
  it('are names of properties that begin so', async () => {
    const { admin } = world();
    const suggest = async (PropertyNameHint: string, Resource = 'TrainingJob') =>
      (
        (await admin.getSearchSuggestions({ Resource: Resource as never, SuggestionQuery: { PropertyNameQuery: { PropertyNameHint } } }))
          .PropertyNameSuggestions ?? []
      ).map((each) => each.PropertyName);
    expect(await suggest('TrainingJobN')).toEqual(['TrainingJobName']);
    expect(await suggest('ResourceConfig.Instance')).toContain('ResourceConfig.InstanceType');
    expect(await suggest('Nothing')).toEqual([]);
    expect(await suggest('', 'Image')).toEqual([]);
    expect((await admin.getSearchSuggestions({ Resource: 'Experiment' })).PropertyNameSuggestions).toContainEqual({
      PropertyName: 'ExperimentName',
    });
  });
});
