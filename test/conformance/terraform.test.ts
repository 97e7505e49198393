import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTerraform } from '../clients.ts';
import { clientConfig, startTestServer, type TestAccount, type TestServer } from '../harness.ts';
import { cleanEnvironment } from './teller.ts';

/*
 * The example configuration, by Terraform or OpenTofu and HashiCorp's AWS provider: applied, found to be what it says, and taken away. Terraform
 * is in no distribution's or npm's repository and its provider is 700 MB from a registry of its own, so the run skips where they are not, in
 * CI too; the Go SDK that the provider is made of is told beside it (go.test.ts).
 */
const terraform = findTerraform();
const examples = resolve(import.meta.dirname, '../../examples');

describe.skipIf(!terraform)(
  `${terraform?.version ?? 'Terraform (skipped: neither it nor a mirror of its AWS provider is installed)'}`,
  () => {
    let server: TestServer;
    let account: TestAccount;
    let directory: string;

    beforeAll(async () => {
      server = await startTestServer();
      account = await server.account();
      directory = await mkdtemp(join(tmpdir(), 'sagegate-terraform-'));
      await cp(examples, directory, { recursive: true });
      await writeFile(
        join(directory, 'terraformrc'),
        `provider_installation {\n  filesystem_mirror {\n    path = "${terraform?.mirror}"\n  }\n}\n`,
      );
    });
    afterAll(async () => {
      expect(server.errors).toEqual([]);
      await server.close();
      await rm(directory, { recursive: true });
    });

    async function run(...args: string[]): Promise<{ readonly code: number; readonly said: string }> {
      const env = cleanEnvironment({
        AWS_ACCESS_KEY_ID: account.root.accessKeyId,
        AWS_SECRET_ACCESS_KEY: account.root.secretAccessKey,
        TF_CLI_CONFIG_FILE: join(directory, 'terraformrc'),
        TF_IN_AUTOMATION: '1',
        TF_INPUT: '0',
        TF_VAR_endpoint: server.url,
        CHECKPOINT_DISABLE: '1',
      });
      const options = { cwd: join(directory, 'terraform'), env, encoding: 'utf8' as const, timeout: 600_000, maxBuffer: 1 << 24 };
      try {
        const { stdout, stderr } = await promisify(execFile)(terraform?.command ?? '', [...args, '-no-color'], options);
        return { code: 0, said: stdout + stderr };
      } catch (error) {
        const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string };
        return { code: typeof code === 'number' ? code : -1, said: `${stdout}${stderr}${typeof code === 'number' ? '' : error}` };
      }
    }

    const fine = async (...args: string[]): Promise<string> => {
      const { code, said } = await run(...args);
      expect(code, said).toBe(0);
      return said;
    };

    it('applies the example, plans nothing on the second run, and destroys it', { timeout: 1_800_000 }, async () => {
      const iam = new IAM(clientConfig(server, account.root));
      await fine('init');
      expect(await fine('apply', '-auto-approve')).toMatch(/Apply complete! Resources: \d\d added, 0 changed, 0 destroyed\./);
      expect((await iam.getGroup({ GroupName: 'Scientists' })).Users?.map(({ UserName }) => UserName).sort()).toEqual(['ada', 'grace']);
      expect((await iam.getUser({ UserName: 'ada' })).User).toMatchObject({
        Path: '/ml/',
        PermissionsBoundary: { PermissionsBoundaryArn: `arn:aws:iam::${account.id}:policy/ml/ScientistBoundary` },
        Tags: expect.arrayContaining([{ Key: 'ManagedBy', Value: 'terraform' }]),
      });
      // 0: nothing to do; 2: there would be changes.
      const second = await run('plan', '-detailed-exitcode');
      expect(second.code, second.said).toBe(0);
      // What somebody else changed is seen.
      await iam.untagUser({ UserName: 'ada', TagKeys: ['Team'] });
      await iam.detachRolePolicy({ RoleName: 'Execution', PolicyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess' });
      const third = await run('plan', '-detailed-exitcode');
      expect(third.code, third.said).toBe(2);
      expect(third.said).toMatch(/Plan: 1 to add, 1 to change, 0 to destroy\./);
      expect(await fine('destroy', '-auto-approve')).toMatch(/Destroy complete! Resources: \d\d destroyed\./);
      const left = await iam.getAccountAuthorizationDetails({ Filter: ['User', 'Role', 'Group', 'LocalManagedPolicy'] });
      expect([left.UserDetailList, left.GroupDetailList, left.RoleDetailList, left.Policies]).toEqual([[], [], [], []]);
      expect((await iam.listSAMLProviders({})).SAMLProviderList).toEqual([]);
      expect((await iam.listOpenIDConnectProviders({})).OpenIDConnectProviderList).toEqual([]);
    });
  },
);
