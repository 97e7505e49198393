import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { accessDenied, allow, invalidInput, limitExceeded, noPolicyAllows, noSuchEntity, pages, refused, stage } from './stage.ts';

const s = stage();

const noKey = (call: Promise<unknown>, id: string) => noSuchEntity(call, `The Access Key with id ${id} cannot be found.`);

describe('access keys', () => {
  it('are made, listed without secret, and sign at once', async () => {
    await s.iam.createUser({ UserName: 'Keyed' });
    await s.iam.putUserPolicy({ UserName: 'Keyed', PolicyName: 'p', PolicyDocument: allow('iam:GetUser') });
    const { AccessKey } = await s.iam.createAccessKey({ UserName: 'keyed' });
    expect(AccessKey).toEqual({
      UserName: 'Keyed',
      AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      Status: 'Active',
      SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
      CreateDate: expect.any(Date),
    });
    const iam = s.as({ accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' });
    expect((await iam.getUser({})).User?.UserName).toBe('Keyed');
    const listed = (await s.iam.listAccessKeys({ UserName: 'Keyed' })).AccessKeyMetadata;
    expect(listed).toEqual([
      { UserName: 'Keyed', AccessKeyId: AccessKey?.AccessKeyId, Status: 'Active', CreateDate: AccessKey?.CreateDate },
    ]);
  });

  it('are two at most, inactive ones included', async () => {
    await s.iam.createUser({ UserName: 'Two' });
    const first = (await s.iam.createAccessKey({ UserName: 'Two' })).AccessKey?.AccessKeyId;
    await s.iam.createAccessKey({ UserName: 'Two' });
    await s.iam.updateAccessKey({ UserName: 'Two', AccessKeyId: first, Status: 'Inactive' });
    await limitExceeded(s.iam.createAccessKey({ UserName: 'Two' }), 'Cannot exceed quota for AccessKeysPerUser: 2');
    const { items } = await pages(
      (Marker) => s.iam.listAccessKeys({ UserName: 'Two', MaxItems: 1, Marker }),
      (page) => page.AccessKeyMetadata,
    );
    expect(items.map((key) => key.Status)).toEqual(['Inactive', 'Active']);
    await s.iam.deleteAccessKey({ UserName: 'Two', AccessKeyId: first });
    await s.iam.createAccessKey({ UserName: 'Two' });
  });

  it('are switched off and on, and refuse to expire', async () => {
    const key = await s.account.user('Switched', { inline: { p: policy({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }) } });
    const turn = (Status: 'Active' | 'Inactive' | 'Expired') =>
      s.iam.updateAccessKey({ UserName: 'Switched', AccessKeyId: key.accessKeyId, Status });
    await turn('Inactive');
    await turn('Inactive');
    await refused(s.as(key).getUser({}), 'InvalidClientTokenId', 403, 'The security token included in the request is invalid.');
    await turn('Active');
    await s.as(key).getUser({});
    await invalidInput(turn('Expired'), 'Operation does not support status Expired');
    await s.iam.deleteAccessKey({ UserName: 'Switched', AccessKeyId: key.accessKeyId });
    await refused(s.as(key).getUser({}), 'InvalidClientTokenId', 403, 'The security token included in the request is invalid.');
    await noKey(s.iam.deleteAccessKey({ UserName: 'Switched', AccessKeyId: key.accessKeyId }), key.accessKeyId);
  });

  it('of somebody else are as unknown as those that do not exist', async () => {
    const key = await s.account.user('Owner');
    await s.iam.createUser({ UserName: 'Stranger' });
    for (const AccessKeyId of [key.accessKeyId, 'AKIAIOSFODNN7EXAMPLE']) {
      await noKey(s.iam.updateAccessKey({ UserName: 'Stranger', AccessKeyId, Status: 'Inactive' }), AccessKeyId);
      await noKey(s.iam.deleteAccessKey({ UserName: 'Stranger', AccessKeyId }), AccessKeyId);
    }
    await noSuchEntity(s.iam.createAccessKey({ UserName: 'Absent' }), 'The user with name Absent cannot be found.');
    await noSuchEntity(s.iam.listAccessKeys({ UserName: 'Absent' }), 'The user with name Absent cannot be found.');
  });

  it('without a name are the caller’s own, root’s too', async () => {
    const inline = {
      keys: policy({ Effect: 'Allow', Action: 'iam:*AccessKey*', Resource: `arn:aws:iam::${s.account.id}:user/\${aws:username}` }),
    };
    const key = await s.account.user('Selfmade', { inline });
    const { AccessKey } = await s.as(key).createAccessKey({});
    expect(AccessKey?.UserName).toBe('Selfmade');
    await s.as(key).deleteAccessKey({ AccessKeyId: AccessKey?.AccessKeyId });
    expect((await s.as(key).listAccessKeys({})).AccessKeyMetadata).toHaveLength(1);
    const listed = (await s.iam.listAccessKeys({})).AccessKeyMetadata;
    expect(listed).toEqual([{ AccessKeyId: s.account.root.accessKeyId, Status: 'Active', CreateDate: expect.any(Date) }]);
  });
});

describe('GetAccessKeyLastUsed', () => {
  it('says when and for what a key was used', async () => {
    const key = await s.account.user('User');
    const before = s.server.clock.now();
    await s.sts(key).getCallerIdentity({});
    const used = () => s.iam.getAccessKeyLastUsed({ AccessKeyId: key.accessKeyId });
    await expect.poll(async () => (await used()).AccessKeyLastUsed?.ServiceName).toBe('sts');
    const { UserName, AccessKeyLastUsed } = await used();
    expect({ UserName, ...AccessKeyLastUsed }).toMatchObject({ UserName: 'User', ServiceName: 'sts', Region: 'us-east-1' });
    expect(Math.abs((AccessKeyLastUsed?.LastUsedDate?.getTime() ?? 0) - before)).toBeLessThan(60_000);
  });

  it('says N/A until the key is used, and hides keys that are not this account’s', async () => {
    await s.iam.createUser({ UserName: 'Idle' });
    const AccessKeyId = (await s.iam.createAccessKey({ UserName: 'Idle' })).AccessKey?.AccessKeyId;
    const used = await s.iam.getAccessKeyLastUsed({ AccessKeyId });
    expect(used).toMatchObject({ UserName: 'Idle', AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } });
    expect(used.AccessKeyLastUsed).not.toHaveProperty('LastUsedDate');
    const other = await s.server.account();
    for (const id of [other.root.accessKeyId, 'AKIAIOSFODNN7EXAMPLE'])
      await accessDenied(
        s.iam.getAccessKeyLastUsed({ AccessKeyId: id }),
        `User: arn:aws:iam::${s.account.id}:root is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${id}`,
      );
  });

  it('does not tell whoever is denied whose key it is, nor whether there is one', async () => {
    const own = policy({ Effect: 'Allow', Action: 'iam:*', Resource: `arn:aws:iam::${s.account.id}:user/curious` });
    const curious = await s.account.user('curious', { inline: { own } });
    const { accessKeyId: somebodys } = await s.account.user('somebody');
    for (const AccessKeyId of [somebodys, s.account.root.accessKeyId, 'AKIAIOSFODNN7EXAMPLE'])
      await noPolicyAllows(
        s.as(curious).getAccessKeyLastUsed({ AccessKeyId }),
        `arn:aws:iam::${s.account.id}:user/curious`,
        'iam:GetAccessKeyLastUsed',
        `access key ${AccessKeyId}`,
      );
    expect((await s.as(curious).getAccessKeyLastUsed({ AccessKeyId: curious.accessKeyId })).UserName).toBe('curious');
  });
});

describe('R03: keys for others', () => {
  it('CreateAccessKey and UpdateAccessKey need permission on that very user', async () => {
    await s.account.user('victim');
    const key = await s.account.user('thief', {
      inline: { own: policy({ Effect: 'Allow', Action: 'iam:*', Resource: `arn:aws:iam::${s.account.id}:user/thief` }) },
    });
    const caller = `arn:aws:iam::${s.account.id}:user/thief`;
    const victim = `arn:aws:iam::${s.account.id}:user/victim`;
    await noPolicyAllows(s.as(key).createAccessKey({ UserName: 'victim' }), caller, 'iam:CreateAccessKey', victim);
    await noPolicyAllows(s.as(key).createAccessKey({ UserName: 'VICTIM' }), caller, 'iam:CreateAccessKey', victim);
    await s.iam.putUserPolicy({
      UserName: 'thief',
      PolicyName: 'victim',
      PolicyDocument: allow(['iam:CreateAccessKey', 'iam:DeleteAccessKey', 'iam:UpdateAccessKey'], victim),
    });
    const { AccessKey } = await s.as(key).createAccessKey({ UserName: 'victim' });
    await limitExceeded(s.as(key).createAccessKey({ UserName: 'victim' }), 'Cannot exceed quota for AccessKeysPerUser: 2');
    await s.as(key).deleteAccessKey({ UserName: 'victim', AccessKeyId: AccessKey?.AccessKeyId });
    await s.as(key).createAccessKey({ UserName: 'victim' });
  });
});
