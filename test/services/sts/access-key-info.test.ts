import { expect, it } from 'vitest';
import { accessKeyId, systemRandom } from '../../../src/core/id.ts';
import { accessKeys } from '../../../src/store/tables/iam.ts';
import { accessDenied, allow, stage, validationError } from '../iam/stage.ts';
import { credentialsOf, makeRole, userArn } from './stage.ts';

const s = stage();

it('GetAccessKeyInfo tells the account of any access key to who may ask', async () => {
  const other = await s.server.account();
  const asker = await s.account.user('asker', { inline: { p: JSON.parse(allow('sts:*')) } });
  const foreign = await other.user('far');
  const session = credentialsOf(await (await makeRole(s)).assume(asker));
  const accountOf = async (AccessKeyId: string) => (await s.sts(asker).getAccessKeyInfo({ AccessKeyId })).Account;
  expect(await accountOf(asker.accessKeyId)).toBe(s.account.id);
  expect(await accountOf(session.accessKeyId)).toBe(s.account.id);
  expect(await accountOf(foreign.accessKeyId)).toBe(other.id);
  await other.asRoot('iam', 'UpdateAccessKey', { UserName: 'far', AccessKeyId: foreign.accessKeyId, Status: 'Inactive' });
  expect(await accountOf(foreign.accessKeyId)).toBe(other.id);
  await other.asRoot('iam', 'DeleteAccessKey', { UserName: 'far', AccessKeyId: foreign.accessKeyId });
  expect(await accountOf(foreign.accessKeyId)).toBe(other.id);
  expect(await accountOf(accessKeyId('AKIA', '000000000042', systemRandom))).toBe('000000000042');
});

it('GetAccessKeyInfo finds ids that do not carry their account, and refuses what is no id', async () => {
  const { store, clock } = s.server.installation;
  const seeded = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', accountId: s.account.id, ownerId: s.account.id, status: 'Inactive' as const };
  await store.write((writer) => writer.insert(accessKeys, { ...seeded, sealedSecret: '', createdAt: clock.now() }));
  const sts = s.sts(s.account.root);
  expect((await sts.getAccessKeyInfo({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' })).Account).toBe(s.account.id);
  for (const AccessKeyId of ['AKIAAAAAAAAAAAAAAAAA', 'AKIA0000000000000000', 'x'.repeat(128)])
    await validationError(sts.getAccessKeyInfo({ AccessKeyId }), 'The request must contain a valid access key ID.');
  await validationError(sts.getAccessKeyInfo({ AccessKeyId: 'short' }), /'accessKeyId' failed to satisfy constraint/);
  await validationError(sts.getAccessKeyInfo({ AccessKeyId: 'AKIA-00000000000000' }), /'accessKeyId' failed to satisfy constraint/);
});

it('GetAccessKeyInfo needs permission', async () => {
  const nobody = await s.account.user('nobody');
  await accessDenied(
    s.sts(nobody).getAccessKeyInfo({ AccessKeyId: nobody.accessKeyId }),
    `User: ${userArn(s, 'nobody')} is not authorized to perform: sts:GetAccessKeyInfo`,
  );
});
