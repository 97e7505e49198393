/** The same as sdk.test.ts, told by the other official client: botocore, of boto3 and the AWS CLI, in a process of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { awsJson } from '../../src/protocol/aws-json.ts';
import { awsQuery, ec2Query } from '../../src/protocol/aws-query.ts';
import { restJson } from '../../src/protocol/rest-json.ts';
import { describeWith, findBoto3 } from '../clients.ts';
import { modelOf, RUNS, router, SEED, services } from './models.ts';
import { requestOf } from './sdk.ts';
import { structureValue } from './values.ts';

vi.setConfig({ testTimeout: 120_000 });

const python = findBoto3();

/** botocore reads events one by one, from a socket. */
const STREAMED = new Set(['sagemaker-runtime:InvokeEndpointWithResponseStream']);
/** The whole body is a member that older releases do not know. */
const NEW_PAYLOAD = new Set(['sagemaker-runtime:InvokeEndpointAsync']);

interface Written {
  readonly request: { readonly method: string; readonly target: string; readonly headers: Record<string, string>; readonly body: string };
  readonly input: unknown;
}
interface Read {
  readonly output: unknown;
  readonly expected: unknown;
  readonly requestId: string;
}

describeWith('boto3', python !== undefined, 'botocore', () => {
  let child: ChildProcessWithoutNullStreams;
  let answers: AsyncIterator<string>;

  beforeAll(() => {
    child = spawn(python?.command ?? '', [join(import.meta.dirname, 'botocore_oracle.py')]);
    answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  });
  afterAll(() => child.kill());

  /** Asks all at once and reads all answers: a round trip each would take longer than the work. */
  async function askAll<Reply>(questions: readonly object[]): Promise<(Reply | null)[]> {
    const written = new Promise<void>((resolve) =>
      child.stdin.write(questions.map((question) => `${JSON.stringify(question)}\n`).join(''), () => resolve()),
    );
    const replies: (Reply | null)[] = [];
    for (let i = 0; i < questions.length; i++) {
      const { value } = await answers.next();
      const reply = JSON.parse(String(value)) as (Reply & { error?: string }) | null;
      if (reply?.error !== undefined) throw new Error(`${reply.error}\n${JSON.stringify(questions[i]).slice(0, 2000)}`);
      replies.push(reply);
    }
    await written;
    return replies;
  }

  /** Operations that an installed botocore is too old for are passed over: three of Account's eighteen. */
  const MOSTLY = 0.75;

  const samples = (service: string, direction: 'request' | 'response') => {
    const model = modelOf(service);
    return Object.values(model.operations).flatMap((operation, i) => {
      const shape = direction === 'request' ? operation.input : operation.output;
      if (shape === undefined) return [{ operation, value: {} }];
      return fc
        .sample(structureValue({ model, direction }, shape), { numRuns: RUNS, seed: SEED + i })
        .map((value) => ({ operation, value }));
    });
  };

  it.each(services)('%s: requests mean what the client wrote', async (service) => {
    const all = samples(service, 'request').filter(({ operation }) => !NEW_PAYLOAD.has(`${service}:${operation.name}`));
    const replies = await askAll<Written>(all.map(({ operation, value }) => ({ write: [service, operation.name, tagged(value, true)] })));
    let compared = 0;
    for (const [i, reply] of replies.entries()) {
      if (reply === null) continue;
      const { method, target, headers, body } = reply.request;
      const signed = {
        ...headers,
        Authorization: `AWS4-HMAC-SHA256 Credential=A/20261121/us-east-1/${modelOf(service).signingName}/aws4_request`,
      };
      const request = requestOf(method, target, signed, Buffer.from(body, 'base64'));
      const match = router.match(request);
      expect(match.operation.name).toBe(all[i]?.operation.name);
      expect(tagged(match.codec.parse(match, request)), `${service}:${match.operation.name}`).toEqual(reply.input);
      compared++;
    }
    expect(compared).toBeGreaterThan(MOSTLY * all.length);
  });

  it.each(services)('%s: the client reads in responses what was written', async (service) => {
    const model = modelOf(service);
    const all = samples(service, 'response').filter(({ operation }) => !STREAMED.has(`${service}:${operation.name}`));
    const questions = all.map(({ operation, value }) => {
      const codec = codecOf(service);
      const { status, headers, body } = codec.serialize({ model, operation, protocol: model.protocol, codec }, value, 'a-request-id');
      return { read: [service, operation.name, status, headers, Buffer.from(body).toString('base64'), tagged(value)] };
    });
    let compared = 0;
    for (const [i, reply] of (await askAll<Read>(questions)).entries()) {
      if (reply === null) continue;
      expect(reply.output, `${service}:${all[i]?.operation.name}`).toEqual(reply.expected);
      expect(reply.requestId).toBe('a-request-id');
      compared++;
    }
    expect(compared).toBeGreaterThan(MOSTLY * all.length);
  });
});

const codecs = { query: awsQuery, ec2: ec2Query, json: awsJson, 'rest-json': restJson };
const codecOf = (service: string) => codecs[modelOf(service).protocol];

/** Values as they go over the pipe. In requests botocore sends whole seconds. */
function tagged(value: unknown, wholeSeconds = false): unknown {
  if (value instanceof Date) return { $time: wholeSeconds ? Math.floor(value.getTime() / 1000) : value.getTime() / 1000 };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map((item) => tagged(item, wholeSeconds));
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(members.map(([key, item]) => [key, tagged(item, wholeSeconds)]));
  }
  return value;
}
