/** Whatever comes in, the answer is an input of the model's types or a refusal of the caller's kind; never another exception. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../src/core/http.ts';
import { parseFormLists } from '../../src/protocol/form.ts';
import { readJson } from '../../src/protocol/json/read-json.ts';
import { parseQuery } from '../../src/sigv4/canonical-query.ts';
import { type Answer, ask, form, json, rest } from './ask.ts';
import { index, modelOf, RUNS, SEED, services } from './models.ts';
import { requestOf, sdkClient } from './sdk.ts';
import { structureValue } from './values.ts';

const options = (runs: number) => ({ numRuns: runs * RUNS, seed: SEED });

function isAnswered({ operation, input, refusal }: Answer): void {
  if (operation !== undefined) {
    expect(Object.getPrototypeOf(input)).toBeNull();
    return;
  }
  expect(refusal?.status).toBeGreaterThanOrEqual(400);
  expect(refusal?.status).toBeLessThan(500);
  // Of bounded size, and free of what neither XML nor a terminal should get.
  const body = refusal?.body.toString() ?? '';
  expect(body.length).toBeLessThan(40_000);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
  expect(body).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
}

/** Real requests of a service, as the SDK sends them. */
async function requestsOf(service: string): Promise<HttpRequest[]> {
  const client = await sdkClient(service);
  const model = modelOf(service);
  const requests: HttpRequest[] = [];
  const operations = Object.values(model.operations);
  // Large services by every tenth operation.
  const step = Math.ceil(operations.length / 40);
  for (let i = 0; i < operations.length; i += step) {
    const operation = operations[i];
    if (operation?.input === undefined) continue;
    const [input = {}] = fc.sample(structureValue({ model, direction: 'request' }, operation.input), { numRuns: 1, seed: SEED + i });
    const stop = new Error('enough');
    const sent = client.send(operation.name, input, (request) => {
      requests.push(request);
      throw stop;
    });
    await expect(sent).rejects.toBe(stop);
  }
  return requests;
}

const spice = fc.constantFrom(0, 0x22, 0x26, 0x3d, 0x25, 0x2e, 0x2f, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x80, 0xc0, 0xed, 0xff);
const change = fc.record({ at: fc.nat(), remove: fc.nat(3), insert: fc.array(fc.oneof(spice, fc.nat(255)), { maxLength: 4 }) });
const changes = fc.array(change, { minLength: 1, maxLength: 4 });

type Change = { readonly at: number; readonly remove: number; readonly insert: readonly number[] };

function changed(bytes: Uint8Array, all: readonly Change[]): Uint8Array {
  let result = Buffer.from(bytes);
  for (const { at, remove, insert } of all) {
    const start = result.length === 0 ? 0 : at % result.length;
    result = Buffer.concat([result.subarray(0, start), Buffer.from(insert), result.subarray(start + remove)]);
  }
  return result;
}

describe.each(services)('%s', (service) => {
  it('requests with some bytes changed', async () => {
    const requests = await requestsOf(service);
    fc.assert(
      fc.property(fc.constantFrom(...requests), changes, fc.constantFrom('body', 'target', 'both'), (request, all, where) => {
        const body = where === 'target' ? request.body : changed(request.body, all);
        // The listener lets only visible ASCII through in a target.
        const target =
          where === 'body'
            ? request.target
            : Buffer.from(changed(Buffer.from(request.target), all))
                .toString('latin1')
                .replace(/[^\x21-\x7e]/g, '%');
        isAnswered(ask({ ...request, body, target: target.startsWith('/') ? target : `/${target}` }));
      }),
      options(150),
    );
  });

  it('inputs of any form', () => {
    const model = modelOf(service);
    const entry = index.services[service];
    const names = fc.constantFrom(...Object.keys(model.operations));
    const members = fc.constantFrom(
      ...new Set(Object.values(model.shapes).flatMap((shape) => (shape.type === 'structure' ? Object.keys(shape.members) : []))),
    );
    const isXml = entry?.protocol === 'query' || entry?.protocol === 'ec2';
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(members, tie('value'), { maxKeys: 5 }),
      ),
    }));
    const steps = fc.array(
      fc.oneof(members, fc.constantFrom('member', 'entry', 'key', 'value', '1', '2', '01', '0', '-1', '__proto__', '')),
      { minLength: 1, maxLength: 7 },
    );
    const parameters = fc.array(fc.tuple(steps, fc.string({ maxLength: 5 })), { maxLength: 12 });
    const request = isXml
      ? fc
          .tuple(names, parameters)
          .map(([name, all]) =>
            form(
              model.signingName,
              `Action=${name}&Version=${model.apiVersion}&${all.map(([path, text]) => `${path.join('.')}=${encodeURIComponent(text.toWellFormed())}`).join('&')}`,
            ),
          )
      : entry?.protocol === 'json'
        ? fc.tuple(names, value).map(([name, body]) => json(`${entry.targets?.[0]}.${name}`, JSON.stringify(body)))
        : fc.tuple(names, value).map(([name, body]) => {
            const [method = '', uri = ''] = (model.operations[name]?.http ?? 'POST /').split(' ');
            return rest(method, uri.replace(/\{[^}]*\}/g, 'x'), model.signingName, JSON.stringify(body));
          });
    fc.assert(
      fc.property(request, (each) => isAnswered(ask(each))),
      options(300),
    );
  });
});

it('requests of no service at all', () => {
  const headers = fc.dictionary(
    fc.constantFrom('x-amz-target', 'content-type', 'authorization', 'x-amz-date'),
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        'application/x-amz-json-1.1',
        'application/x-www-form-urlencoded',
        'SageMaker.',
        '.',
        'AWS4-HMAC-SHA256 Credential=////////',
      ),
    ),
    { noNullPrototype: true },
  );
  const methods = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH');
  const targets = fc.stringMatching(/^\/[!-~]{0,40}$/);
  fc.assert(
    fc.property(methods, targets, headers, fc.uint8Array({ maxLength: 64 }), (method, target, all, body) =>
      isAnswered(ask(requestOf(method, target, all, body))),
    ),
    options(1500),
  );
});

describe('two readers agree', () => {
  it('JSON: what is accepted is what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(readJson(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
      options(500),
    );
  });

  it('S19 query strings: what was signed is what is read', () => {
    const piece = fc.oneof(
      fc.constantFrom('a', 'b', '=', '&', '%20', '+', '%2B', '%26', '%3D', '%25', '%C3%A9', '%zz', ';', '.', '%00'),
      fc.stringMatching(/^[!-~]$/),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const signed = parseQuery(text);
        if (signed === undefined) return;
        const expected = new Map<string, string[]>();
        for (const { name, value } of signed) expected.set(name, [...(expected.get(name) ?? []), value]);
        expect(parseFormLists(text)).toEqual(expected);
      }),
      options(1500),
    );
  });
});
