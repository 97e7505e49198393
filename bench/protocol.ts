/**
 * What the messages of three operations cost: finding the operation, reading and validating the input, writing the answer. Beside each the
 * least that anybody could do with the same bytes: URLSearchParams or JSON.parse, and JSON.stringify. One run, rounds alternating.
 */
import { join } from 'node:path';
import type { HttpRequest } from '../src/core/http.ts';
import { loadModelIndex, loadServiceModel } from '../src/model/load-model.ts';
import type { ServiceModel } from '../src/model/service-model.ts';
import { refuseInvalidInput } from '../src/model/validate.ts';
import { createRouter } from '../src/protocol/index.ts';

const directory = join(import.meta.dirname, '../data/models');
const models = new Map<string, ServiceModel>();
const load = (service: string): ServiceModel => {
  const model = models.get(service) ?? loadServiceModel(directory, service);
  models.set(service, model);
  return model;
};
const router = createRouter({ index: loadModelIndex(directory), load });

const REQUEST_ID = '11111111-2222-4333-8444-555555555555';
const ARN = 'arn:aws:sagemaker:us-east-1:123456789012:notebook-instance';

function requestOf(headers: Record<string, string>, body: string, service: string): HttpRequest {
  const all: Record<string, string> = {
    authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261121/us-east-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
    host: 'localhost:4566',
    'x-amz-date': '20261121T000000Z',
    ...headers,
  };
  return {
    method: 'POST',
    target: '/',
    rawHeaders: Object.entries(all).flat(),
    headers: Object.assign(Object.create(null), all),
    body: Buffer.from(body),
    remoteAddress: '127.0.0.1',
    secure: false,
  };
}

const form = (body: string, service: string) =>
  requestOf({ 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, body, service);
const json = (operation: string, body: object) =>
  requestOf({ 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `SageMaker.${operation}` }, JSON.stringify(body), 'sagemaker');

/** Many different requests, so that nothing is answered from the last one. */
const COUNT = 256;
const many = <Value>(make: (i: number) => Value): Value[] => Array.from({ length: COUNT }, (_, i) => make(i));

const notebook = (i: number, j: number) => ({
  NotebookInstanceName: `notebook-${i}-${j}`,
  NotebookInstanceArn: `${ARN}/notebook-${i}-${j}`,
  NotebookInstanceStatus: 'InService',
  Url: `notebook-${i}-${j}.notebook.us-east-1.sagemaker.aws`,
  InstanceType: 'ml.t3.medium',
  CreationTime: new Date(1_700_000_000_000 + i * 1000 + j),
  LastModifiedTime: new Date(1_700_000_100_000 + i * 1000 + j),
});

interface Case {
  readonly requests: readonly HttpRequest[];
  readonly outputs: readonly object[];
  readonly bare: (body: Uint8Array) => unknown;
}

const cases: Readonly<Record<string, Case>> = {
  GetCallerIdentity: {
    requests: many(() => form('Action=GetCallerIdentity&Version=2011-06-15', 'sts')),
    outputs: many((i) => ({ UserId: `AIDAEXAMPLE${i}`, Account: '123456789012', Arn: `arn:aws:iam::123456789012:user/team/user-${i}` })),
    bare: (body) => new URLSearchParams(body.toString()).get('Action'),
  },
  'ListNotebookInstances, 100 of them': {
    requests: many((i) => json('ListNotebookInstances', { MaxResults: 100, NameContains: `n${i}`, SortBy: 'Name' })),
    outputs: many((i) => ({ NotebookInstances: Array.from({ length: 100 }, (_, j) => notebook(i, j)), NextToken: 'x'.repeat(80) })),
    bare: (body) => JSON.parse(body.toString()),
  },
  CreateNotebookInstance: {
    requests: many((i) =>
      json('CreateNotebookInstance', {
        NotebookInstanceName: `notebook-${i}`,
        InstanceType: 'ml.t3.medium',
        RoleArn: `arn:aws:iam::123456789012:role/service-role/notebook-${i}`,
        SubnetId: 'subnet-0123456789abcdef0',
        SecurityGroupIds: ['sg-0123456789abcdef0', 'sg-0123456789abcdef1'],
        DirectInternetAccess: 'Disabled',
        RootAccess: 'Disabled',
        VolumeSizeInGB: 20,
        Tags: [
          { Key: 'team', Value: `team ${i}` },
          { Key: 'cost-centre', Value: '1234' },
        ],
      }),
    ),
    outputs: many((i) => ({ NotebookInstanceArn: `${ARN}/notebook-${i}` })),
    bare: (body) => JSON.parse(body.toString()),
  },
};

/** One step of each of a case's messages; answers something, so that no work can be left out. */
type Step = (i: number) => number;

function stepsOf({ requests, outputs, bare }: Case): Record<string, Step> {
  const at = <Value>(values: readonly Value[], i: number): Value => values[i % COUNT] as Value;
  const matches = requests.map((request) => router.match(request));
  const inputs = requests.map((request, i) => at(matches, i).codec.parse(at(matches, i), request));
  // The values as they go out, times and all; an XML answer is compared with JSON of the same members.
  const written = outputs.map((output, i) => {
    const { body } = at(matches, i).codec.serialize(at(matches, i), output, REQUEST_ID);
    return at(matches, i).protocol === 'json' ? (JSON.parse(body.toString()) as object) : output;
  });
  return {
    match: (i) => router.match(at(requests, i)).operation.name.length,
    parse: (i) => Object.keys(at(matches, i).codec.parse(at(matches, i), at(requests, i))).length + 1,
    validate: (i) => {
      const { model, operation } = at(matches, i);
      refuseInvalidInput(model, operation, at(inputs, i));
      return 1;
    },
    serialize: (i) => at(matches, i).codec.serialize(at(matches, i), at(outputs, i), REQUEST_ID).body.length,
    'bare read': (i) => (bare(at(requests, i).body) ? 1 : 0),
    'bare write': (i) => JSON.stringify(at(written, i)).length,
  };
}

const ROUNDS = 15;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

for (const [name, each] of Object.entries(cases)) {
  const steps = stepsOf(each);
  const times: Record<string, number[]> = {};
  const perRound = name.includes('100') ? COUNT : 16 * COUNT;
  for (let round = -5; round < ROUNDS; round++) {
    for (const [step, run] of Object.entries(steps)) {
      const start = process.hrtime.bigint();
      for (let i = 0; i < perRound; i++) if (run(i) === 0) throw new Error(`${name}: ${step} did nothing`);
      const microseconds = Number(process.hrtime.bigint() - start) / 1000 / perRound;
      if (round >= 0) times[step] = [...(times[step] ?? []), microseconds];
    }
  }
  console.log(`${name}, µs a call: median (min–max)`);
  for (const [step, values] of Object.entries(times)) {
    console.log(
      `  ${step.padEnd(12)} ${median(values).toFixed(2).padStart(8)} (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`,
    );
  }
  const of = (step: string) => median(times[step] ?? []);
  const whole = of('match') + of('parse') + of('validate') + of('serialize');
  console.log(
    `  ${'all'.padEnd(12)} ${whole.toFixed(2).padStart(8)}, ${(whole / (of('bare read') + of('bare write'))).toFixed(1)} times the bare minimum\n`,
  );
}
