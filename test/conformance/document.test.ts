import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { totpCode } from '../../src/authentication/totp.ts';
import { describeWith, findAwsClis } from '../clients.ts';
import { startTestServer, type TestAccount, type TestServer } from '../harness.ts';
import { cleanEnvironment } from './teller.ts';

/* Types docs/journey.md into a shell, line by line, and holds what comes back to what the page says. */

interface Typed {
  readonly section: string;
  readonly command: string;
  readonly expected: string;
}

const page = await readFile(new URL('../../docs/journey.md', import.meta.url), 'utf8');
const files = [...page.matchAll(/`([\w-]+\.json)`[^\n]*:\n\n```json\n([\s\S]*?)```/g)].map(([, name = '', text = '']) => ({ name, text }));
const lines = page.split(/^## /m).flatMap((section) => typedIn(section.slice(0, section.indexOf('\n')), section));
const ACCOUNT = '111122223333';

function typedIn(section: string, text: string): Typed[] {
  const typed: { section: string; command: string; expected: string }[] = [];
  for (const [, block = ''] of text.matchAll(/```console\n([\s\S]*?)```/g)) {
    for (const line of block.trimEnd().split('\n')) {
      const last = typed.at(-1);
      if (line.startsWith('$ ')) typed.push({ section, command: line.slice(2), expected: '' });
      else if (last) last.expected += `${line}\n`;
    }
  }
  return typed;
}

/** One shell for the whole page. */
class Shell {
  readonly #process: ChildProcessWithoutNullStreams;
  #said = '';
  #heard: () => void = () => undefined;

  constructor(directory: string, env: NodeJS.ProcessEnv) {
    this.#process = spawn('bash', ['--noprofile', '--norc'], { cwd: directory, env });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text;
        this.#heard();
      });
    }
  }

  /** What a command says, on both outputs. */
  async type(command: string): Promise<string> {
    this.#said = '';
    this.#process.stdin.write(`{ ${command}\n} 2>&1; echo "--- done"\n`);
    while (!this.#said.endsWith('--- done\n')) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    return this.#said.slice(0, -'--- done\n'.length);
  }

  end(): void {
    this.#process.stdin.end('exit\n');
  }
}

/** The page's expectation as a pattern: `…` is anything. */
const pattern = (expected: string): RegExp =>
  new RegExp(
    `^${expected
      .trimEnd()
      .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
      .replaceAll('…', '[^]*')}$`,
  );

/** What newer and older versions print around the same error. */
const withoutFrame = (said: string): string =>
  said
    .replaceAll(/^\n|^aws: \[ERROR\]: |\n$/gm, '')
    .replace(' (reached max retries: 0)', '')
    .trimEnd();

const [cli] = findAwsClis();

describeWith('the AWS CLI', cli !== undefined, `docs/journey.md, typed into ${cli?.version ?? 'nothing'}`, () => {
  let server: TestServer;
  let account: TestAccount;
  let shell: Shell;
  let directory: string;

  beforeAll(async () => {
    server = await startTestServer();
    account = await server.account();
    directory = await mkdtemp(join(tmpdir(), 'sagegate-journey-'));
    for (const { name, text } of files) await writeFile(join(directory, name), text);
    const { accessKeyId, secretAccessKey } = account.root;
    await writeFile(join(directory, 'config'), `[profile root]\nregion = us-east-2\nendpoint_url = ${server.url}\n`);
    await writeFile(
      join(directory, 'credentials'),
      `[root]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
      { mode: 0o600 },
    );
    shell = new Shell(
      directory,
      cleanEnvironment({ AWS_CONFIG_FILE: join(directory, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials') }),
    );
    // As the page advises for old versions; to new ones it says nothing new.
    await shell.type(`aws() { command ${cli?.command ?? 'aws'} --endpoint-url ${server.url} "$@"; }`);
  });

  afterAll(async () => {
    shell.end();
    await server.close();
    await rm(directory, { recursive: true });
  });

  /** The codes that an authenticator app would show where the page has its own. */
  async function withCodes(command: string): Promise<string> {
    if (!/--(authentication-code1|token-code) /.test(command)) return command;
    const seed = (await readFile(join(directory, 'seed.txt'), 'utf8')).trim();
    const code = (steps: number) => totpCode(seed, server.clock.now() + steps * 30_000);
    // One window of time for the whole section: a code must not run out between two lines of it.
    server.clock.freeze(server.clock.now());
    return command
      .replace(
        '--authentication-code1 123456 --authentication-code2 654321',
        `--authentication-code1 ${code(-1)} --authentication-code2 ${code(0)}`,
      )
      .replace('--token-code 111222', `--token-code ${code(0)}`);
  }

  it('has a line for each file that it names', () => {
    expect(files.map(({ name }) => name)).toEqual(['trust.json', 'trust-ec2.json', 'domain-policy.json', 'own-profile.json']);
    expect(lines.length).toBeGreaterThan(70);
  });

  for (const section of new Set(lines.map((line) => line.section))) {
    it(section, { timeout: 600_000 }, async () => {
      for (const { command, expected } of lines.filter((line) => line.section === section)) {
        const said = await shell.type((await withCodes(command)).replaceAll(ACCOUNT, account.id));
        expect(withoutFrame(said), command).toMatch(pattern(expected.replaceAll(ACCOUNT, account.id)));
      }
      server.clock.reset();
      expect(server.errors).toEqual([]);
    });
  }
});
