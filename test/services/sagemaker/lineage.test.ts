import { paginateQueryLineage } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, it } from 'vitest';
import { artifact } from '../../../src/services/sagemaker/lineage/artifact.ts';
import { EDGE, edgeId } from '../../../src/services/sagemaker/lineage/edge.ts';
import { newResource, newRow } from '../../../src/services/sagemaker/new-resource.ts';
import { sageMakerResources } from '../../../src/store/tables/sagemaker.ts';
import { atOnce } from '../../harness.ts';
import { allow, REGION, refusal, send, sharedWorld } from './world.ts';

const world = sharedWorld({ pace: 1 });

const artifactOf = async (SourceUri: string, more: object = {}): Promise<string> =>
  String((await world().root('CreateArtifact', { Source: { SourceUri }, ArtifactType: 'DataSet', ...more })).ArtifactArn);

const tails = (arns: (string | undefined)[] | undefined) => arns?.map((arn) => arn?.slice(arn.lastIndexOf('/') + 1)).sort();

describe('entities of lineage', () => {
  it('are created, described, changed, listed and deleted', async () => {
    const { admin, arn } = world();
    const Source = { SourceUri: 's3://bucket/thing' };
    const Properties = { owner: 'ann', stage: 'dev' };
    await admin.createAction({ ActionName: 'Approve', Source, ActionType: 'ModelApproval', Status: 'InProgress', Properties });
    await admin.createContext({
      ContextName: 'Whole_project',
      Source,
      ContextType: 'Project',
      Properties,
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    const { ArtifactArn = '' } = await admin.createArtifact({ ArtifactName: 'rows', Source, ArtifactType: 'DataSet', Properties });
    expect(ArtifactArn).toMatch(/:artifact\/[0-9a-f]{32}$/);
    const common = {
      Source,
      Properties,
      LineageGroupArn: arn('lineage-group/sagemaker-default-lineage-group'),
      CreatedBy: { IamIdentity: { Arn: expect.any(String) } },
    };
    expect(await admin.describeAction({ ActionName: 'Approve' })).toMatchObject({
      ...common,
      ActionArn: arn('action/Approve'),
      Status: 'InProgress',
    });
    // By its ARN as well.
    expect(await admin.describeContext({ ContextName: arn('context/Whole_project') })).toMatchObject({ ...common, ContextType: 'Project' });
    expect(await admin.describeArtifact({ ArtifactArn })).toMatchObject({ ...common, ArtifactName: 'rows', ArtifactType: 'DataSet' });
    // Names differ by case.
    expect(await refusal(admin.describeAction({ ActionName: 'approve' }))).toMatchObject({ name: 'ResourceNotFound' });

    await admin.updateAction({ ActionName: 'Approve', Status: 'Completed', Properties: { stage: 'prod' }, PropertiesToRemove: ['owner'] });
    expect(await admin.describeAction({ ActionName: 'Approve' })).toMatchObject({ Status: 'Completed', Properties: { stage: 'prod' } });
    await admin.updateContext({ ContextName: 'Whole_project', Description: 'all of it' });
    expect(await admin.describeContext({ ContextName: 'Whole_project' })).toMatchObject({ Description: 'all of it', Properties });
    await admin.updateArtifact({ ArtifactArn, ArtifactName: 'lines' });
    expect(await admin.describeArtifact({ ArtifactArn })).toMatchObject({ ArtifactName: 'lines' });
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`p${i}`, 'v']));
    expect(await refusal(admin.updateArtifact({ ArtifactArn, Properties: many }))).toMatchObject({ name: 'ValidationException' });

    expect((await admin.listActions({ ActionType: 'ModelApproval' })).ActionSummaries).toMatchObject([
      { ActionName: 'Approve', Status: 'Completed' },
    ]);
    expect((await admin.listActions({ SourceUri: 's3://other' })).ActionSummaries).toEqual([]);
    expect((await admin.listContexts({ SourceUri: Source.SourceUri })).ContextSummaries).toMatchObject([{ ContextName: 'Whole_project' }]);
    expect((await admin.listContexts({ ContextType: 'None' })).ContextSummaries).toEqual([]);
    expect((await admin.listArtifacts({ SourceUri: Source.SourceUri, ArtifactType: 'DataSet' })).ArtifactSummaries).toMatchObject([
      { ArtifactArn },
    ]);
    expect((await admin.listArtifacts({ CreatedBefore: new Date(0) })).ArtifactSummaries).toEqual([]);

    expect(await admin.deleteAction({ ActionName: 'Approve' })).toMatchObject({ ActionArn: arn('action/Approve') });
    expect(await admin.deleteContext({ ContextName: 'Whole_project' })).toMatchObject({ ContextArn: arn('context/Whole_project') });
    expect(await admin.deleteArtifact({ Source })).toMatchObject({ ArtifactArn });
  });

  it('of artifacts are known by their source', async () => {
    const { admin } = world();
    const SourceTypes = [
      { SourceIdType: 'MD5Hash', Value: 'a' },
      { SourceIdType: 'S3Version', Value: 'b' },
    ] as const;
    const create = (Source: object) => admin.createArtifact({ Source: Source as never, ArtifactType: 'Model' });
    const { ArtifactArn = '' } = await create({ SourceUri: 's3://bucket/model', SourceTypes });
    // The same in another order, and others.
    expect(await refusal(create({ SourceUri: 's3://bucket/model', SourceTypes: [...SourceTypes].reverse() }))).toEqual({
      name: 'ValidationException',
      message: `Artifacts must be unique by source within an AWS account and region. Artifact (${ArtifactArn}) already exists.`,
      status: 400,
    });
    expect((await create({ SourceUri: 's3://bucket/model' })).ArtifactArn).not.toBe(ArtifactArn);
    const { ArtifactName } = await admin.describeArtifact({ ArtifactArn });
    expect(ArtifactName).toBeUndefined();
    const Source = { SourceUri: 's3://bucket/model' };
    for (const input of [{}, { ArtifactArn, Source }])
      expect(await refusal(admin.deleteArtifact(input as never))).toMatchObject({
        name: 'ValidationException',
        message: 'Exactly one of ArtifactArn and Source must be specified.',
      });
  });

  const missing: [kind: string, path: string, operation: string, input: (arn: string) => object][] = [
    ...(['Describe', 'Update', 'Delete'] as const).flatMap((verb): [string, string, string, (arn: string) => object][] => [
      ['Action', 'action/none', `${verb}Action`, () => ({ ActionName: 'none' })],
      ['Context', 'context/none', `${verb}Context`, () => ({ ContextName: 'none' })],
      ['Artifact', 'artifact/none', `${verb}Artifact`, (ArtifactArn) => ({ ArtifactArn })],
    ]),
  ];
  it.each(missing)('%s (%s): %s tells that it is not there', async (kind, path, operation, input) => {
    const { admin, arn } = world();
    expect(await refusal(send(admin, operation, input(arn(path))))).toMatchObject({
      name: 'ResourceNotFound',
      message: `${kind} '${arn(path)}' does not exist.`,
    });
  });

  it.each(['Action', 'Context'])('cannot have the name of another %s', async (kind) => {
    const { admin } = world();
    const input = { [`${kind}Name`]: 'twice', [`${kind}Type`]: 't', Source: { SourceUri: 'u' } };
    await send(admin, `Create${kind}`, input);
    expect(await refusal(send(admin, `Create${kind}`, input))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/with name \(twice\) already exists\.$/),
    });
  });
});

describe('associations', () => {
  it('are added once, listed from both ends, and hold what they join', async () => {
    const { admin, elapse } = world();
    const [raw, clean, model] = [
      await artifactOf('s3://a/raw'),
      await artifactOf('s3://a/clean'),
      await artifactOf('s3://a/model', { ArtifactType: 'Model' }),
    ];
    await admin.addAssociation({ SourceArn: raw, DestinationArn: clean, AssociationType: 'DerivedFrom' });
    elapse(1);
    await admin.addAssociation({ SourceArn: clean, DestinationArn: model, AssociationType: 'ContributedTo' });
    const pairs = async (filter: object) =>
      ((await admin.listAssociations(filter)).AssociationSummaries ?? []).map((each) => [each.SourceArn, each.DestinationArn]);
    expect(await pairs({ SourceArn: raw })).toEqual([[raw, clean]]);
    expect(await pairs({ DestinationArn: model })).toEqual([[clean, model]]);
    expect(await pairs({ SourceArn: raw, DestinationArn: model })).toEqual([]);
    expect(await pairs({ DestinationType: 'Model' })).toEqual([[clean, model]]);
    expect(await pairs({ SourceType: 'Model' })).toEqual([]);
    expect(await pairs({ AssociationType: 'DerivedFrom' })).toEqual([[raw, clean]]);
    expect(await pairs({})).toEqual([
      [clean, model],
      [raw, clean],
    ]);
    const first = await admin.listAssociations({ SortBy: 'DestinationType', SortOrder: 'Ascending', MaxResults: 1 });
    expect(first.AssociationSummaries).toMatchObject([
      { DestinationType: 'DataSet', SourceType: 'DataSet', AssociationType: 'DerivedFrom' },
    ]);
    const second = await admin.listAssociations({
      SortBy: 'DestinationType',
      SortOrder: 'Ascending',
      MaxResults: 1,
      NextToken: first.NextToken ?? '',
    });
    expect(second).toMatchObject({ AssociationSummaries: [{ DestinationType: 'Model' }] });
    expect(second.NextToken).toBeUndefined();
    expect(await refusal(admin.listAssociations({ NextToken: first.NextToken ?? '' }))).toMatchObject({ message: 'Invalid token.' });

    expect(await refusal(admin.addAssociation({ SourceArn: raw, DestinationArn: clean }))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('already exists'),
    });
    expect(await refusal(admin.addAssociation({ SourceArn: raw, DestinationArn: raw }))).toMatchObject({ name: 'ValidationException' });
    expect(await refusal(admin.deleteArtifact({ ArtifactArn: clean }))).toMatchObject({
      name: 'ValidationException',
      message: `Artifact '${clean}' has 1 or more associations and cannot be deleted.`,
    });
    await admin.deleteAssociation({ SourceArn: raw, DestinationArn: clean });
    expect(await refusal(admin.deleteAssociation({ SourceArn: raw, DestinationArn: clean }))).toMatchObject({ name: 'ResourceNotFound' });
    await admin.deleteAssociation({ SourceArn: clean, DestinationArn: model });
    for (const ArtifactArn of [raw, clean, model]) await admin.deleteArtifact({ ArtifactArn });
  });

  it('need both entities, and leave to associate each', async () => {
    const { admin, arn, user, server } = world();
    const [one, two] = [await artifactOf('s3://b/one'), await artifactOf('s3://b/two')];
    const none = arn('experiment/none');
    for (const pair of [
      { SourceArn: none, DestinationArn: one },
      { SourceArn: one, DestinationArn: none },
    ])
      expect(await refusal(admin.addAssociation(pair))).toMatchObject({
        name: 'ResourceNotFound',
        message: `Entity '${none}' does not exist.`,
      });
    expect(await refusal(admin.listAssociations({ SourceArn: none }))).toMatchObject({ name: 'ResourceNotFound' });
    for (const only of [one, two]) {
      const { sagemaker } = await user(allow(['sagemaker:AddAssociation', 'sagemaker:DeleteAssociation'], only));
      for (const call of atOnce([
        sagemaker.addAssociation({ SourceArn: one, DestinationArn: two }),
        sagemaker.deleteAssociation({ SourceArn: one, DestinationArn: two }),
      ]))
        expect(await refusal(call)).toMatchObject({ name: 'AccessDeniedException' });
    }
    // Of another account: refused before anybody looks whether it is there.
    const other = await server.account();
    const foreign = one.replace(world().account.id, other.id);
    expect(await refusal(admin.addAssociation({ SourceArn: one, DestinationArn: foreign }))).toMatchObject({
      name: 'AccessDeniedException',
    });
    await admin.addAssociation({ SourceArn: one, DestinationArn: two });
    await admin.deleteAssociation({ SourceArn: one, DestinationArn: two });
  });
});

describe('a query of lineage', () => {
  const arns: Record<string, string> = {};
  /** raw → clean → model → endpoint, and aside: clean → report; a circle model → clean. */
  beforeAll(async () => {
    const { root, arn, elapse } = world();
    arns.raw = await artifactOf('s3://q/raw');
    arns.clean = await artifactOf('s3://q/clean', { Properties: { stage: 'prod' } });
    arns.model = await artifactOf('s3://q/model', { ArtifactType: 'Model' });
    elapse(5);
    await root('CreateContext', { ContextName: 'endpoint', ContextType: 'Endpoint', Source: { SourceUri: 'e' } });
    arns.endpoint = arn('context/endpoint');
    await root('CreateTrialComponent', { TrialComponentName: 'report' });
    arns.report = arn('experiment-trial-component/report');
    for (const [from = '', to = ''] of [
      ['raw', 'clean'],
      ['clean', 'model'],
      ['model', 'endpoint'],
      ['clean', 'report'],
      ['model', 'clean'],
    ])
      await root('AddAssociation', { SourceArn: arns[from], DestinationArn: arns[to] });
  });

  const found = async (input: object) => {
    const { Vertices } = await world().admin.queryLineage(input);
    return Object.entries(arns)
      .filter(([, arn]) => Vertices?.some((vertex) => vertex.Arn === arn))
      .map(([name]) => name);
  };

  it.each([
    ['Descendants', 'raw', {}, ['clean', 'model', 'endpoint', 'report']],
    ['Ascendants', 'raw', {}, []],
    ['Ascendants', 'endpoint', {}, ['raw', 'clean', 'model']],
    ['Both', 'model', {}, ['raw', 'clean', 'endpoint', 'report']],
    ['Descendants', 'raw', { MaxDepth: 1 }, ['clean']],
    ['Descendants', 'raw', { MaxDepth: 2 }, ['clean', 'model', 'report']],
    ['Descendants', 'raw', { Filters: { Types: ['Model'] } }, ['model']],
    ['Descendants', 'raw', { Filters: { LineageTypes: ['Context', 'TrialComponent'] } }, ['endpoint', 'report']],
    ['Descendants', 'raw', { Filters: { Properties: { stage: 'prod' } } }, ['clean']],
    ['Descendants', 'raw', { Filters: { Properties: { stage: 'dev' } } }, []],
    ['Descendants', 'raw', { Filters: { CreatedBefore: new Date(0) } }, []],
    ['Descendants', 'raw', { Filters: { ModifiedAfter: new Date(4_000_000_000_000) } }, []],
  ])('goes %s from %s with %o', async (Direction, start, more, expected) => {
    expect(await found({ StartArns: [arns[start]], Direction, ...more })).toEqual(expected);
  });

  it('finds by filters alone', async () => {
    expect(await found({ Filters: { Types: ['Endpoint'] } })).toEqual(['endpoint']);
    expect(await found({ Filters: { LineageTypes: ['Artifact'], Types: ['Model'] } })).toEqual(['model']);
  });

  it('tells edges with their vertices, unless it is told not to', async () => {
    const { admin } = world();
    const { Edges, Vertices } = await admin.queryLineage({ StartArns: [arns.endpoint ?? ''], Direction: 'Ascendants', MaxDepth: 1 });
    expect(Vertices).toEqual([{ Arn: arns.model, Type: 'Model', LineageType: 'Artifact' }]);
    expect(Edges).toMatchObject([{ SourceArn: arns.model, DestinationArn: arns.endpoint }]);
    expect((await admin.queryLineage({ StartArns: [arns.endpoint ?? ''], IncludeEdges: false })).Edges ?? []).toEqual([]);
  });

  it('comes in pages', async () => {
    const seen: (string | undefined)[] = [];
    const input = { StartArns: [arns.raw ?? ''], MaxResults: 3 };
    let pages = 0;
    for await (const page of paginateQueryLineage({ client: world().admin, pageSize: 3 }, input)) {
      pages++;
      seen.push(...(page.Vertices ?? []).map((vertex) => vertex.Arn));
    }
    expect(pages).toBe(2);
    expect(tails(seen)).toEqual(tails([arns.clean, arns.model, arns.endpoint, arns.report]));
  });

  it('follows only so many associations', async () => {
    const { admin, account, arn, server } = world();
    const COUNT = 102;
    const dense = (i: number) => arn(`artifact/${String(i).padStart(32, '0')}`);
    const when = { account: account.id, region: REGION, now: server.clock.now() };
    await server.installation.store.write(async (writer) => {
      for (let i = 0; i < COUNT; i++) {
        const settings = { Source: { SourceUri: `s3://dense/${i}` }, ArtifactType: 'Dense' };
        await writer.insert(sageMakerResources, newResource(artifact, dense(i), when, { settings }));
        for (let j = 0; j < COUNT; j++) {
          const edge = { SourceArn: dense(i), DestinationArn: dense(j), SourceType: 'Dense', DestinationType: 'Dense' };
          const ends = { parent: edge.SourceArn, owner: edge.DestinationArn, settings: edge };
          if (i !== j) await writer.insert(sageMakerResources, newRow(EDGE, edgeId(edge.SourceArn, edge.DestinationArn), when, ends));
        }
      }
    });
    const seen = new Set<string>();
    const input = { StartArns: [dense(0)], Direction: 'Descendants' as const };
    for await (const { Edges = [] } of paginateQueryLineage({ client: admin, pageSize: 50 }, input))
      for (const { SourceArn, DestinationArn } of Edges) seen.add(`${SourceArn} ${DestinationArn}`);
    expect(seen.size).toBe(10_000);
  });

  it('needs a start that is there, or filters', async () => {
    const { admin, arn } = world();
    expect(await refusal(admin.queryLineage({}))).toMatchObject({ name: 'ValidationException' });
    expect(await refusal(admin.queryLineage({ StartArns: [arn('artifact/none')] }))).toMatchObject({ name: 'ResourceNotFound' });
  });
});

describe('the lineage group', () => {
  it('is one, and cannot be had otherwise', async () => {
    const { admin, arn } = world();
    const LineageGroupName = 'sagemaker-default-lineage-group';
    const group = { LineageGroupName, LineageGroupArn: arn(`lineage-group/${LineageGroupName}`) };
    expect((await admin.listLineageGroups({})).LineageGroupSummaries).toMatchObject([group]);
    expect((await admin.listLineageGroups({ CreatedBefore: new Date(0) })).LineageGroupSummaries).toEqual([]);
    expect(await admin.describeLineageGroup({ LineageGroupName })).toMatchObject(group);
    expect(await refusal(admin.describeLineageGroup({ LineageGroupName: 'mine' }))).toMatchObject({ name: 'ResourceNotFound' });
    expect(await refusal(admin.getLineageGroupPolicy({ LineageGroupName }))).toMatchObject({ name: 'ResourceNotFound' });
  });
});
