import { paginateListNotebookInstances } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, it } from 'vitest';
import { sageMakerResources } from '../../../src/store/tables/sagemaker.ts';
import { allow, minimal, openWorld, refusal, sharedWorld } from './world.ts';

const world = sharedWorld({ pace: 1, quotas: { 'Total domains': 10 } });

/** A second apart, so that times tell them from each other. */
const names = ['delta', 'Alpha', 'charlie', 'bravo', 'echo'];
let times: Date[] = [];

beforeAll(async () => {
  const { root, role, elapse, admin } = world();
  for (const name of names) {
    await root('CreateNotebookInstance', {
      ...minimal.notebook(name, role),
      ...(name === 'bravo' && { DefaultCodeRepository: 'https://example.com/Repo' }),
    });
    await root('CreateModel', minimal.model(name, role));
    elapse(1);
  }
  elapse(200);
  await root('StopNotebookInstance', { NotebookInstanceName: 'charlie' });
  const { NotebookInstances = [] } = await admin.listNotebookInstances({ SortBy: 'CreationTime', SortOrder: 'Ascending' });
  times = NotebookInstances.flatMap((each) => (each.CreationTime ? [each.CreationTime] : []));
});

const listed = async (input: Parameters<ReturnType<typeof world>['admin']['listNotebookInstances']>[0]) =>
  (await world().admin.listNotebookInstances(input)).NotebookInstances?.map((each) => each.NotebookInstanceName);

describe('the order of a listing', () => {
  it('is by name where the family says so, whatever their case', async () => {
    expect(await listed({})).toEqual(['Alpha', 'bravo', 'charlie', 'delta', 'echo']);
    expect(await listed({ SortOrder: 'Descending' })).toEqual(['echo', 'delta', 'charlie', 'bravo', 'Alpha']);
  });

  it('is by time of creation, latest first, where the family says so', async () => {
    const { Models } = await world().admin.listModels({});
    expect(Models?.map((each) => each.ModelName)).toEqual([...names].reverse());
    const { Models: oldestFirst } = await world().admin.listModels({ SortOrder: 'Ascending' });
    expect(oldestFirst?.map((each) => each.ModelName)).toEqual(names);
  });

  it('is by creation or by status on request', async () => {
    expect(await listed({ SortBy: 'CreationTime', SortOrder: 'Ascending' })).toEqual(names);
    expect(await listed({ SortBy: 'Status' })).toEqual(['Alpha', 'bravo', 'delta', 'echo', 'charlie']);
    expect(await listed({ SortBy: 'Status', SortOrder: 'Descending' })).toEqual(['charlie', 'echo', 'delta', 'bravo', 'Alpha']);
  });
});

describe('filters', () => {
  it.each([
    [{ NameContains: 'LPH' }, ['Alpha']],
    [{ NameContains: 'a' }, ['Alpha', 'bravo', 'charlie', 'delta']],
    [{ StatusEquals: 'Stopping' as const }, ['charlie']],
    [{ StatusEquals: 'InService' as const, NameContains: 'e' }, ['delta', 'echo']],
    [{ DefaultCodeRepositoryContains: 'repo' }, ['bravo']],
    [{ AdditionalCodeRepositoryEquals: 'https://example.com/other' }, []],
  ])('%j leaves %j', async (filter, expected) => {
    expect(await listed(filter)).toEqual(expected);
  });

  it('by time leave out both ends', async () => {
    const [, second, third, fourth] = times;
    expect(await listed({ CreationTimeAfter: second as Date, CreationTimeBefore: fourth as Date })).toEqual(['charlie']);
    expect(await listed({ CreationTimeAfter: third as Date, SortBy: 'CreationTime', SortOrder: 'Ascending' })).toEqual(['bravo', 'echo']);
    // It was stopped later than all the others came into service.
    const { LastModifiedTime } = await world().admin.describeNotebookInstance({ NotebookInstanceName: 'charlie' });
    expect(await listed({ LastModifiedTimeAfter: new Date((LastModifiedTime?.getTime() ?? 0) - 1) })).toEqual(['charlie']);
  });
});

describe('pages', () => {
  it('come one after the other until there is none', async () => {
    const { admin } = world();
    const seen: (string | undefined)[][] = [];
    for await (const page of paginateListNotebookInstances({ client: admin, pageSize: 2 }, {})) {
      seen.push((page.NotebookInstances ?? []).map((each) => each.NotebookInstanceName));
    }
    expect(seen).toEqual([['Alpha', 'bravo'], ['charlie', 'delta'], ['echo']]);
  });

  it('go on in the same way by status', async () => {
    const seen: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await world().admin.listNotebookInstances({ SortBy: 'Status', MaxResults: 1, ...(NextToken && { NextToken }) });
      seen.push(...(page.NotebookInstances ?? []).map((each) => each.NotebookInstanceName));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(seen).toEqual(['Alpha', 'bravo', 'delta', 'echo', 'charlie']);
  });

  it('have no token after the last row, even if it fills the page', async () => {
    expect((await world().admin.listNotebookInstances({ MaxResults: 5 })).NextToken).toBeUndefined();
  });

  it('neither skip nor repeat when rows come and go in between', async () => {
    const { admin, root, role, elapse } = world();
    const { NextToken = '' } = await admin.listModels({ SortOrder: 'Ascending', MaxResults: 2 });
    await root('CreateModel', minimal.model('foxtrot', role));
    await root('DeleteModel', { ModelName: 'charlie' });
    const { Models } = await admin.listModels({ SortOrder: 'Ascending', MaxResults: 10, NextToken });
    expect(Models?.map((each) => each.ModelName)).toEqual(['bravo', 'echo', 'foxtrot']);
    elapse(1);
  });

  it('are bound to operation, filters, order, region and account', async () => {
    const w = world();
    const { NextToken = '' } = await w.admin.listNotebookInstances({ MaxResults: 1 });
    const refused = { name: 'ValidationException', message: 'Invalid token.', status: 400 };
    expect(await refusal(w.admin.listNotebookInstances({ NextToken, NameContains: 'a' }))).toEqual(refused);
    expect(await refusal(w.admin.listNotebookInstances({ NextToken, SortOrder: 'Descending' }))).toEqual(refused);
    expect(await refusal(w.admin.listModels({ NextToken }))).toEqual(refused);
    expect(await refusal(w.admin.listNotebookInstances({ NextToken: `${NextToken.slice(0, -4)}AAAA` }))).toEqual(refused);
    expect(await refusal(w.admin.listNotebookInstances({ NextToken: 'a'.repeat(8000) }))).toEqual(refused);
    const elsewhere = w.clients(w.account.root, 'eu-west-1').sagemaker;
    expect(await refusal(elsewhere.listNotebookInstances({ NextToken }))).toEqual(refused);
    const other = w.clients((await w.server.account()).root).sagemaker;
    expect(await refusal(other.listNotebookInstances({ NextToken }))).toEqual(refused);
  });

  it('are as long as the request may ask', async () => {
    const { admin } = world();
    expect(await refusal(admin.listNotebookInstances({ MaxResults: 101 }))).toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
    });
  });
});

describe('what is listed', () => {
  it('is what the region has, and the account', async () => {
    const w = world();
    const elsewhere = w.clients(w.account.root, 'eu-west-1').sagemaker;
    expect((await elsewhere.listNotebookInstances({})).NotebookInstances).toEqual([]);
    const other = w.clients((await w.server.account()).root).sagemaker;
    expect((await other.listModels({})).Models).toEqual([]);
  });

  it('does not depend on what the caller may see of it', async () => {
    const { sagemaker } = await world().user(allow('sagemaker:ListNotebookInstances'));
    expect((await sagemaker.listNotebookInstances({ NameContains: 'alpha' })).NotebookInstances).toHaveLength(1);
  });

  it('names a domain’s own profiles, spaces and apps when asked for the domain', async () => {
    const { admin, root, role, elapse } = world();
    const ids: string[] = [];
    for (const name of ['one', 'two']) ids.push(String((await root('CreateDomain', minimal.domain(name, role))).DomainId));
    elapse(200);
    for (const DomainId of ids) {
      for (const UserProfileName of ['ann', 'ben']) await root('CreateUserProfile', { DomainId, UserProfileName });
      await root('CreateSpace', { DomainId, SpaceName: 'shared' });
      elapse(20);
      await root('CreateApp', { DomainId, UserProfileName: 'ann', AppType: 'JupyterServer', AppName: 'default' });
    }
    const [DomainIdEquals = ''] = ids;
    expect((await admin.listUserProfiles({})).UserProfiles).toHaveLength(4);
    expect((await admin.listUserProfiles({ DomainIdEquals })).UserProfiles?.map((each) => each.UserProfileName)).toEqual(['ann', 'ben']);
    expect(
      (await admin.listUserProfiles({ DomainIdEquals, UserProfileNameContains: 'EN' })).UserProfiles?.map((each) => each.UserProfileName),
    ).toEqual(['ben']);
    expect(
      (await admin.listUserProfiles({ DomainIdEquals, SortBy: 'LastModifiedTime', SortOrder: 'Descending' })).UserProfiles,
    ).toHaveLength(2);
    expect((await admin.listSpaces({ DomainIdEquals })).Spaces).toHaveLength(1);
    expect((await admin.listApps({ DomainIdEquals })).Apps).toMatchObject([{ UserProfileName: 'ann', AppType: 'JupyterServer' }]);
    expect((await admin.listApps({ DomainIdEquals, UserProfileNameEquals: 'ben' })).Apps).toEqual([]);
    expect((await admin.listApps({ DomainIdEquals: 'd-none' })).Apps).toEqual([]);
    expect((await admin.listDomains({})).Domains?.map((each) => each.DomainName)).toEqual(['two', 'one']);
  });
});

describe('a store that holds many', () => {
  it('lists a page of them without reading the others, and goes through all with a filter that few pass', async () => {
    const w = await openWorld();
    try {
      const { store, clock } = w.server.installation;
      const COUNT = 21_000;
      await store.write(async (writer) => {
        for (let i = 0; i < COUNT; i++) {
          const id = `notebook-${String(i).padStart(6, '0')}`;
          await writer.insert(sageMakerResources, {
            accountId: w.account.id,
            region: 'us-east-1',
            type: 'notebook-instance',
            id,
            name: id,
            arn: w.arn(`notebook-instance/${id}`),
            parent: '',
            owner: '',
            createdAt: clock.now() + i,
            changedAt: clock.now() + i,
            settings: { InstanceType: 'ml.t3.medium', RoleArn: w.role },
            phases: [{ from: clock.now(), status: i === COUNT - 1 ? 'Failed' : 'InService' }],
            tags: [],
          });
        }
      });
      let read = 0;
      const list = store.list.bind(store);
      store.list = async (table, listing) => {
        const rows = await list(table, listing);
        if (table.name === sageMakerResources.name) read += rows.length;
        return rows as never;
      };
      const { NotebookInstances, NextToken } = await w.admin.listNotebookInstances({ SortBy: 'CreationTime', SortOrder: 'Descending' });
      expect(NotebookInstances?.[0]?.NotebookInstanceName).toBe('notebook-020999');
      expect(NextToken).toBeDefined();
      expect(read).toBeLessThanOrEqual(11);
      // One call looks at a bounded number of rows; the page comes back empty, with where to go on.
      const first = await w.admin.listNotebookInstances({ StatusEquals: 'Failed' });
      expect(first.NotebookInstances).toEqual([]);
      const second = await w.admin.listNotebookInstances({ StatusEquals: 'Failed', NextToken: first.NextToken ?? '' });
      expect(second.NotebookInstances).toMatchObject([{ NotebookInstanceName: 'notebook-020999' }]);
      expect(second.NextToken).toBeUndefined();
    } finally {
      await w.server.close();
    }
  });
});
