import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImportAwsOptions, importAws } from '../../src/cli/import.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { importAccount } from '../../src/server/import-aws.ts';
import { accountDetails } from '../../src/server/import-aws-shape.ts';
import { PRIVATE_SERVER, type RunningServer, startServer } from '../../src/server/serve.ts';
import { checkShape } from '../../src/server/shape.ts';
import { clientConfig, policy, startTestServer, type TestServer } from '../harness.ts';

let source: TestServer;
let target: TestServer;
let accountId: string;
let printed: Record<string, unknown>;

const trust = (principal: object) => JSON.stringify(policy({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }));
const allow = (Action: string) => policy({ Effect: 'Allow', Action, Resource: '*' });

/** As the AWS CLI prints it: documents as objects, times as text. */
async function print(iam: IAM): Promise<Record<string, unknown>> {
  const { $metadata, IsTruncated, ...details } = await iam.getAccountAuthorizationDetails({ MaxItems: 1000 });
  expect(IsTruncated).toBe(false);
  return JSON.parse(JSON.stringify(details), (key, value) =>
    ['PolicyDocument', 'AssumeRolePolicyDocument', 'Document'].includes(key) ? JSON.parse(decodeURIComponent(value)) : value,
  );
}

beforeAll(async () => {
  source = await startTestServer();
  target = await startTestServer();
  const account = await source.account();
  accountId = account.id;
  const iam = new IAM(clientConfig(source, account.root));
  const arn = (resource: string) => `arn:aws:iam::${accountId}:${resource}`;
  await iam.createPolicy({ PolicyName: 'Bound', Path: '/b/', PolicyDocument: JSON.stringify(allow('*')) });
  await iam.createPolicy({ PolicyName: 'Versions', PolicyDocument: JSON.stringify(allow('s3:*')) });
  await iam.createPolicyVersion({
    PolicyArn: arn('policy/Versions'),
    PolicyDocument: JSON.stringify(allow('iam:GetUser')),
    SetAsDefault: true,
  });
  await account.user('alice', {
    path: '/team/',
    inline: { own: allow('iam:ListUsers') },
    managed: ['arn:aws:iam::aws:policy/IAMReadOnlyAccess', arn('policy/Versions')],
    boundary: arn('policy/b/Bound'),
    tags: { Team: 'a' },
  });
  await account.user('bob');
  await iam.createGroup({ GroupName: 'Staff' });
  await iam.putGroupPolicy({ GroupName: 'Staff', PolicyName: 'g', PolicyDocument: JSON.stringify(allow('iam:ListGroups')) });
  await iam.addUserToGroup({ GroupName: 'Staff', UserName: 'bob' });
  await iam.createRole({
    RoleName: 'Trusting',
    AssumeRolePolicyDocument: trust({ AWS: [arn('user/team/alice'), accountId] }),
    Tags: [{ Key: 'k', Value: 'v' }],
  });
  await iam.createRole({ RoleName: 'Chained', Path: '/x/', AssumeRolePolicyDocument: trust({ AWS: arn('role/Trusting') }) });
  await iam.createInstanceProfile({ InstanceProfileName: 'Machine' });
  await iam.addRoleToInstanceProfile({ InstanceProfileName: 'Machine', RoleName: 'Trusting' });
  await iam.createServiceLinkedRole({ AWSServiceName: 'sagemaker.amazonaws.com' });
  printed = await print(iam);
});
afterAll(async () => {
  expect([...source.errors, ...target.errors]).toEqual([]);
  await source.close();
  await target.close();
});

const load = (details: unknown, options = {}) => {
  const checked = checkShape(details, accountDetails);
  if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
  return importAccount(checked.value, target.installation, options);
};

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The same account elsewhere: other account id, and unique ids that differ from the ones here in every case. */
const elsewhere = (account: string, last: string): string =>
  JSON.stringify(printed)
    .replaceAll(accountId, account)
    .replaceAll(
      /A(IDA|ROA|GPA|NPA|IPA)[A-Z2-7]{17}/g,
      (id) => id.slice(0, -1) + BASE32[(BASE32.indexOf(id.slice(-1)) + Number(last)) % 32],
    );

const changed = (change: (copy: never) => void): unknown => {
  const copy = structuredClone(printed) as never;
  change(copy);
  return copy;
};

describe('importing an account', () => {
  it('prints afterwards what went in', async () => {
    const imported = await load(printed, { accessKeyFor: 'alice' });
    expect(imported).toEqual({
      accountId,
      created: true,
      users: 2,
      groups: 1,
      roles: 3,
      policies: 2,
      instanceProfiles: 1,
      unknownAwsPolicies: [],
      accessKey: { userName: 'alice', accessKeyId: expect.stringMatching(/^AKIA/), secretAccessKey: expect.stringMatching(/^.{40}$/) },
    });
    const { accessKey } = imported;
    if (!accessKey) throw new Error('no key');
    const alice = new IAM(clientConfig(target, accessKey));
    expect(await print(alice)).toEqual(printed);
    // Its policies hold: allowed by one inline, beyond the rest.
    await alice.listUsers({});
    await expect(alice.createUser({ UserName: 'x' })).rejects.toThrow(/because no identity-based policy allows the iam:CreateUser action$/);
  });

  it('binds trust to the identities, not to their names', async () => {
    const { roles, users } = await import('../../src/store/tables/iam.ts');
    const { store } = target.installation;
    const [alice] = await store.list(users, { prefix: [accountId, 'alice'] });
    const [trusting] = await store.list(roles, { prefix: [accountId, 'trusting'] });
    expect(trusting?.trustPolicy).toContain(`"${alice?.userId}"`);
    expect((await store.list(roles, { prefix: [accountId, 'chained'] }))[0]?.trustPolicy).toContain(`"${trusting?.roleId}"`);
    expect((await store.list(roles, { prefix: [accountId, 'awsserviceroleforamazonsagemakernotebooks'] }))[0]?.serviceLinkedFor).toBe(
      'sagemaker.amazonaws.com',
    );
  });

  it('does not touch an account that holds anything', () =>
    expect(load(printed)).rejects.toThrow(`Account ${accountId} has users, groups, roles or policies already.`));

  it('keeps what trusts somebody unknown, and says which policies of AWS it does not know', async () => {
    const unknown = 'arn:aws:iam::aws:policy/Tomorrow';
    const details = JSON.parse(elsewhere('999999999999', '7')) as {
      UserDetailList: { AttachedManagedPolicies: object[] }[];
      RoleDetailList: { AssumeRolePolicyDocument: { Statement: { Principal: object }[] } }[];
    };
    details.UserDetailList[0]?.AttachedManagedPolicies.push({ PolicyName: 'Tomorrow', PolicyArn: unknown });
    const vendor = { AWS: 'arn:aws:iam::888888888888:role/Vendor' };
    const [statement] = details.RoleDetailList[2]?.AssumeRolePolicyDocument.Statement ?? [];
    if (statement) statement.Principal = vendor;
    const { unknownAwsPolicies, accessKey } = await load(details, { accessKeyFor: 'bob', email: 'me@example.com' });
    expect(unknownAwsPolicies).toEqual([unknown]);
    expect(accessKey?.userName).toBe('bob');
  });

  it.each<[string, () => unknown, string]>([
    [
      'two accounts',
      () =>
        changed((copy: { UserDetailList: object[] }) => {
          Object.assign(copy.UserDetailList[0] ?? {}, { Arn: 'arn:aws:iam::777777777777:user/x' });
        }),
      'The document must hold users, groups, roles or policies of one account.',
    ],
    [
      'nothing',
      () => ({ UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] }),
      'The document must hold users, groups, roles or policies of one account.',
    ],
    ['a page of several', () => ({ ...printed, IsTruncated: true }), 'The document is only a page of the account.'],
    ['a page of several, as the AWS CLI has it', () => ({ ...printed, NextToken: 'e' }), 'The document is only a page of the account.'],
    [
      'a print without the policies that it speaks of',
      () =>
        changed((copy: { Policies: { PolicyName: string }[] }) => {
          copy.Policies = copy.Policies.filter(({ PolicyName }) => PolicyName !== 'Versions');
        }),
      `user/team/alice: the document has no policy arn:aws:iam::`,
    ],
    [
      'a print without a boundary that it speaks of',
      () =>
        changed((copy: { Policies: { PolicyName: string }[] }) => {
          copy.Policies = copy.Policies.filter(({ PolicyName }) => PolicyName !== 'Bound');
        }),
      `policy/b/Bound.`,
    ],
  ])('refuses %s', (_, details, message) => expect(load(details())).rejects.toThrow(message));

  it.each<[string, (text: string) => string, RegExp]>([
    [
      'a policy that does not parse',
      (text) => text.replace('"Effect":"Allow","Action":"s3:*"', '"Effekt":"Allow","Action":"s3:*"'),
      /policy\/Versions v1: Syntax errors in policy\.$/,
    ],
    ['a group that is not there', (text) => text.replace('"GroupList":["Staff"]', '"GroupList":["Other"]'), /has no group Other\.$/],
    [
      'a default version that is not there',
      (text) => text.replace('"DefaultVersionId":"v2"', '"DefaultVersionId":"v9"'),
      /its default version v9 is not among its versions\.$/,
    ],
    [
      'a policy under another ARN',
      (text) => text.replaceAll('policy/b/Bound', 'policy/c/Bound'),
      /is not the ARN of policy Bound on path \/b\/\.$/,
    ],
  ])('refuses %s, and keeps nothing of it', async (_, change, message) => {
    const account = '666666666666';
    const text = change(elsewhere(account, '6'));
    await expect(load(JSON.parse(text))).rejects.toThrow(message);
    const { accounts } = await import('../../src/store/tables/account.ts');
    expect(await target.installation.store.get(accounts, [account])).toBeUndefined();
  });

  it('refuses ids that are there, names that come twice, and users that are not there', async () => {
    const text = JSON.stringify(printed).replaceAll(accountId, '555555555555');
    await expect(load(JSON.parse(text))).rejects.toThrow(
      /unique id stands twice in the document, or an account of this server has it already\.$/,
    );
    await expect(load(printed, { accessKeyFor: 'carol' })).rejects.toThrow('The account has no user carol.');
  });

  it('says where the document is not what it should be', () => {
    const checked = checkShape(
      changed((copy: { UserDetailList: { UserName: unknown; New: string }[] }) => {
        const [user] = copy.UserDetailList;
        if (user) Object.assign(user, { UserName: 'a b', Unheard: 'of' });
      }),
      accountDetails,
    );
    expect(checked).toEqual({
      problems: [{ path: ['UserDetailList', 0, 'UserName'], sentence: 'expected a name as IAM has them, found other text' }],
    });
  });
});

describe('sagegate import aws', () => {
  let server: RunningServer;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sagegate-import-'));
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

  async function run(content: string, options: Partial<ImportAwsOptions> = {}): Promise<string> {
    const said: string[] = [];
    const terminal: Terminal = {
      print: (text) => said.push(text),
      note: (text) => said.push(text),
      isInteractive: false,
      ask: () => Promise.reject(new Error('nobody is asked')),
      askSecret: () => Promise.reject(new Error('nobody is asked')),
      confirm: () => Promise.reject(new Error('nobody is asked')),
    };
    const file = join(directory, 'account.json');
    await writeFile(file, content);
    await importAws(file, { endpoint: server.url, token: server.operatorToken, ...options }, terminal, {});
    return said.join('\n');
  }

  it('tells what was loaded, and gives a key on demand', async () => {
    const said = await run(JSON.stringify(printed), { accessKeyFor: 'alice' });
    expect(said).toMatch(`Account ${accountId} (new): 2 users, 1 groups, 3 roles, 2 policies, 1 instance profiles.`);
    const [, accessKeyId = ''] = /AWS_ACCESS_KEY_ID=(\S+)/.exec(said) ?? [];
    const [, secretAccessKey = ''] = /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(said) ?? [];
    const iam = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
    expect(await print(iam)).toEqual(printed);
    await expect(run(JSON.stringify(printed))).rejects.toThrow('has users, groups, roles or policies already.');
  });

  it('refuses what is no print of an account', async () => {
    await expect(run('nonsense')).rejects.toThrow(/is not JSON\. Print it with: aws iam get-account-authorization-details --output json$/);
    await expect(run('{}')).rejects.toThrow(/is not what aws iam get-account-authorization-details prints\.$/);
    await expect(run('{"Policies":[]}')).rejects.toThrow('details.UserDetailList: is missing');
    await expect(run(JSON.stringify(printed), { endpoint: 'http://127.0.0.1:1' })).rejects.toThrow('No Sagegate answers');
  });
});
