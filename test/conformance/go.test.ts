import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, findGo } from '../clients.ts';
import { clientConfig, startTestServer, type TestServer } from '../harness.ts';
import { cleanEnvironment } from './teller.ts';

/* The AWS SDK for Go, which Terraform's provider is made of: a program of its own, in go/identities.go. */

const go = findGo();
const run = promisify(execFile);

describeWith('Go with the AWS SDK', go !== undefined, go?.version ?? 'Go', () => {
  let server: TestServer;
  let directory: string;

  beforeAll(async () => {
    server = await startTestServer();
    directory = await mkdtemp(join(tmpdir(), 'sagegate-go-'));
  });
  afterAll(async () => {
    expect(server.errors).toEqual([]);
    await server.close();
    await rm(directory, { recursive: true });
  });

  it('makes identities, uses them and deletes them', { timeout: 600_000 }, async () => {
    const account = await server.account();
    const program = join(directory, 'identities');
    const env = cleanEnvironment({
      GO111MODULE: 'off',
      GOPATH: go?.path ?? '',
      GOCACHE: join(directory, 'cache'),
      GOFLAGS: '',
      SAGEGATE_ENDPOINT: server.url,
      AWS_ACCESS_KEY_ID: account.root.accessKeyId,
      AWS_SECRET_ACCESS_KEY: account.root.secretAccessKey,
    });
    await run(go?.command ?? '', ['build', '-o', program, resolve(import.meta.dirname, 'go/identities.go')], { env, timeout: 500_000 });
    const metadata = resolve(import.meta.dirname, '../../examples/idp-metadata.xml');
    const { stdout } = await run(program, [metadata], { env, timeout: 60_000 });
    expect(stdout.trim().split('\n')).toEqual([
      'refused a policy of the same name',
      'refused a policy that says nothing',
      'refused deleting a user who has something',
      'refused a user who is not there',
      'refused a second role in a profile',
      'refused a role that was deleted',
      'done',
    ]);
    const iam = new IAM(clientConfig(server, account.root));
    const left = await iam.getAccountAuthorizationDetails({ Filter: ['User', 'Role', 'Group', 'LocalManagedPolicy'] });
    expect([left.UserDetailList, left.GroupDetailList, left.RoleDetailList, left.Policies]).toEqual([[], [], [], []]);
  });
});
