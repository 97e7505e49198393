/**
 * SageMaker as accounts grow: what authorisation costs, what listings cost, what creating costs. Calls of an administrator in process, so that
 * nothing but Sagegate is timed. Everything is a ratio within the run; variants alternate round by round.
 *     node bench/sagemaker.ts [rounds]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SageMakerResource, sageMakerResources } from '../src/store/tables/sagemaker.ts';
import { ACCOUNT, type Administered, openAdministered } from './administrator.ts';
import { median, spread } from './load.ts';

const [rounds = 7] = process.argv.slice(2).map(Number);
const directory = mkdtempSync(join(tmpdir(), 'sagegate-bench-'));
const REGION = 'us-east-1';
const SIZES = [100, 100_000] as const;

const print = (measure: string, ratios: readonly number[], figures: string): void =>
  console.log(`| ${measure} | ${spread(ratios)} | ${figures} |`);

const notebook = (i: number): SageMakerResource => {
  const name = `notebook-${String(i).padStart(6, '0')}`;
  return {
    accountId: ACCOUNT,
    region: REGION,
    type: 'notebook-instance',
    id: name,
    name,
    arn: `arn:aws:sagemaker:${REGION}:${ACCOUNT}:notebook-instance/${name}`,
    parent: '',
    owner: '',
    createdAt: 1_700_000_000_000 + i,
    changedAt: 1_700_000_000_000 + i,
    settings: { InstanceType: 'ml.t3.medium', RoleArn: `arn:aws:iam::${ACCOUNT}:role/Exec` },
    phases: [{ from: 1_700_000_000_000 + i, status: i % 10 === 0 ? 'Stopped' : 'InService' }],
    tags: [{ Key: 'team', Value: `team-${i % 100}` }],
  };
};

async function open(size: number): Promise<Administered> {
  const on = await openAdministered(mkdtempSync(join(directory, `${size}-`)), true);
  for (let from = 0; from < size; from += 5_000) {
    await on.installation.store.write(async (writer) => {
      for (let i = from; i < Math.min(size, from + 5_000); i++) await writer.insert(sageMakerResources, notebook(i));
    });
  }
  const trust = { Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  await on.pipeline.call(on.root, 'iam', 'CreateRole', {
    RoleName: 'Exec',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', ...trust }),
  });
  return on;
}

/** Microseconds for one call, of `count` made one after the other. */
async function time({ pipeline, root }: Administered, operation: string, count: number, input: (i: number) => object): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < count; i++) await pipeline.call(root, 'sagemaker', operation, input(i), REGION);
  return (1000 * (performance.now() - start)) / count;
}

const [few, many] = [await open(SIZES[0]), await open(SIZES[1])];
let created = 0;
let looked = 0;
const MEASURES: readonly (readonly [measure: string, operation: string, count: number, input: (size: number, i: number) => object])[] = [
  [
    'DescribeNotebookInstance, authorised by its tags',
    'DescribeNotebookInstance',
    2000,
    (size, i) => ({ NotebookInstanceName: notebook((i * 7919) % size).name }),
  ],
  ['ListNotebookInstances, first page', 'ListNotebookInstances', 500, () => ({})],
  [
    '… by a part of the name that one has',
    'ListNotebookInstances',
    20,
    (size) => ({ NameContains: notebook((looked++ * 31) % size).name.slice(3) }),
  ],
  ['… by status, first page', 'ListNotebookInstances', 200, () => ({ StatusEquals: 'Stopped' })],
  ['… newest first', 'ListNotebookInstances', 500, () => ({ SortBy: 'CreationTime', SortOrder: 'Descending' })],
  [
    'CreateNotebookInstance, not durable',
    'CreateNotebookInstance',
    300,
    () => ({ NotebookInstanceName: `new-${++created}`, InstanceType: 'ml.t3.medium', RoleArn: `arn:aws:iam::${ACCOUNT}:role/Exec` }),
  ],
];

console.log(`| call, at ${SIZES[1].toLocaleString('en')} notebook instances ÷ at ${SIZES[0]} | ratio | figures |\n| --- | --- | --- |`);
for (const [measure, operation, count, input] of MEASURES) {
  const [ratios, times]: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    const small = await time(few, operation, count, (i) => input(SIZES[0], i));
    const large = await time(many, operation, count, (i) => input(SIZES[1], i));
    // The first round warms up.
    if (round === 0) continue;
    ratios.push(large / small);
    times.push(large);
  }
  print(measure, ratios, `${median(times).toFixed(0)} µs, ${(1e6 / median(times)).toFixed(0)}/s`);
}
await few.close();
await many.close();
rmSync(directory, { recursive: true });
