import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../src/authorization/operation.ts';
import { loadServiceModel } from '../src/model/load-model.ts';
import { tables } from '../src/server/installation.ts';
import { packageData } from '../src/server/package-data.ts';
import { coveringTest } from '../tools/covering-tests.ts';

const models = join(packageData(), 'models');

describe.each(Object.entries(tables))('%s', (service, rows) => {
  const built = Object.entries<Operation>(rows).flatMap(([name, { handler }]) => (handler ? [name] : []));

  it('is called by tests, every operation that is built', () => {
    expect(built.filter((name) => coveringTest(service, name) === undefined)).toEqual([]);
  });
});

it.each([
  ['iam', 180],
  ['organizations', 63],
  ['sts', 11],
])('%s has all its %i operations', (service, count) => {
  const rows = (tables as Record<string, Record<string, Operation>>)[service] ?? {};
  const operations = Object.keys(loadServiceModel(models, service).operations);
  expect(operations).toHaveLength(count);
  expect(operations.filter((name) => !rows[name]?.handler)).toEqual([]);
});

it('an operation that nothing calls has no test', () => {
  expect(coveringTest('iam', 'CreateNothing')).toBeUndefined();
  // Of several services' operations of one name, each has a test of its own.
  expect(coveringTest('organizations', 'TagResource')).toMatch(/^test\/services\/organizations\//);
});
