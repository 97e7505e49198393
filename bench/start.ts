/**
 * (c) Cold start to the first answer, and memory at rest, against a bare node:http server. The built `sagegate serve` on a data directory that
 * has accounts; its first answer is a signed GetCallerIdentity.
 *     npm run build && node bench/start.ts [rounds]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from '../src/sigv4/index.ts';
import { freePort } from '../test/component.ts';
import { once, spread } from './load.ts';

const [rounds = 7] = process.argv.slice(2).map(Number);
const root = join(import.meta.dirname, '..');
const cli = join(root, 'dist', 'cli.js');
if (!existsSync(cli)) throw new Error('Build first: npm run build');

const directory = mkdtempSync(join(tmpdir(), 'sagegate-start-'));
const key = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const seed = join(directory, 'seed.json');
const user = {
  name: 'Administrator',
  managedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  accessKeys: [{ id: key.accessKeyId, secret: key.secretAccessKey }],
};
writeFileSync(
  seed,
  JSON.stringify({ version: 1, accounts: [{ id: '123456789012', name: 'bench', root: { email: 'bench@example.com' }, users: [user] }] }),
  { mode: 0o600 },
);
const bareScript = join(directory, 'bare.mjs');
writeFileSync(
  bareScript,
  `import { createServer } from 'node:http';
createServer((q, r) => { q.resume(); q.on('end', () => { r.writeHead(200, ['Content-Length', '2']); r.end('ok'); }); }).listen(Number(process.argv[2]), '127.0.0.1');`,
);

function request(port: number): Buffer {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const unsigned = {
    method: 'POST',
    target: '/',
    rawHeaders: ['Host', `127.0.0.1:${port}`, 'Content-Type', 'application/x-www-form-urlencoded'],
    body: Buffer.from(body),
  };
  const headers = sign(unsigned, key, { region: 'us-east-1', service: 'sts', now: Date.now() });
  const lines = ['POST / HTTP/1.1'];
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  return Buffer.from(`${lines.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
}

const rss = (child: ChildProcess): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;

/** Milliseconds from spawn to a whole answer 200, and MiB two seconds later. */
async function measure(args: (port: number) => readonly string[]): Promise<{ milliseconds: number; mebibytes: number }> {
  const port = await freePort();
  const bytes = request(port);
  const start = performance.now();
  const child = spawn(process.execPath, [...args(port)], { stdio: 'ignore' });
  let answer: Buffer | undefined;
  while (!answer) answer = await once(port, bytes).catch(() => undefined);
  const milliseconds = performance.now() - start;
  if (!answer.toString('latin1').startsWith('HTTP/1.1 200')) throw new Error(`refused: ${answer}`);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const mebibytes = rss(child);
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
  return { milliseconds, mebibytes };
}

const serve = (port: number) => [cli, 'serve', '--port', String(port), '--data', join(directory, 'data'), '--quiet'];
await measure((port) => [...serve(port), '--seed', seed]);
const bare: Awaited<ReturnType<typeof measure>>[] = [];
const sagegate: Awaited<ReturnType<typeof measure>>[] = [];
for (let i = 0; i < rounds; i++) {
  bare.push(await measure((port) => [bareScript, String(port)]));
  sagegate.push(await measure(serve));
}
rmSync(directory, { recursive: true });
const ratios = (pick: (m: { milliseconds: number; mebibytes: number }) => number) => sagegate.map((m, i) => pick(m) / pick(bare[i] ?? m));
console.log('| measure | ÷ bare | Sagegate | bare |\n| --- | --- | --- | --- |');
console.log(
  `| cold start to first signed answer, ms | ${spread(ratios((m) => m.milliseconds))} | ${spread(
    sagegate.map((m) => m.milliseconds),
    0,
  )} | ${spread(
    bare.map((m) => m.milliseconds),
    0,
  )} |`,
);
console.log(
  `| memory at rest after it, MiB | ${spread(ratios((m) => m.mebibytes))} | ${spread(
    sagegate.map((m) => m.mebibytes),
    0,
  )} | ${spread(
    bare.map((m) => m.mebibytes),
    0,
  )} |`,
);
