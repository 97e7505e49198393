import type { ServiceAuthorization } from '../../../src/model/service-authorization.ts';
import type { ReferenceActions, ReferenceOperations } from '../../../src/server/reference.ts';
import { AwsFailure } from '../aws/failure.ts';

const kept = new Map<string, Promise<unknown>>();

/** What the server publishes is the same as long as the page lives; what could not be read is asked for again. */
function read<T>(path: string): Promise<T> {
  const known = kept.get(path);
  if (known) return known as Promise<T>;
  const reading = fetch(`/_sagegate/reference/${path}`, { credentials: 'omit' }).then(async (response) => {
    if (response.ok) return (await response.json()) as T;
    throw new AwsFailure(response.status, 'NotRead', 'The permissions reference could not be read.', {});
  });
  kept.set(path, reading);
  reading.catch(() => kept.delete(path));
  return reading;
}

/** Every operation of the services that are modelled here, as calls of it are authorised. @throws AwsFailure */
export const readOperations = (): Promise<ReferenceOperations> => read('operations');

/** The names of all actions of all services. @throws AwsFailure */
export const readActions = (): Promise<ReferenceActions> => read('actions');

/** Resources and condition keys of one service, by the prefix of its actions. @throws AwsFailure */
export const readService = (prefix: string): Promise<ServiceAuthorization> => read(`services/${encodeURIComponent(prefix)}`);

/** An ARN's template for all resources of that kind in one account and region: `arn:aws:iam::123456789012:role/*`. */
export const arnOfAll = (template: string, account: string, region: string): string =>
  template.replace(/\$\{([A-Za-z]+)\}/g, (_, name: string) => {
    if (name === 'Partition') return 'aws';
    if (name === 'Account' || name === 'AccountId') return account;
    return name === 'Region' ? region : '*';
  });
