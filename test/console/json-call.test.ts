import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isoOf, JSON_SERVICES, type JsonService, jsonBody, jsonHeaders } from '../../console/src/aws/json-call.ts';
import { loadServiceModel } from '../../src/model/load-model.ts';
import { packageData } from '../../src/server/package-data.ts';

describe('calls of the JSON protocol, as the console makes them', () => {
  it.each(Object.keys(JSON_SERVICES) as JsonService[])('name %s by the target of its model, in the version of its model', (service) => {
    const { protocol, jsonVersion, targets } = loadServiceModel(join(packageData(), 'models'), service);
    const headers = jsonHeaders(service, 'ListThings');
    expect([protocol, headers['content-type']]).toEqual(['json', `application/x-amz-json-${jsonVersion}`]);
    expect(targets?.map((target) => `${target}.ListThings`)).toContain(headers['x-amz-target']);
  });

  it.each<[object, string]>([
    [{}, '{}'],
    [{ Name: 'n', NextToken: undefined }, '{"Name":"n"}'],
    [{ After: new Date(1_700_000_000_500) }, '{"After":1700000000.5}'],
    [{ List: [new Date(0), { At: new Date(1000) }] }, '{"List":[0,{"At":1}]}'],
  ])('send %j as %s', (input, body) => expect(jsonBody(input)).toBe(body));

  it('read moments as others of the console are', () => {
    expect([isoOf(1_700_000_000.5), isoOf(undefined)]).toEqual(['2023-11-14T22:13:20.500Z', undefined]);
  });
});
