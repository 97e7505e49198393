import { createHash, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificate, type Identity, identity, privateKeyOf } from './certificate-maker.ts';
import { deleteConflict, invalidInput, limitExceeded, noSuchEntity, pages, refused, stage, validationError } from './stage.ts';

const s = stage();

/** SSH's wire form, put together apart from the product. */
function sshLine({ publicKey }: Identity, comment = 'me@host'): string {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const fields = [Buffer.from('ssh-rsa'), Buffer.from(e, 'base64url'), Buffer.concat([Buffer.of(0), Buffer.from(n, 'base64url')])];
  const wire = Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(field.length);
      return [length, field];
    }),
  );
  return `ssh-rsa ${wire.toString('base64')} ${comment}`.trim();
}

const pem = ({ publicKey }: Identity): string => publicKey.export({ type: 'spki', format: 'pem' }).toString();

const key = identity('key', 'rsa');
const unrecognised = (body: string) =>
  refused(
    s.iam.uploadSSHPublicKey({ UserName: 'Ssh', SSHPublicKeyBody: body }),
    'UnrecognizedPublicKeyEncodingException',
    400,
    'Invalid public key uploaded.',
  );

describe('SSH public keys', () => {
  it('are uploaded in either form and shown in both', async () => {
    await s.iam.createUser({ UserName: 'Ssh' });
    const line = sshLine(key);
    const { SSHPublicKey } = await s.iam.uploadSSHPublicKey({ UserName: 'ssh', SSHPublicKeyBody: line });
    const wire = line.split(' ')[1] ?? '';
    expect(SSHPublicKey).toEqual({
      UserName: 'Ssh',
      SSHPublicKeyId: expect.stringMatching(/^APKA[A-Z2-7]{16}$/),
      Fingerprint: createHash('md5').update(Buffer.from(wire, 'base64')).digest('hex').match(/../g)?.join(':'),
      SSHPublicKeyBody: line,
      Status: 'Active',
      UploadDate: expect.any(Date),
    });
    const SSHPublicKeyId = SSHPublicKey?.SSHPublicKeyId;
    const get = async (Encoding: 'SSH' | 'PEM') =>
      (await s.iam.getSSHPublicKey({ UserName: 'Ssh', SSHPublicKeyId, Encoding })).SSHPublicKey?.SSHPublicKeyBody;
    expect(await get('SSH')).toBe(`ssh-rsa ${wire}`);
    expect(createPublicKey((await get('PEM')) ?? '').equals(key.publicKey)).toBe(true);
    await validationError(
      s.iam.getSSHPublicKey({ UserName: 'Ssh', SSHPublicKeyId, Encoding: 'ssh' as 'SSH' }),
      "1 validation error detected: Value at 'encoding' failed to satisfy constraint: Member must satisfy enum value set: [SSH, PEM]",
    );
    for (const again of [line, sshLine(key, ''), pem(key)])
      await refused(
        s.iam.uploadSSHPublicKey({ UserName: 'Ssh', SSHPublicKeyBody: again }),
        'DuplicateSSHPublicKeyException',
        400,
        'Duplicate SSH public key uploaded.',
      );
    await s.iam.createUser({ UserName: 'Other' });
    await s.iam.uploadSSHPublicKey({ UserName: 'Other', SSHPublicKeyBody: pem(key) });
  });

  it('are switched, listed, in the way of deletion, and deleted', async () => {
    const [held] = (await s.iam.listSSHPublicKeys({ UserName: 'Ssh' })).SSHPublicKeys ?? [];
    const SSHPublicKeyId = held?.SSHPublicKeyId ?? '';
    const turn = (Status: 'Active' | 'Inactive' | 'Expired', UserName = 'Ssh') =>
      s.iam.updateSSHPublicKey({ UserName, SSHPublicKeyId, Status });
    await turn('Inactive');
    expect((await s.iam.listSSHPublicKeys({ UserName: 'Ssh' })).SSHPublicKeys).toEqual([
      { UserName: 'Ssh', SSHPublicKeyId, Status: 'Inactive', UploadDate: held?.UploadDate },
    ]);
    await invalidInput(turn('Expired'), 'Operation does not support status Expired');
    const unknown = `User has no Public Key with id ${SSHPublicKeyId}.`;
    await noSuchEntity(turn('Active', 'Other'), unknown);
    await noSuchEntity(s.iam.getSSHPublicKey({ UserName: 'Other', SSHPublicKeyId, Encoding: 'SSH' }), unknown);
    await noSuchEntity(s.iam.deleteSSHPublicKey({ UserName: 'Other', SSHPublicKeyId }), unknown);
    await noSuchEntity(turn('Active', 'Absent'), 'The user with name Absent cannot be found.');
    await deleteConflict(s.iam.deleteUser({ UserName: 'Ssh' }), 'Cannot delete entity, must remove referenced objects first.');
    await s.iam.deleteSSHPublicKey({ UserName: 'Ssh', SSHPublicKeyId });
    await noSuchEntity(s.iam.deleteSSHPublicKey({ UserName: 'Ssh', SSHPublicKeyId }), unknown);
  });

  it('are five at most, and without a name the caller’s', async () => {
    for (let i = 0; i < 5; i++) await s.iam.uploadSSHPublicKey({ UserName: 'Ssh', SSHPublicKeyBody: pem(identity(`${i}`, 'rsa')) });
    await limitExceeded(
      s.iam.uploadSSHPublicKey({ UserName: 'Ssh', SSHPublicKeyBody: pem(identity('six', 'rsa')) }),
      'Cannot exceed quota for SSHPublicKeysPerUser: 5',
    );
    const { items, pages: count } = await pages(
      (Marker) => s.iam.listSSHPublicKeys({ UserName: 'Ssh', MaxItems: 2, Marker }),
      (page) => page.SSHPublicKeys,
    );
    expect([new Set(items.map((each) => each.SSHPublicKeyId)).size, count]).toEqual([5, 3]);
    await validationError(s.iam.listSSHPublicKeys({}), 'Must specify userName when calling with non-User credentials');
    const iam = s.as(await s.account.user('Self', { managed: ['arn:aws:iam::aws:policy/IAMReadOnlyAccess'] }));
    expect((await iam.listSSHPublicKeys({})).SSHPublicKeys).toEqual([]);
  });

  it.each([
    ['nonsense', 'nonsense'],
    ['another kind', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVsbGlwdGljAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['an EC key', pem(identity('ec'))],
    ['a private key', privateKeyOf(key)],
    ['a certificate', certificate(key)],
    ['a cut one', sshLine(key).slice(0, 100)],
    ['one with something behind it', `${(sshLine(key).split(' ')[1] ?? '').replace(/=+$/, '')}AAAA`],
    ['two lines', `${sshLine(key)}\n${sshLine(key)}`],
    ['a length beyond the end', `ssh-rsa ${Buffer.from('ffffffff', 'hex').toString('base64')}`],
  ])('are not %s', (_, body) => unrecognised(body));

  it.each(['pem', 'ssh'])('are not short: %s', async (form) => {
    const short = identity('short', 'rsa', 1024);
    await refused(
      s.iam.uploadSSHPublicKey({ UserName: 'Other', SSHPublicKeyBody: form === 'pem' ? pem(short) : sshLine(short) }),
      'InvalidPublicKeyException',
      400,
      'Invalid body for public key',
    );
  });
});
