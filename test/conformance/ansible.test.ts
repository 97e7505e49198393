import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, findAnsible } from '../clients.ts';
import { clientConfig, startTestServer, type TestAccount, type TestServer } from '../harness.ts';
import { cleanEnvironment } from './teller.ts';

/* The example playbook, by Ansible's own modules for IAM and STS: a first run makes everything, a second changes nothing, a third takes it away. */

const ansible = findAnsible();
const playbook = resolve(import.meta.dirname, '../../examples/ansible/identities.yml');

describeWith('Ansible with its collections for AWS', ansible !== undefined, ansible?.version ?? 'Ansible', () => {
  let server: TestServer;
  let account: TestAccount;
  let directory: string;

  beforeAll(async () => {
    server = await startTestServer();
    account = await server.account();
    directory = await mkdtemp(join(tmpdir(), 'sagegate-ansible-'));
  });
  afterAll(async () => {
    expect(server.errors).toEqual([]);
    await server.close();
    await rm(directory, { recursive: true });
  });

  /** What the recap counts: `{ ok: 9, changed: 0, failed: 0, … }`. */
  async function play(...more: string[]): Promise<Record<string, number>> {
    const env = cleanEnvironment({
      AWS_ACCESS_KEY_ID: account.root.accessKeyId,
      AWS_SECRET_ACCESS_KEY: account.root.secretAccessKey,
      ANSIBLE_LOCAL_TEMP: join(directory, 'local'),
      ANSIBLE_REMOTE_TEMP: join(directory, 'remote'),
      ANSIBLE_NOCOLOR: '1',
      HOME: directory,
      LC_ALL: 'C.UTF-8',
    });
    const args = [
      '-i',
      'localhost,',
      '-e',
      `endpoint=${server.url}`,
      '-e',
      `ansible_python_interpreter=${ansible?.python}`,
      ...more,
      playbook,
    ];
    const { stdout } = await promisify(execFile)(ansible?.command ?? '', args, { env, timeout: 280_000, maxBuffer: 1 << 24 }).catch(
      (error: { stdout: string; stderr: string; message: string }) => {
        throw new Error(`${error.stdout}\n${error.stderr}`.slice(-8000) || error.message);
      },
    );
    const recap = /^localhost +: (.*)$/m.exec(stdout)?.[1] ?? '';
    return Object.fromEntries([...recap.matchAll(/(\w+)=(\d+)/g)].map(([, name = '', count]) => [name, Number(count)]));
  }

  it('sets the example up, changes nothing on the second run, and takes it away', { timeout: 900_000 }, async () => {
    const iam = new IAM(clientConfig(server, account.root));
    expect(await play()).toMatchObject({ failed: 0, changed: 9 });
    expect((await iam.getGroup({ GroupName: 'Scientists' })).Users?.map(({ UserName }) => UserName).sort()).toEqual(['ada', 'grace']);
    const { Role } = await iam.getRole({ RoleName: 'Execution' });
    expect(Role).toMatchObject({ Path: '/ml/', MaxSessionDuration: 7200, Description: 'What notebooks run as' });
    expect((await iam.getRole({ RoleName: 'Operator' })).Role?.PermissionsBoundary).toMatchObject({
      PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess',
    });
    expect((await iam.listInstanceProfilesForRole({ RoleName: 'Execution' })).InstanceProfiles).toHaveLength(1);
    expect(await play()).toMatchObject({ failed: 0, changed: 0 });
    expect(await play('-e', 'state=absent')).toMatchObject({ failed: 0, changed: 7 });
    const left = await iam.getAccountAuthorizationDetails({ Filter: ['User', 'Role', 'Group', 'LocalManagedPolicy'] });
    expect([left.UserDetailList, left.GroupDetailList, left.RoleDetailList, left.Policies]).toEqual([[], [], [], []]);
  });
});
