import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '../clients.ts';
import type { Credentials, TestServer } from '../harness.ts';
import { cleanEnvironment, type Outcome, type Output, type Teller } from './teller.ts';

/** An AWS CLI as it is installed, started once for every call. */
export class CommandLineTeller implements Teller {
  readonly name: string;
  readonly #command: string;
  readonly #server: TestServer;
  #directory: Promise<string> | undefined;

  constructor(client: Client, server: TestServer) {
    this.name = client.version;
    this.#command = client.command;
    this.#server = server;
  }

  async call(service: string, operation: string, input: object, credentials: Credentials, region: string): Promise<Outcome> {
    this.#directory ??= mkdtemp(join(tmpdir(), 'sagegate-cli-'));
    const file = join(await this.#directory, 'out');
    const args = [service, toDashes(operation)];
    const { Body, ...plain } = input as { Body?: string };
    for (const [name, value] of Object.entries(plain)) args.push(...flag(name, value));
    if (operation === 'CreateVirtualMFADevice') args.push('--outfile', file, '--bootstrap-method', 'Base32StringSeed');
    if (Body !== undefined) {
      await writeFile(`${file}.body`, Body);
      args.push('--body', `fileb://${file}.body`);
    }
    if (operation === 'InvokeEndpoint') args.push(file);
    const { exitCode, stdout, stderr } = await this.#run(args, credentials, region);
    if (exitCode === 0) {
      const output = (stdout.trim() === '' ? {} : JSON.parse(stdout)) as Record<string, unknown>;
      if (operation === 'CreateVirtualMFADevice') {
        output.VirtualMFADevice = { ...(output.VirtualMFADevice as object), Base32StringSeed: await readFile(file, 'utf8') };
      }
      return { succeeded: true, output: output as Output };
    }
    const said = /An error occurred \((\w+)\) when calling the (\w+) operation(?: \(reached max retries: 0\))?: ([\s\S]*?)\n?$/.exec(
      stderr,
    );
    const [, code, called, message] = said ?? [];
    if (code === undefined || message === undefined || called !== operation) throw new Error(`aws ${args.join(' ')}\n${stderr}`);
    // The CLI does not tell the status.
    return { succeeded: false, status: this.#server.audit.list(1)[0]?.status ?? 0, code, message };
  }

  async close(): Promise<void> {
    if (this.#directory) await rm(await this.#directory, { recursive: true });
  }

  #run(args: readonly string[], credentials: Credentials, region: string) {
    const env = cleanEnvironment({
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
    });
    // As a flag, since versions before 2.13 and 1.29 do not know AWS_ENDPOINT_URL.
    const everywhere = ['--region', region, '--output', 'json', '--endpoint-url', this.#server.url];
    return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve, reject) => {
      execFile(this.#command, [...args, ...everywhere], { env, encoding: 'utf8', timeout: 300_000 }, (error, stdout, stderr) => {
        const exitCode = error ? error.code : 0;
        if (typeof exitCode !== 'number') reject(error);
        else resolve({ exitCode, stdout, stderr });
      });
    });
  }
}

/** `EnableMFADevice` → `enable-mfa-device`, as the CLI does. */
const toDashes = (name: string): string =>
  name
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();

/** A member as the CLI takes it: text as it is, switches by their name, everything else as JSON. */
function flag(name: string, value: unknown): string[] {
  if (typeof value === 'boolean') return [value ? `--${toDashes(name)}` : `--no-${toDashes(name)}`];
  return [`--${toDashes(name)}`, typeof value === 'string' ? value : JSON.stringify(value)];
}
