import { RecentEvents } from '../src/audit/event.ts';
import type { Caller } from '../src/authentication/caller.ts';
import { createMasterKey, KeyRing } from '../src/authentication/master-key.ts';
import { rootCaller } from '../src/authentication/principals.ts';
import type { Installation } from '../src/authorization/installation.ts';
import { systemClock } from '../src/core/clock.ts';
import { systemRandom } from '../src/core/id.ts';
import { nothingOutbound } from '../src/core/outbound.ts';
import { openInstallation } from '../src/server/installation.ts';
import { packageData } from '../src/server/package-data.ts';
import type { Pipeline } from '../src/server/pipeline.ts';
import { createAccount } from '../src/store/new-account.ts';

export const ACCOUNT = '123456789012';

export interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** An installation as it serves, with one account and in it an administrator. */
export interface Administered {
  readonly installation: Installation;
  readonly pipeline: Pipeline;
  readonly root: Caller;
  /** The administrator's. */
  readonly key: Key;
  close(): Promise<void>;
}

export async function openAdministered(directory: string, ephemeral: boolean, outbound = nothingOutbound): Promise<Administered> {
  const { installation, pipeline, close } = await openInstallation({
    directory,
    ephemeral,
    packageData: packageData(),
    keys: new KeyRing(createMasterKey(systemRandom)),
    clock: systemClock,
    random: systemRandom,
    pace: 0,
    audit: new RecentEvents(10_000),
    logError: (error) => console.error(error),
    quotas: { UsersPerAccount: 10_000_000 },
    outbound,
  });
  const { store, random, regions } = installation;
  const account = { accountId: ACCOUNT, name: 'bench', email: 'bench@example.com', createdAt: Date.now() };
  await store.write((writer) => createAccount(writer, account, { random, regions }));
  const root = await rootCaller(store, ACCOUNT);
  if (!root) throw new Error('no root user');
  const UserName = 'Administrator';
  await pipeline.call(root, 'iam', 'CreateUser', { UserName });
  await pipeline.call(root, 'iam', 'AttachUserPolicy', { UserName, PolicyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess' });
  await pipeline.call(root, 'iam', 'PutUserPolicy', {
    UserName,
    PolicyName: 'more',
    PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*","sts:*"],"Resource":"*"}]}',
  });
  const { AccessKey } = (await pipeline.call(root, 'iam', 'CreateAccessKey', { UserName })) as {
    AccessKey: { AccessKeyId: string; SecretAccessKey: string };
  };
  return { installation, pipeline, root, close, key: { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey } };
}
