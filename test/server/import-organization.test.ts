import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IAM } from '@aws-sdk/client-iam';
import { Organizations } from '@aws-sdk/client-organizations';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretPlace } from '../../src/authentication/authenticate.ts';
import { importOrganization as importFolder } from '../../src/cli/import-organization.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { accessKeyId, secretAccessKey } from '../../src/core/id.ts';
import { importAccount } from '../../src/server/import-aws.ts';
import { accountDetails } from '../../src/server/import-aws-shape.ts';
import { type ImportedOrganization, importOrganization } from '../../src/server/import-organization.ts';
import { organizationPrint } from '../../src/server/import-organization-shape.ts';
import { PRIVATE_SERVER, type RunningServer, startServer } from '../../src/server/serve.ts';
import { checkShape } from '../../src/server/shape.ts';
import { accounts } from '../../src/store/tables/account.ts';
import { accessKeys } from '../../src/store/tables/iam.ts';
import { organizationMemberships, organizations } from '../../src/store/tables/organization.ts';
import { describeWith, findAwsClis } from '../clients.ts';
import { type Credentials, clientConfig, policy, startTestServer, type TestAccount, type TestServer } from '../harness.ts';

type Print = Record<string, Record<string, unknown>>;

let source: TestServer;
let target: TestServer;
let management: TestAccount;
let member: TestAccount;
let printed: Print;
/** What the member has in its own account. */
let details: unknown;
const unitIds: Record<string, string> = {};

/** As the AWS CLI prints it: all pages, times as text, and only members that have a value. */
async function print(org: Organizations): Promise<Print> {
  const plain = (answer: object): Record<string, unknown> => {
    const { $metadata, ...rest } = answer as { $metadata: unknown };
    return JSON.parse(JSON.stringify(rest));
  };
  const all = async (list: (NextToken?: string) => Promise<object>): Promise<Record<string, unknown[]>> => {
    const pages = [plain(await list())];
    for (let token = pages[0]?.NextToken; token !== undefined; token = pages.at(-1)?.NextToken)
      pages.push(plain(await list(String(token))));
    const merged: Record<string, unknown[]> = {};
    for (const page of pages)
      for (const [name, value] of Object.entries(page)) if (Array.isArray(value)) merged[name] = [...(merged[name] ?? []), ...value];
    return merged;
  };
  const ids = (values: unknown[] | undefined): string[] => (values as { Id: string }[]).map(({ Id }) => Id);
  const print: Print = {
    'describe-organization': plain(await org.describeOrganization({})),
    'list-roots': await all((NextToken) => org.listRoots({ NextToken })),
    'list-aws-service-access-for-organization': await all((NextToken) => org.listAWSServiceAccessForOrganization({ NextToken })),
    'describe-resource-policy': plain(await org.describeResourcePolicy({})),
  };
  const add = (command: string, about: string, answer: unknown): void => {
    print[command] = { ...print[command], [about]: answer };
  };
  const tags = async (ResourceId: string) =>
    add('list-tags-for-resource', ResourceId, await all(() => org.listTagsForResource({ ResourceId })));
  const below = async (ParentId: string): Promise<void> => {
    const units = await all((NextToken) => org.listOrganizationalUnitsForParent({ ParentId, NextToken }));
    const within = await all((NextToken) => org.listAccountsForParent({ ParentId, NextToken }));
    add('list-organizational-units-for-parent', ParentId, units);
    add('list-accounts-for-parent', ParentId, within);
    for (const id of ids(within.Accounts)) await tags(id);
    for (const id of ids(units.OrganizationalUnits)) {
      await tags(id);
      await below(id);
    }
  };
  const [root = ''] = ids((print['list-roots'] as { Roots: unknown[] }).Roots);
  await tags(root);
  await below(root);
  for (const Filter of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY', 'TAG_POLICY'] as const) {
    const listed = await all((NextToken) => org.listPolicies({ Filter, NextToken }));
    add('list-policies', Filter, listed);
    for (const PolicyId of ids(listed.Policies)) {
      add('list-targets-for-policy', PolicyId, await all((NextToken) => org.listTargetsForPolicy({ PolicyId, NextToken })));
      if (PolicyId.endsWith('FullAWSAccess')) continue;
      add('describe-policy', PolicyId, plain(await org.describePolicy({ PolicyId })));
      await tags(PolicyId);
    }
  }
  for (const AccountId of ids((await all(() => org.listDelegatedAdministrators({}))).DelegatedAdministrators))
    add('list-delegated-services-for-account', AccountId, await all(() => org.listDelegatedServicesForAccount({ AccountId })));
  return print;
}

const denying = (Action: string, principal: object = {}): string =>
  JSON.stringify(policy({ Effect: 'Deny', ...principal, Action, Resource: '*' }));

/** Keys for the root user of an account that was imported: whoever runs the server could make them too. */
async function rootKey({ installation }: TestServer, accountId: string): Promise<Credentials> {
  const { store, random, secrets, clock } = installation;
  const key = { accessKeyId: accessKeyId('AKIA', accountId, random), secretAccessKey: secretAccessKey(random) };
  const sealedSecret = secrets.seal(key.secretAccessKey, secretPlace(accountId, key.accessKeyId));
  const row = {
    accountId,
    accessKeyId: key.accessKeyId,
    ownerId: accountId,
    status: 'Active' as const,
    sealedSecret,
    createdAt: clock.now(),
  };
  await store.write((writer) => writer.insert(accessKeys, row));
  return key;
}

beforeAll(async () => {
  source = await startTestServer();
  target = await startTestServer();
  management = await source.account();
  const org = new Organizations(clientConfig(source, management.root));
  await org.createOrganization({});
  const rootId = (await org.listRoots({})).Roots?.[0]?.Id ?? '';
  for (const PolicyType of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY', 'TAG_POLICY'] as const)
    await org.enablePolicyType({ RootId: rootId, PolicyType });
  const unit = async (name: string, ParentId: string): Promise<string> => {
    const { OrganizationalUnit } = await org.createOrganizationalUnit({ Name: name, ParentId, Tags: [{ Key: 'unit', Value: name }] });
    unitIds[name] = OrganizationalUnit?.Id ?? '';
    return unitIds[name];
  };
  const workloads = await unit('Workloads', rootId);
  const production = await unit('Production', workloads);
  await unit('Sandbox', rootId);
  member = await source.account();
  const { Handshake } = await org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: member.id } });
  await new Organizations(clientConfig(source, member.root)).acceptHandshake({ HandshakeId: Handshake?.Id });
  await org.moveAccount({ AccountId: member.id, SourceParentId: rootId, DestinationParentId: production });
  for (const AccountName of ['Audit', 'Old'])
    await org.createAccount({ AccountName, Email: `${AccountName}@example.com`, Tags: [{ Key: 'cost', Value: '' }] });
  const made = (await org.listAccounts({})).Accounts ?? [];
  const idOf = (name: string): string => made.find(({ Name }) => Name === name)?.Id ?? '';
  await org.closeAccount({ AccountId: idOf('Old') });
  const control = async (
    Name: string,
    Type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY' | 'TAG_POLICY',
    Content: string,
    ...TargetIds: string[]
  ) => {
    const { Policy } = await org.createPolicy({ Name, Type, Content, Description: `of ${Name}`, Tags: [{ Key: 'p', Value: Name }] });
    for (const TargetId of TargetIds) await org.attachPolicy({ PolicyId: Policy?.PolicySummary?.Id, TargetId });
  };
  await control('No listing', 'SERVICE_CONTROL_POLICY', denying('iam:ListUsers'), workloads, idOf('Audit'));
  await control('Unattached', 'SERVICE_CONTROL_POLICY', denying('s3:*'));
  await control('No sessions', 'RESOURCE_CONTROL_POLICY', denying('sts:AssumeRole', { Principal: '*' }), production);
  await control('Tags', 'TAG_POLICY', '{"tags":{"cost":{"tag_key":{"@@assign":"cost"}}}}', rootId);
  await org.tagResource({ ResourceId: rootId, Tags: [{ Key: 'root', Value: 'r' }] });
  await org.enableAWSServiceAccess({ ServicePrincipal: 'access-analyzer.amazonaws.com' });
  await org.registerDelegatedAdministrator({ AccountId: idOf('Audit'), ServicePrincipal: 'access-analyzer.amazonaws.com' });
  const reading = { Effect: 'Allow', Principal: { AWS: idOf('Audit') }, Action: 'organizations:Describe*', Resource: '*' };
  await org.putResourcePolicy({ Content: JSON.stringify(policy(reading)), Tags: [{ Key: 'rp', Value: '1' }] });
  printed = await print(org);

  await member.user('alice', { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
  const iam = new IAM(clientConfig(source, member.root));
  const trust = policy({ Effect: 'Allow', Principal: { AWS: member.id }, Action: 'sts:AssumeRole' });
  await iam.createRole({ RoleName: 'Assumed', AssumeRolePolicyDocument: JSON.stringify(trust) });
  details = JSON.parse(JSON.stringify(await member.asRoot('iam', 'GetAccountAuthorizationDetails', {})));
});
afterAll(async () => {
  expect([...source.errors, ...target.errors]).toEqual([]);
  await source.close();
  await target.close();
});

function load(print: unknown, server = target): Promise<ImportedOrganization> {
  const checked = checkShape(print, organizationPrint);
  if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
  return importOrganization(checked.value, server.installation);
}

/** The same organization with other ids, and a change. */
function elsewhere(number: number, change: (print: Print) => void = () => undefined): Print {
  const ids = [
    management.id,
    ...Object.values(printed['list-accounts-for-parent'] ?? {}).flatMap((list) =>
      (list as { Accounts: { Id: string }[] }).Accounts.map(({ Id }) => Id),
    ),
  ];
  const { Organization } = printed['describe-organization'] as { Organization: { Id: string } };
  const texts = ids.reduce(
    (text, id, i) => text.replaceAll(id, `9${number}${i}`.padEnd(12, '0')),
    JSON.stringify(printed)
      .replaceAll(Organization.Id, `o-${String(number).repeat(10)}`)
      .replaceAll('example.com', `${number}.example.com`),
  );
  const copy = JSON.parse(texts);
  change(copy);
  return copy;
}

/** The first answer of a command that is asked about something. */
const first = (print: Print, command: string, name: string): Record<string, unknown>[] => {
  const list = Object.values(print[command] ?? {}).find((answer) => (answer as Record<string, unknown[]>)[name]?.length) ?? {};
  return (list as Record<string, Record<string, unknown>[]>)[name] ?? [];
};

describe('importing an organization', () => {
  it('prints afterwards what went in, and its policies hold', async () => {
    const imported = await load(printed);
    const { Organization } = printed['describe-organization'] as { Organization: { Id: string } };
    expect(imported).toEqual({
      organizationId: Organization.Id,
      managementAccountId: management.id,
      units: 3,
      accounts: 4,
      newAccounts: expect.arrayContaining([management.id, member.id]),
      policies: 4,
      attachments: expect.any(Number),
      unknownPolicyTypes: [],
    });
    const org = new Organizations(clientConfig(target, await rootKey(target, management.id)));
    expect(await print(org)).toEqual(printed);

    const checked = checkShape(details, accountDetails);
    if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
    const { accessKey } = await importAccount(checked.value, target.installation, { accessKeyFor: 'alice' });
    if (!accessKey) throw new Error('no key');
    const alice = new IAM(clientConfig(target, accessKey));
    await alice.listRoles({});
    await expect(alice.listUsers({})).rejects.toThrow(/with an explicit deny in a service control policy$/);
    const sts = new STS(clientConfig(target, accessKey));
    const session = { RoleArn: `arn:aws:iam::${member.id}:role/Assumed`, RoleSessionName: 'session' };
    await expect(sts.assumeRole(session)).rejects.toThrow(/is not authorized to perform: sts:AssumeRole/);

    // The imported organization is one like any other: policies that are taken away guard no more.
    const release = async (Name: string, TargetId: string | undefined, Filter: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY') => {
      const { Policies = [] } = await org.listPoliciesForTarget({ TargetId, Filter });
      await org.detachPolicy({ PolicyId: Policies.find((each) => each.Name === Name)?.Id, TargetId });
    };
    await release('No listing', unitIds.Workloads, 'SERVICE_CONTROL_POLICY');
    await alice.listUsers({});
    await release('No sessions', unitIds.Production, 'RESOURCE_CONTROL_POLICY');
    await sts.assumeRole(session);
  });

  it('takes an account that was imported before, and gives it its name and address', async () => {
    const print = elsewhere(1);
    const [account] = first(print, 'list-accounts-for-parent', 'Accounts');
    const id = String(account?.Id);
    const { installation } = target;
    const row = { accountId: id, name: 'imported', email: `root@${id}.invalid`, status: 'ACTIVE' as const, createdAt: 1 };
    await installation.store.write((writer) => writer.insert(accounts, row));
    const { newAccounts } = await load(print);
    expect(newAccounts).not.toContain(id);
    expect(await installation.store.get(accounts, [id])).toEqual({ ...row, name: account?.Name, email: account?.Email });
  });

  it('reads what the first version of the CLI prints: seconds, and no State', async () => {
    const print = elsewhere(2, (copy: Print) => {
      for (const { Accounts } of Object.values(copy['list-accounts-for-parent'] ?? {}) as { Accounts: Record<string, unknown>[] }[])
        for (const account of Accounts) {
          account.JoinedTimestamp = Date.parse(String(account.JoinedTimestamp)) / 1000;
          delete account.State;
          delete account.Paths;
        }
    });
    const { managementAccountId, newAccounts } = await load(print);
    const org = new Organizations(clientConfig(target, await rootKey(target, managementAccountId)));
    const states = (await org.listAccounts({})).Accounts?.map(({ Name, State }) => [Name, State]) ?? [];
    expect(states).toHaveLength(newAccounts.length);
    expect(new Map(states as [string, string][]).get('Old')).toBe('CLOSED');
    const times = (await org.listAccounts({})).Accounts?.map(({ JoinedTimestamp }) => JoinedTimestamp?.getTime());
    expect(times?.every((time) => time !== undefined && time > Date.parse('2020-01-01'))).toBe(true);
  });

  it('keeps what AWS holds back, and lets nobody use it', async () => {
    const print = elsewhere(3, (copy: Print) => {
      const accountsOf = Object.values(copy['list-accounts-for-parent'] ?? {}).flatMap((list) => (list as { Accounts: object[] }).Accounts);
      for (const account of accountsOf as { Name: string; State: string; Status: string }[])
        if (account.Name === 'Audit') Object.assign(account, { State: 'SUSPENDED', Status: 'SUSPENDED' });
        else if (account.Name === 'Old') Object.assign(account, { State: 'PENDING_CLOSURE', Status: 'PENDING_CLOSURE' });
      delete copy['list-delegated-services-for-account'];
    });
    const { managementAccountId } = await load(print);
    const org = new Organizations(clientConfig(target, await rootKey(target, managementAccountId)));
    const { Accounts = [] } = await org.listAccounts({});
    const audit = Accounts.find(({ Name }) => Name === 'Audit');
    expect(audit).toMatchObject({ State: 'SUSPENDED', Status: 'SUSPENDED' });
    // Being closed takes no time on this server.
    expect(Accounts.find(({ Name }) => Name === 'Old')).toMatchObject({ State: 'CLOSED', Status: 'SUSPENDED' });
    const sts = new STS(clientConfig(target, await rootKey(target, audit?.Id ?? '')));
    await expect(sts.getCallerIdentity({})).rejects.toThrow(/security token included in the request is invalid/);
  });

  it.each<[string, (copy: Print) => void, RegExp]>([
    [
      'a list that is only a page',
      (copy) => Object.assign(Object.values(copy['list-accounts-for-parent'] ?? {})[0] as object, { NextToken: 'x' }),
      /^list-accounts-for-parent r-\w+: is only a page of the list\. Let the AWS CLI print all of them\.$/,
    ],
    [
      'an OU that was not looked into',
      (copy) => delete copy['list-accounts-for-parent']?.[unitIds.Production ?? ''],
      /^list-accounts-for-parent ou-\S+: was not printed\.$/,
    ],
    [
      'an OU whose OUs were not asked for',
      (copy) => delete copy['list-organizational-units-for-parent']?.[unitIds.Production ?? ''],
      /^list-organizational-units-for-parent ou-\S+: was not printed\.$/,
    ],
    [
      'an OU below itself',
      (copy) => {
        const within = copy['list-organizational-units-for-parent'] as Record<string, { OrganizationalUnits: object[] }>;
        const workloads = Object.values(within)
          .flatMap((list) => list.OrganizationalUnits as { Name: string }[])
          .find(({ Name }) => Name === 'Workloads');
        within[unitIds.Production ?? '']?.OrganizationalUnits.push(workloads ?? {});
      },
      /^ou-\S+: stands below two parents\.$/,
    ],
    [
      'an account in two places',
      (copy) => {
        const lists = Object.values(copy['list-accounts-for-parent'] ?? {}) as { Accounts: object[] }[];
        const all = lists.flatMap(({ Accounts }) => Accounts);
        lists[0]?.Accounts.push(all.at(-1) ?? {});
      },
      /is in an organization here already\.$/,
    ],
    [
      'enabled policies that were not printed',
      (copy) => delete copy['list-policies']?.SERVICE_CONTROL_POLICY,
      /^list-policies SERVICE_CONTROL_POLICY: was not printed\.$/,
    ],
    ['a policy whose text was not printed', (copy) => delete copy['describe-policy'], /^describe-policy p-\w+: was not printed\.$/],
    [
      'a policy whose targets were not printed',
      (copy) => delete copy['list-targets-for-policy'],
      /^list-targets-for-policy p-\w+: was not printed\.$/,
    ],
    [
      'targets that are not there',
      (copy) => {
        for (const { Targets } of Object.values(copy['list-targets-for-policy'] ?? {}) as { Targets: { TargetId: string }[] }[])
          Targets.push({ TargetId: '000000000009' });
      },
      /^list-targets-for-policy p-\w+: 000000000009 is not in the organization\.$/,
    ],
    [
      'something with no SCP',
      (copy) => {
        const full = copy['list-targets-for-policy']?.['p-FullAWSAccess'] as { Targets: { TargetId: string }[] };
        full.Targets = full.Targets.filter(({ TargetId }) => TargetId !== unitIds.Sandbox);
      },
      /^ou-\S+: has no SERVICE_CONTROL_POLICY attached, and on AWS everything has\. The lists of targets are not whole\.$/,
    ],
    [
      'something without full access beside its RCPs',
      (copy) => {
        const full = copy['list-targets-for-policy']?.['p-RCPFullAWSAccess'] as { Targets: { TargetId: string }[] };
        full.Targets = full.Targets.filter(({ TargetId }) => TargetId !== unitIds.Production);
      },
      /^ou-\S+: has no RESOURCE_CONTROL_POLICY attached/,
    ],
    [
      'a policy that does not parse',
      (copy) => {
        for (const { Policy } of Object.values(copy['describe-policy'] ?? {}) as { Policy: { Content: string } }[])
          Policy.Content = Policy.Content.replace('"Effect"', '"Effekt"');
      },
      /^arn:aws:organizations::\d+:policy\/o-\w+\/service_control_policy\/p-\w+: /,
    ],
    [
      'a policy of AWS that nobody knows',
      (copy) => {
        for (const { Policies } of Object.values(copy['list-policies'] ?? {}) as { Policies: { AwsManaged: boolean }[] }[])
          for (const summary of Policies) summary.AwsManaged = true;
      },
      /: is no policy of AWS that this version knows\.$/,
    ],
    [
      'a policy of the customer under the name of AWS’s',
      (copy) => {
        for (const { Policies } of Object.values(copy['list-policies'] ?? {}) as { Policies: { AwsManaged: boolean }[] }[])
          for (const summary of Policies) summary.AwsManaged = false;
      },
      /p-FullAWSAccess: is no policy of AWS that this version knows\.$/,
    ],
    [
      'ARNs of another organization',
      (copy) =>
        Object.assign((copy['describe-organization'] as { Organization: object }).Organization, {
          Arn: 'arn:aws:organizations::111111111111:organization/o-aaaaaaaaaa',
        }),
      /^arn:aws:organizations::111111111111:organization\/o-aaaaaaaaaa: arn:aws:organizations::\d+:organization\/o-\w+ was expected\.$/,
    ],
    [
      'no management account',
      (copy) => {
        for (const list of Object.values(copy['list-accounts-for-parent'] ?? {}) as { Accounts: { Id: string }[] }[])
          list.Accounts = list.Accounts.filter(
            ({ Id }) =>
              Id !== (copy['describe-organization'] as { Organization: { MasterAccountId: string } }).Organization.MasterAccountId,
          );
      },
      /^The management account \d+ is in none of the lists of accounts\.$/,
    ],
    [
      'a delegate from elsewhere',
      (copy) => {
        const services = copy['list-delegated-services-for-account'] ?? {};
        const [id = ''] = Object.keys(services);
        services['000000000009'] = services[id];
      },
      /^list-delegated-services-for-account: 000000000009 is no account of the organization\.$/,
    ],
  ])('V05 refuses %s, and keeps nothing', async (_, change, message) => {
    const print = elsewhere(7, change);
    await expect(load(print)).rejects.toThrow(message);
    const { store } = target.installation;
    expect(await store.get(organizations, [`o-${'7'.repeat(10)}`])).toBeUndefined();
    for (const { Id } of first(elsewhere(7), 'list-accounts-for-parent', 'Accounts')) {
      expect(await store.get(accounts, [String(Id)])).toBeUndefined();
      expect(await store.get(organizationMemberships, [String(Id)])).toBeUndefined();
    }
  });

  it('V05 leaves alone what is somebody’s already', async () => {
    await expect(load(printed)).rejects.toThrow(/^Organization o-\w+ is here already\.$/);
    const again = elsewhere(1, (copy: Print) => {
      const text = JSON.stringify(copy).replaceAll(`o-${'1'.repeat(10)}`, `o-${'5'.repeat(10)}`);
      Object.assign(copy, JSON.parse(text));
    });
    await expect(load(again)).rejects.toThrow(/^Account \d+ is in an organization here already\.$/);
    const taken = elsewhere(6);
    const [account] = first(taken, 'list-accounts-for-parent', 'Accounts');
    const { store } = target.installation;
    const row = {
      accountId: '123412341234',
      name: 'x',
      email: String(account?.Email).toUpperCase(),
      status: 'ACTIVE' as const,
      createdAt: 1,
    };
    await store.write((writer) => writer.insert(accounts, row));
    await expect(load(taken)).rejects.toThrow(/^The address of account \d+, \S+, is account 123412341234's on this server\.$/);
    await store.write((writer) => writer.update(accounts, { ...row, email: 'other@example.com' }));
    const signedUp = { ...row, accountId: String(account?.Id), email: 'owner@example.com', rootPasswordHash: 'hash' };
    await store.write((writer) => writer.insert(accounts, signedUp));
    await expect(load(taken)).rejects.toThrow(/has a root user who can sign in: it is not the one on AWS\.$/);
  });

  it('says where the print is not what it should be', () => {
    const checked = checkShape(
      elsewhere(8, (copy: Print) => Object.assign(copy['describe-organization']?.Organization as object, { Id: 'x' })),
      organizationPrint,
    );
    expect(checked).toEqual({
      problems: [
        { path: ['describe-organization', 'Organization', 'Id'], sentence: 'expected the id of an organization, found other text' },
      ],
    });
  });
});

describe('sagegate import aws-organization', () => {
  let server: RunningServer;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sagegate-import-organization-'));
    server = await startServer({
      ...PRIVATE_SERVER,
      logError: (error) => {
        throw error;
      },
    });
  });
  afterAll(async () => {
    await server.close();
    await rm(directory, { recursive: true });
  });

  async function run(folder: string | undefined, options = {}): Promise<string> {
    const said: string[] = [];
    const terminal: Terminal = {
      print: (text) => said.push(text),
      note: (text) => said.push(text),
      isInteractive: false,
      ask: () => Promise.reject(new Error('nobody is asked')),
      askSecret: () => Promise.reject(new Error('nobody is asked')),
      confirm: () => Promise.reject(new Error('nobody is asked')),
    };
    await importFolder(folder, { endpoint: server.url, token: server.operatorToken, ...options }, terminal, {});
    return said.join('\n');
  }

  it('refuses what is no such folder', async () => {
    await expect(run(undefined)).rejects.toThrow('Name the folder');
    await expect(run(join(directory, 'nowhere'))).rejects.toThrow(/is no folder that can be read\.$/);
    await expect(run(directory)).rejects.toThrow(/holds no describe-organization\.json\. Fill it with the script of: sagegate import/);
    await writeFile(join(directory, 'describe-organization.json'), 'nonsense');
    await expect(run(directory)).rejects.toThrow(/describe-organization\.json is not JSON\. Print it with --output json\.$/);
    await writeFile(join(directory, 'describe-organization.json'), '{}');
    await expect(run(directory)).rejects.toThrow('describe-organization.Organization: is missing; list-roots: is missing');
  });

  const [cli] = findAwsClis().reverse();
  describeWith('the AWS CLI', cli !== undefined, 'with what its own script printed', () => {
    it('loads the whole organization', { timeout: 300_000 }, async () => {
      const script = join(directory, 'print-organization.sh');
      await writeFile(script, await run(undefined, { printScript: true }));
      const folder = join(directory, 'organization');
      // The server that is asked runs in this process.
      await promisify(execFile)('sh', [script, folder], {
        timeout: 280_000,
        env: {
          PATH: process.env.PATH,
          HOME: directory,
          AWS: `${cli?.command} --endpoint-url ${source.url}`,
          AWS_ACCESS_KEY_ID: management.root.accessKeyId,
          AWS_SECRET_ACCESS_KEY: management.root.secretAccessKey,
          AWS_DEFAULT_REGION: 'us-east-1',
        },
      });
      expect((await readdir(folder)).filter((name) => !name.endsWith('.json'))).toEqual([]);
      const said = await run(folder);
      expect(said).toMatch(
        /^Organization o-\w+ of \d+: 3 OUs, 4 accounts, 4 policies, \d+ attachments\.\n\n4 accounts are new and empty: \d+/,
      );
      await expect(run(folder)).rejects.toThrow(/is here already\.$/);
    });
  });
});
