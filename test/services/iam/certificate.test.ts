import { beforeAll, describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { certificate, identity, privateKeyOf } from './certificate-maker.ts';
import {
  accessDenied,
  alreadyExists,
  deleteConflict,
  invalidInput,
  limitExceeded,
  noPolicyAllows,
  noSuchEntity,
  pages,
  refused,
  stage,
  validationError,
} from './stage.ts';

const s = stage();

const malformed = (call: Promise<unknown>, message: string | RegExp) => refused(call, 'MalformedCertificateException', 400, message);

describe('signing certificates', () => {
  const one = certificate(identity('one'));
  const two = certificate(identity('two', 'rsa', 1024));

  it('are uploaded, listed page by page, switched and deleted', async () => {
    await s.iam.createUser({ UserName: 'Signer' });
    const { Certificate } = await s.iam.uploadSigningCertificate({ UserName: 'signer', CertificateBody: one });
    expect(Certificate).toEqual({
      UserName: 'Signer',
      CertificateId: expect.stringMatching(/^[A-Z2-7]{32}$/),
      CertificateBody: one,
      Status: 'Active',
      UploadDate: expect.any(Date),
    });
    const CertificateId = Certificate?.CertificateId;
    await s.iam.uploadSigningCertificate({ UserName: 'Signer', CertificateBody: two });
    const { items, pages: count } = await pages(
      (Marker) => s.iam.listSigningCertificates({ UserName: 'Signer', MaxItems: 1, Marker }),
      (page) => page.Certificates,
    );
    expect([items.map((each) => each.UserName), count]).toEqual([['Signer', 'Signer'], 2]);
    await limitExceeded(
      s.iam.uploadSigningCertificate({ UserName: 'Signer', CertificateBody: certificate(identity('three')) }),
      'Cannot exceed quota for CertificatesPerUser: 2',
    );

    await s.iam.updateSigningCertificate({ UserName: 'Signer', CertificateId, Status: 'Inactive' });
    // The same one again is no third one; the answer says Active, and what is stored stays.
    const again = await s.iam.uploadSigningCertificate({ UserName: 'Signer', CertificateBody: one });
    expect(again.Certificate).toMatchObject({ CertificateId, Status: 'Active', UploadDate: Certificate?.UploadDate });
    const listed = (await s.iam.listSigningCertificates({ UserName: 'Signer' })).Certificates;
    expect(listed?.find((each) => each.CertificateId === CertificateId)?.Status).toBe('Inactive');
    await invalidInput(
      s.iam.updateSigningCertificate({ UserName: 'Signer', CertificateId, Status: 'Expired' }),
      'Operation does not support status Expired',
    );

    await deleteConflict(s.iam.deleteUser({ UserName: 'Signer' }), 'Cannot delete entity, must delete certificates first.');
    for (const each of listed ?? []) await s.iam.deleteSigningCertificate({ UserName: 'Signer', CertificateId: each.CertificateId });
    await noSuchEntity(
      s.iam.deleteSigningCertificate({ UserName: 'Signer', CertificateId }),
      `The Certificate with id ${CertificateId} cannot be found.`,
    );
    await s.iam.deleteUser({ UserName: 'Signer' });
  });

  it('belong to one user of the account', async () => {
    await s.iam.createUser({ UserName: 'First' });
    await s.iam.createUser({ UserName: 'Second' });
    const { Certificate } = await s.iam.uploadSigningCertificate({ UserName: 'First', CertificateBody: one });
    await refused(
      s.iam.uploadSigningCertificate({ UserName: 'Second', CertificateBody: one }),
      'DuplicateCertificateException',
      409,
      'Duplicate certificate uploaded.',
    );
    for (const CertificateId of [Certificate?.CertificateId, 'A'.repeat(32)])
      await noSuchEntity(
        s.iam.updateSigningCertificate({ UserName: 'Second', CertificateId, Status: 'Inactive' }),
        `The Certificate with id ${CertificateId} cannot be found.`,
      );
    const other = await s.server.account();
    await s.as(other.root).createUser({ UserName: 'First' });
    await s.as(other.root).uploadSigningCertificate({ UserName: 'First', CertificateBody: one });
  });

  beforeAll(() => s.iam.createUser({ UserName: 'Malformed' }));

  it.each([
    ['no PEM', 'nonsense', 'Certificate nonsense is malformed.'],
    [
      'a PEM of nothing',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      'Certificate -----BEGIN CERTIFICATE----- is malformed.',
    ],
    ['two of them', one + one, 'Certificate -----BEGIN CERTIFICATE----- is malformed.'],
    ['a private key', privateKeyOf(identity('x')), 'Certificate -----BEGIN PRIVATE KEY----- is malformed.'],
  ])('are not %s', async (_, CertificateBody, message) => {
    await malformed(s.iam.uploadSigningCertificate({ UserName: 'Malformed', CertificateBody }), message);
  });

  it('have not expired', async () => {
    const expired = certificate(identity('old'), undefined, Date.now() - 86_400_000).trim();
    await s.iam.createUser({ UserName: 'Late' });
    await malformed(s.iam.uploadSigningCertificate({ UserName: 'Late', CertificateBody: expired }), `${expired} has expired.`);
  });

  it('are root’s own as well, and a user’s own without a name', async () => {
    await s.iam.uploadSigningCertificate({ CertificateBody: two });
    expect((await s.iam.listSigningCertificates({})).Certificates).toHaveLength(1);
    expect((await s.iam.getAccountSummary({})).SummaryMap).toMatchObject({
      AccountSigningCertificatesPresent: 1,
      SigningCertificatesPerUserQuota: 2,
    });
    const own = policy({ Effect: 'Allow', Action: 'iam:*SigningCertificate*', Resource: `arn:aws:iam::*:user/$\{aws:username}` });
    const iam = s.as(await s.account.user('Own', { inline: { own } }));
    await iam.uploadSigningCertificate({ CertificateBody: certificate(identity('own')) });
    expect((await iam.listSigningCertificates({})).Certificates).toHaveLength(1);
    await noPolicyAllows(
      iam.uploadSigningCertificate({ UserName: 'First', CertificateBody: one }),
      `arn:aws:iam::${s.account.id}:user/Own`,
      'iam:UploadSigningCertificate',
      `arn:aws:iam::${s.account.id}:user/First`,
    );
    await noSuchEntity(
      s.iam.uploadSigningCertificate({ UserName: 'Absent', CertificateBody: one }),
      'The user with name Absent cannot be found.',
    );
  });
});

describe('server certificates', () => {
  const root = identity('root');
  const middle = identity('middle');
  const site = identity('site', 'rsa');
  const other = identity('other');
  const CertificateBody = certificate(site, middle);
  const PrivateKey = privateKeyOf(site);
  const chain = certificate(middle, root) + certificate(root);
  const upload = (ServerCertificateName: string, more: object = {}) =>
    s.iam.uploadServerCertificate({ ServerCertificateName, CertificateBody, PrivateKey, ...more });
  const taken = (call: Promise<unknown>, name: string) => alreadyExists(call, `The Server Certificate with name ${name} already exists.`);
  const gone = (call: Promise<unknown>, name: string) => noSuchEntity(call, `The Server Certificate with name ${name} cannot be found.`);

  it('are uploaded, shown without key, renamed and deleted', async () => {
    const { ServerCertificateMetadata: made, Tags } = await upload('Site', {
      Path: '/cloudfront/',
      CertificateChain: chain,
      Tags: [{ Key: 'Team', Value: 'a' }],
    });
    expect(made).toEqual({
      Path: '/cloudfront/',
      ServerCertificateName: 'Site',
      ServerCertificateId: expect.stringMatching(/^ASCA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${s.account.id}:server-certificate/cloudfront/Site`,
      UploadDate: expect.any(Date),
      Expiration: expect.any(Date),
    });
    expect(Tags).toEqual([{ Key: 'Team', Value: 'a' }]);
    expect((await s.iam.getServerCertificate({ ServerCertificateName: 'site' })).ServerCertificate).toEqual({
      ServerCertificateMetadata: made,
      CertificateBody: CertificateBody.trimEnd(),
      CertificateChain: chain.trimEnd(),
      Tags,
    });
    await taken(upload('SITE'), 'SITE');
    await upload('Plain');
    expect((await s.iam.getServerCertificate({ ServerCertificateName: 'Plain' })).ServerCertificate).toMatchObject({ Tags: [] });

    await s.iam.updateServerCertificate({ ServerCertificateName: 'Site' });
    await taken(s.iam.updateServerCertificate({ ServerCertificateName: 'Site', NewServerCertificateName: 'plain' }), 'plain');
    await s.iam.updateServerCertificate({ ServerCertificateName: 'Site', NewServerCertificateName: 'Moved', NewPath: '/a/' });
    await gone(s.iam.getServerCertificate({ ServerCertificateName: 'Site' }), 'Site');
    const moved = (await s.iam.getServerCertificate({ ServerCertificateName: 'Moved' })).ServerCertificate;
    expect(moved?.ServerCertificateMetadata).toMatchObject({
      ServerCertificateId: made?.ServerCertificateId,
      Arn: `arn:aws:iam::${s.account.id}:server-certificate/a/Moved`,
    });

    const { items } = await pages(
      (Marker) => s.iam.listServerCertificates({ MaxItems: 1, Marker }),
      (page) => page.ServerCertificateMetadataList,
    );
    expect(items.map((each) => each.ServerCertificateName)).toEqual(['Moved', 'Plain']);
    expect((await s.iam.listServerCertificates({ PathPrefix: '/a' })).ServerCertificateMetadataList).toHaveLength(1);
    expect((await s.iam.getAccountSummary({})).SummaryMap).toMatchObject({ ServerCertificates: 2, ServerCertificatesQuota: 20 });
    for (const ServerCertificateName of ['Moved', 'Plain']) await s.iam.deleteServerCertificate({ ServerCertificateName });
    await gone(s.iam.deleteServerCertificate({ ServerCertificateName: 'Moved' }), 'Moved');
  });

  it.each([
    ['no PEM', { CertificateBody: 'x' }, 'Unable to parse certificate. Please ensure the certificate is in PEM format.'],
    ['no key', { PrivateKey: 'x' }, 'Unable to parse private key. Please ensure the private key is in PEM format and is not encrypted.'],
    [
      'an expired one',
      { CertificateBody: certificate(site, middle, Date.now() - 86_400_000) },
      "Certificate is no longer valid. The 'Not After' date restriction on the certificate has passed.",
    ],
    ['a chain of nothing', { CertificateChain: 'x' }, 'Unknown'],
    [
      'a chain with a gap',
      { CertificateChain: certificate(middle, root) + certificate(other) },
      /The index within the chain of the invalid certificate is: 0$/,
    ],
    [
      "another's chain",
      { CertificateChain: certificate(other) },
      'Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate is: -1',
    ],
    ['an endless chain', { CertificateChain: certificate(middle, root).repeat(17) }, 'Unknown'],
  ])('are not %s', (_, more, message) => malformed(upload('Refused', more), message));

  it('fit their key', () =>
    refused(
      upload('Refused', { PrivateKey: privateKeyOf(other) }),
      'KeyPairMismatchException',
      400,
      'The private key did not match the public key provided. Please verify the key material and try again.',
    ));

  it('take tags, whose keys keep their case', async () => {
    const ServerCertificateName = 'Tagged';
    await upload(ServerCertificateName);
    await s.iam.tagServerCertificate({ ServerCertificateName, Tags: ['a', 'A', 'b'].map((Key) => ({ Key, Value: Key })) });
    await s.iam.untagServerCertificate({ ServerCertificateName, TagKeys: ['b', 'absent'] });
    const { items } = await pages(
      (Marker) => s.iam.listServerCertificateTags({ ServerCertificateName, MaxItems: 1, Marker }),
      (page) => page.Tags,
    );
    expect(items.map((tag) => tag.Key)).toEqual(['a', 'A']);
    await invalidInput(
      s.iam.untagServerCertificate({ ServerCertificateName, TagKeys: [] }),
      'The provided tag keys must not be null/empty.',
    );
    await invalidInput(s.iam.tagServerCertificate({ ServerCertificateName, Tags: [] }), 'The provided tag map must not be null/empty.');
    await invalidInput(
      upload('Reserved', { Tags: [{ Key: 'aws:x', Value: '' }] }),
      'Tag keys beginning with aws: are reserved for system use.',
    );
    for (const call of [
      () => s.iam.tagServerCertificate({ ServerCertificateName: 'Absent', Tags: [{ Key: 'a', Value: '' }] }),
      () => s.iam.untagServerCertificate({ ServerCertificateName: 'Absent', TagKeys: ['a'] }),
      () => s.iam.listServerCertificateTags({ ServerCertificateName: 'Absent' }),
    ])
      await gone(call(), 'Absent');
  });

  it('ask for permission on the old name and the new, and to tag', async () => {
    const arn = `arn:aws:iam::${s.account.id}:server-certificate`;
    const only = policy(
      { Effect: 'Allow', Action: 'iam:UpdateServerCertificate', Resource: `${arn}/Tagged` },
      { Effect: 'Allow', Action: 'iam:UploadServerCertificate', Resource: '*' },
    );
    const iam = s.as(await s.account.user('Certifier', { inline: { only } }));
    const me = `arn:aws:iam::${s.account.id}:user/Certifier`;
    await noPolicyAllows(
      iam.updateServerCertificate({ ServerCertificateName: 'Tagged', NewServerCertificateName: 'Untagged' }),
      me,
      'iam:UpdateServerCertificate',
      `${arn}/Untagged`,
    );
    await noPolicyAllows(
      iam.uploadServerCertificate({ ServerCertificateName: 'T', CertificateBody, PrivateKey, Tags: [{ Key: 'a', Value: 'b' }] }),
      me,
      'iam:TagServerCertificate',
      `${arn}/T`,
    );
    await accessDenied(iam.getServerCertificate({ ServerCertificateName: 'Absent' }), /on resource: server certificate Absent because/);
  });

  it('keeps no private key', async () => {
    const { serverCertificates } = await import('../../../src/store/tables/iam.ts');
    const rows = await s.server.installation.store.list(serverCertificates, { prefix: [s.account.id] });
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain('PRIVATE');
  });

  it('refuses a path as the others do', () =>
    validationError(
      upload('P', { Path: 'x' }),
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    ));
});
