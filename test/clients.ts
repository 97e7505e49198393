import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';

/** Under this flag a component that is missing fails its suite instead of skipping it. */
export const requireAll = process.env.SAGEGATE_REQUIRE_ALL === '1';

/** `describe`, or a skip that says what is missing; a failure under SAGEGATE_REQUIRE_ALL. */
export function describeWith(component: string, present: boolean, name: string, body: () => void): void {
  if (present) describe(name, body);
  else if (requireAll) describe(name, () => it(`needs ${component}`, () => Promise.reject(new Error(`${component} is missing`))));
  else describe.skip(`${name} (skipped: ${component} is not installed)`, () => it('skipped', () => undefined));
}

const runs = (command: string, args: readonly string[]): string | undefined => {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 });
  return result.status === 0 ? `${result.stdout}${result.stderr}`.trim() : undefined;
};

export interface Client {
  readonly command: string;
  readonly version: string;
}

/** The AWS CLIs of this machine, each version once: whatever `aws` is first on the PATH, and the system's own. */
export function findAwsClis(): Client[] {
  const found = new Map<string, Client>();
  for (const command of [process.env.SAGEGATE_AWS_CLI, 'aws', '/usr/bin/aws', '/usr/local/bin/aws']) {
    if (!command || (command.startsWith('/') && !existsSync(command))) continue;
    const version = runs(command, ['--version'])?.split(' ')[0];
    if (version?.startsWith('aws-cli/') && !found.has(version)) found.set(version, { command, version });
  }
  return [...found.values()];
}

/** A Python that has boto3. */
export function findBoto3(): Client | undefined {
  for (const command of [process.env.SAGEGATE_PYTHON, 'python3', '/usr/bin/python3']) {
    if (!command) continue;
    const version = runs(command, ['-c', 'import boto3; print(boto3.__version__)']);
    if (version && /^\d/.test(version)) return { command, version };
  }
  return undefined;
}

/** Terraform or OpenTofu, where a mirror of providers is at hand too: without one it would ask the network. */
export function findTerraform(): (Client & { readonly mirror: string }) | undefined {
  const mirror = [
    process.env.SAGEGATE_TERRAFORM_MIRROR,
    '/opt/tf-plugins',
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
  ].find((directory) => directory !== undefined && existsSync(join(directory, 'registry.terraform.io', 'hashicorp', 'aws')));
  if (mirror === undefined) return undefined;
  for (const command of ['terraform', 'tofu']) {
    const version = runs(command, ['version'])?.match(/^(Terraform|OpenTofu) v\S+/m)?.[0];
    if (version !== undefined) return { command, version, mirror };
  }
  return undefined;
}

/** Ansible with the collections amazon.aws and community.aws, and the Python that has boto3 for their modules. */
export function findAnsible(): (Client & { readonly python: string }) | undefined {
  const boto3 = findBoto3();
  const modules = boto3 && runs('ansible-doc', ['-t', 'module', '-l', 'community.aws']);
  const version = modules?.includes('iam_role') ? runs('ansible-playbook', ['--version'])?.split('\n')[0] : undefined;
  return boto3 && version !== undefined ? { command: 'ansible-playbook', version, python: boto3.command } : undefined;
}

/** Go with the second AWS SDK as Debian packages it: source under a GOPATH. */
export function findGo(): (Client & { readonly path: string }) | undefined {
  const path = [process.env.SAGEGATE_GOPATH, '/usr/share/gocode'].find(
    (each) => each !== undefined && existsSync(join(each, 'src/github.com/aws/aws-sdk-go-v2/service/iam')),
  );
  const version = path === undefined ? undefined : runs('go', ['version']);
  return path !== undefined && version !== undefined
    ? { command: 'go', version: version.split(' ').slice(0, 3).join(' '), path }
    : undefined;
}
