/** The official SDK writes every operation's input and reads every operation's output and errors; what we read and write must be the same. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ServiceError } from '../../src/core/service-error.ts';
import type { OperationModel, ServiceModel } from '../../src/model/service-model.ts';
import { modelOf, RUNS, router, SEED, services } from './models.ts';
import { type SdkClient, sdkClient } from './sdk.ts';
import { structureValue } from './values.ts';

// EC2 has 823 operations.
vi.setConfig({ testTimeout: 120_000 });

const REQUEST_ID = '11111111-2222-4333-8444-555555555555';

/** Each service's operations in one test: two thousand tests would take longer to name than to run. */
async function forEachOperation(
  service: string,
  body: (client: SdkClient, model: ServiceModel, operation: OperationModel) => Promise<void>,
): Promise<void> {
  const client = await sdkClient(service);
  const model = modelOf(service);
  const problems: string[] = [];
  for (const operation of Object.values(model.operations)) {
    // The other way round, an operation that only the model has would never be asked for.
    if (!client.operations.includes(operation.name)) problems.push(`${operation.name}: the SDK does not have it`);
    else await body(client, model, operation).catch((error: unknown) => problems.push(`${operation.name}: ${messageOf(error)}`));
  }
  expect(client.operations.filter((name) => !model.operations[name])).toEqual([]);
  if (problems.length > 0) throw new Error(`${problems.length} operations\n${problems.slice(0, 10).join('\n\n')}`);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.message.replace(/\n+Hint:.*/s, '')}${error.cause === undefined ? '' : `\n${messageOf(error.cause)}`}`.slice(0, 3000);
}

const nothing = fc.constant<Record<string, unknown>>({});

const inputsOf = (model: ServiceModel, { input }: OperationModel) =>
  input === undefined ? nothing : structureValue({ model, direction: 'request' }, input);

/** Some input that the client sends, where it does not matter which. */
const anInputOf = (model: ServiceModel, operation: OperationModel) =>
  fc.sample(inputsOf(model, operation), { numRuns: 1, seed: SEED })[0] ?? {};

describe.each(services)('%s', (service) => {
  it('requests mean what the client wrote', async () => {
    await forEachOperation(service, (client, model, operation) => {
      return fc.assert(
        fc.asyncProperty(inputsOf(model, operation), async (input) => {
          let read: unknown;
          const sent = client.send(operation.name, input, (request) => {
            const match = router.match(request);
            expect(match.operation.name).toBe(operation.name);
            read = match.codec.parse(match, request);
            throw new Answered();
          });
          await sent.catch((error: unknown) => {
            if (!(error instanceof Answered)) throw error;
          });
          expect(plain(withoutAdditions(operation.name, read))).toEqual(plain(withoutAdditions(operation.name, input)));
        }),
        { numRuns: RUNS, seed: SEED },
      );
    });
  });

  it('clients read in responses what was written', async () => {
    await forEachOperation(service, (client, model, operation) => {
      const outputs = operation.output === undefined ? nothing : structureValue({ model, direction: 'response' }, operation.output);
      return fc.assert(
        fc.asyncProperty(outputs, async (output) => {
          const input = anInputOf(model, operation);
          const { $metadata: metadata, ...read } = await client.send(operation.name, input, (request) => {
            const match = router.match(request);
            return match.codec.serialize(match, output, REQUEST_ID);
          });
          expect(plain(await collected(read))).toEqual(plain(output));
          expect(metadata).toMatchObject({ requestId: REQUEST_ID });
        }),
        { numRuns: RUNS, seed: SEED },
      );
    });
  });

  it('clients throw the error that was meant', async () => {
    await forEachOperation(service, async (client, model, operation) => {
      const input = anInputOf(model, operation);
      for (const name of operation.errors ?? []) {
        const shape = model.shapes[name];
        const [sample = {}] = fc.sample(structureValue({ model, direction: 'response' }, name), { numRuns: 1, seed: SEED });
        // The header that tells the code is a member of some errors: it cannot tell another.
        const fields = Object.fromEntries(Object.entries(sample).filter(([member]) => !/^(message|errorType)$/i.test(member)));
        const error = new ServiceError(name, 'Because <this> & "that".', { fields });
        const thrown = await client
          .send(operation.name, input, (request) => router.refuse(error, router.match(request), request, REQUEST_ID))
          .then(
            () => undefined,
            (reason: unknown) => reason,
          );
        expect(thrown, name).toMatchObject({ name, message: error.message, $metadata: { requestId: REQUEST_ID } });
        const status = shape?.type === 'structure' ? (shape.error?.status ?? 400) : 0;
        expect(thrown, name).toMatchObject({ $metadata: { httpStatusCode: status } });
        const read = thrown as Readonly<Record<string, unknown>>;
        for (const member of Object.keys(fields)) expect(plain(read[member]), `${name}.${member}`).toEqual(plain(fields[member]));
      }
    });
  });
});

it('an error in a stream is thrown where it stands', async () => {
  const client = await sdkClient('sagemaker-runtime');
  const Body = [
    { PayloadPart: { Bytes: Buffer.from('first') } },
    { ModelStreamError: { Message: 'The model stopped.', ErrorCode: 'ModelInvocationTimeExceeded' } },
  ];
  const { Body: stream } = await client.send('InvokeEndpointWithResponseStream', { EndpointName: 'e', Body: '' }, (request) => {
    const match = router.match(request);
    return match.codec.serialize(match, { Body }, REQUEST_ID);
  });
  const read: unknown[] = [];
  const reading = (async () => {
    for await (const event of stream as AsyncIterable<unknown>) read.push(plain(event));
  })();
  await expect(reading).rejects.toMatchObject({
    name: 'ModelStreamError',
    message: 'The model stopped.',
    ErrorCode: 'ModelInvocationTimeExceeded',
  });
  expect(read).toEqual([plain({ PayloadPart: { Bytes: Buffer.from('first') } })]);
});

/** An output whose stream of events, if it has one, is read to its end. */
async function collected(output: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
  const members = Object.entries(output).map(async ([name, value]) => {
    const isStream = typeof value === 'object' && value !== null && Symbol.asyncIterator in value && !(value instanceof Uint8Array);
    return [name, isStream ? await eventsOf(value as AsyncIterable<unknown>) : value] as const;
  });
  return Object.fromEntries(await Promise.all(members));
}

async function eventsOf(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** What the SDK puts into a request by itself. */
function withoutAdditions(operation: string, input: unknown): unknown {
  if (operation !== 'CopySnapshot') return input;
  const { DestinationRegion, PresignedUrl, ...rest } = input as Record<string, unknown>;
  return rest;
}

/** Thrown in place of an answer: the request was all that was asked for. */
class Answered extends Error {}

/** Values as they compare: no prototypes, bytes as a list, absent members gone. */
function plain(value: unknown): unknown {
  if (value instanceof String) return value.valueOf();
  if (value instanceof Date) return `time ${value.getTime()}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, plain(item)]),
    );
  }
  return value;
}
