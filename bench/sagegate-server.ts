/** Sagegate as it serves, in a process of its own, with an administrator whose key is told to the parent. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecentEvents } from '../src/audit/event.ts';
import { secretPlace } from '../src/authentication/authenticate.ts';
import { createMasterKey, KeyRing } from '../src/authentication/master-key.ts';
import { rootCaller } from '../src/authentication/principals.ts';
import { systemClock } from '../src/core/clock.ts';
import { accessKeyId, secretAccessKey, systemRandom } from '../src/core/id.ts';
import { openInstallation } from '../src/server/installation.ts';
import { listen, standardLimits } from '../src/server/listener.ts';
import { packageData } from '../src/server/package-data.ts';
import { createAccount } from '../src/store/new-account.ts';
import { accessKeys } from '../src/store/tables/iam.ts';

const ACCOUNT = '123456789012';
const logError = (error: unknown) => console.error(error);

const { installation, pipeline } = await openInstallation({
  directory: mkdtempSync(join(tmpdir(), 'sagegate-bench-')),
  ephemeral: process.argv.includes('--ephemeral'),
  packageData: packageData(),
  keys: new KeyRing(createMasterKey(systemRandom)),
  clock: systemClock,
  random: systemRandom,
  pace: 0,
  audit: new RecentEvents(10_000),
  logError,
});
const { store, secrets, random, regions } = installation;
const rootKey = { accessKeyId: accessKeyId('AKIA', ACCOUNT, random), secretAccessKey: secretAccessKey(random) };
await store.write(async (writer) => {
  await createAccount(
    writer,
    { accountId: ACCOUNT, name: 'bench', email: 'bench@example.com', createdAt: Date.now() },
    { random, regions },
  );
  const sealedSecret = secrets.seal(rootKey.secretAccessKey, secretPlace(ACCOUNT, rootKey.accessKeyId));
  await writer.insert(accessKeys, {
    accountId: ACCOUNT,
    accessKeyId: rootKey.accessKeyId,
    ownerId: ACCOUNT,
    status: 'Active',
    sealedSecret,
    createdAt: Date.now(),
  });
});
const root = await rootCaller(store, ACCOUNT);
if (!root) throw new Error('no root user');
await pipeline.call(root, 'iam', 'CreateUser', { UserName: 'Administrator' });
await pipeline.call(root, 'iam', 'AttachUserPolicy', {
  UserName: 'Administrator',
  PolicyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess',
});
await pipeline.call(root, 'iam', 'PutUserPolicy', {
  UserName: 'Administrator',
  PolicyName: 'more',
  PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*","sts:*"],"Resource":"*"}]}',
});
const created = (await pipeline.call(root, 'iam', 'CreateAccessKey', { UserName: 'Administrator' })) as {
  AccessKey: { AccessKeyId: string; SecretAccessKey: string };
};

const { port } = await listen({
  host: '127.0.0.1',
  port: 0,
  limits: standardLimits,
  now: Date.now,
  answer: (request) => pipeline.answer(request),
  logError,
});
process.once('SIGTERM', () => process.exit(0));
process.send?.({
  port,
  accessKeyId: created.AccessKey.AccessKeyId,
  secretAccessKey: created.AccessKey.SecretAccessKey,
  rssMiB: process.memoryUsage.rss() / 2 ** 20,
});
