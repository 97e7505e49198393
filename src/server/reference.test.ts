import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HttpRequest } from '../core/http.ts';
import { loadModelIndex, loadServiceModel } from '../model/load-model.ts';
import { openServiceAuthorization } from '../model/service-authorization.ts';
import { packageData } from './package-data.ts';
import { referenceRoutes } from './reference.ts';

it('what could not be read for the permissions reference is read again by whoever asks next', async () => {
  const directory = join(packageData(), 'models');
  let isThere = false;
  const load = (service: string) => {
    if (!isThere) throw new Error('the disk is gone');
    return loadServiceModel(directory, service);
  };
  const published = openServiceAuthorization(join(packageData(), 'service-authorization'));
  const operations = referenceRoutes({ models: { index: loadModelIndex(directory), load }, tables: {}, published }).find(
    ({ path }) => path === 'reference/operations',
  );
  const ask = () =>
    operations?.handle({
      request: { headers: {} } as HttpRequest,
      part: '',
      query: new URLSearchParams(),
      source: '',
      tell: () => undefined,
    });
  await expect(ask()).rejects.toThrow('the disk is gone');
  isThere = true;
  expect(await ask()).toMatchObject({ status: 200, body: expect.stringContaining('"GetCallerIdentity"') });
});
