/** `npm run bench`: every bench, one after the other, each in a process of its own. Build first: bench/start.ts starts what is built. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const BENCHES: readonly (readonly [script: string, what: string])[] = [
  ['request.ts', '(a) signed, authorised requests against bare node:http'],
  ['sigv4.ts', '(b) signature verification against createHmac with a cached key'],
  ['start.ts', '(c) cold start and memory against bare node:http'],
  ['decide.ts', 'policy decisions against Cedar and the plain evaluator'],
  ['protocol.ts', 'reading and writing messages'],
  ['durable.ts', 'durable writes against appends to a file'],
  ['iam.ts', 'sessions, lists, many principals'],
  ['sagemaker.ts', 'SageMaker as accounts grow'],
  ['federation.ts', 'web identities and SAML against bare signature verification'],
  ['console.ts', 'longest tasks of the console while a page loads (build it first: npm run console)'],
];

const wanted = process.argv.slice(2);
for (const [script, what] of BENCHES) {
  const path = join(import.meta.dirname, script);
  if (!existsSync(path) || (wanted.length > 0 && !wanted.some((name) => script.startsWith(name)))) continue;
  console.log(`\n## ${what}\n`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', path], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
