/**
 * The console's longest tasks while a page loads, which hold up keys and paint, against those of another build of it: what `dist/console` was
 * before. On the machine as it is, and as if its processor were four times slower; each page by turns from one build and the other. Counted is
 * processor time, which does not grow when others are at work.
 *     npm run console && node bench/console.ts [rounds] [directory of the other build]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { ConsoleFiles } from '../src/server/console-files.ts';
import { parseSeed } from '../src/server/seed-file.ts';
import { PRIVATE_SERVER, startServer } from '../src/server/serve.ts';
import { startBrowser } from '../test/browser.ts';

const rounds = Number(process.argv[2] ?? 5);
const other = process.argv[3];
const root = join(import.meta.dirname, '..');

/** Page, and what is there once it is shown. */
const PAGES = [
  ['the first page', '', 'a[aria-label="Users: 2"]'],
  ['policy editor', 'iam/create-policy', 'main h1'],
  ['one policy', 'iam/policies/arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FAmazonSageMakerFullAccess', 'main table tbody td'],
  ['simulator', 'simulator', 'main h1'],
  ['permissions reference', 'reference', 'main table tbody a'],
  ['create a training job', 'sagemaker/create-training-job', 'main form'],
  ['create a notebook instance', 'sagemaker/create-notebook-instance', 'main form'],
  ['set up a domain', 'sagemaker/create-domain', 'main form'],
] as const;

interface Stage {
  readonly origin: string;
  readonly context: BrowserContext;
  close(): Promise<void>;
}

const browser = await startBrowser();

async function openStage(build: string): Promise<Stage> {
  const files = ConsoleFiles.open(build);
  if (!files) throw new Error(`There is no console in ${build}: npm run console`);
  const open = ConsoleFiles.open;
  ConsoleFiles.open = () => files;
  const server = await startServer({
    ...PRIVATE_SERVER,
    logError: console.error,
    seed: parseSeed(readFileSync(join(root, 'examples/seed.yaml'), 'utf8'), 'seed'),
  }).finally(() => {
    ConsoleFiles.open = open;
  });
  const origin = server.url.replace('127.0.0.1', 'localhost');
  const context = await browser.open();
  const page = await context.newPage();
  await page.goto(`${origin}/console/`);
  await page.getByRole('link', { name: 'IAM user' }).click();
  await page.getByLabel(/Account/).fill('123456789012');
  await page.getByLabel(/User name/).fill('Administrator');
  await page.getByLabel(/Password/).fill('Str0ng!Passw0rd-1');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('main#page').waitFor();
  await page.close();
  return { origin, context, close: () => server.close() };
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of the thread's own. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds of processor time of the longest task. */
async function measure({ origin, context }: Stage, path: string, shown: string, rate: number): Promise<number> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate });
  const chromium = context.browser();
  await chromium?.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline', 'devtools.timeline'] });
  await page.goto(`${origin}/console/${path}`, { waitUntil: 'commit' });
  // Asked by the protocol itself: whatever a test library runs in the page would be measured too.
  const expression = `document.querySelector(${JSON.stringify(shown)}) !== null`;
  while (!(await devtools.send('Runtime.evaluate', { expression })).result.value) await page.waitForTimeout(100);
  // Lists that are read later, and what the browser does once it is idle.
  await page.waitForTimeout(400 * rate);
  const { traceEvents } = JSON.parse(String(await chromium?.stopTracing())) as { traceEvents: readonly TraceEvent[] };
  await page.close();
  const threads = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => name === 'RunTask' && threads.some((each) => each.pid === pid && each.tid === tid),
  );
  if (tasks.length === 0) throw new Error('the browser tells of no tasks');
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const builds = [join(root, 'dist/console'), ...(other === undefined ? [] : [other])];
const stages: Stage[] = [];
for (const build of builds) stages.push(await openStage(build));
console.log(
  '| longest task on load, ms of processor time, median (least–most) | CPU | this build | other | other ÷ this |\n| --- | --- | --- | --- | --- |',
);
for (const rate of [1, 4])
  for (const [name, path, shown] of PAGES) {
    const seen: number[][] = stages.map(() => []);
    for (let i = 0; i < rounds; i++) for (const [k, stage] of stages.entries()) seen[k]?.push(await measure(stage, path, shown, rate));
    const cells = seen.map((each) => `${median(each).toFixed(0)} (${Math.min(...each).toFixed(0)}–${Math.max(...each).toFixed(0)})`);
    const [mine = [], theirs] = seen;
    console.log(`| ${name} | ÷${rate} | ${cells[0]} | ${cells[1] ?? '–'} | ${theirs ? (median(theirs) / median(mine)).toFixed(2) : '–'} |`);
  }
for (const stage of stages) await stage.close();
await browser.close();
