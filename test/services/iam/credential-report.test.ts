import { describe, expect, it } from 'vitest';
import { isoSeconds } from '../../../src/core/clock.ts';
import { certificate, identity } from './certificate-maker.ts';
import { noPolicyAllows, refused, stage } from './stage.ts';

const s = stage({ pace: 1 });
const HOUR = 3_600_000;

const notPresent = () => refused(s.iam.getCredentialReport({}), 'CredentialReportNotPresentException', 410, 'Unknown');

/** The report as a list of rows, by column. */
async function report(): Promise<Record<string, string>[]> {
  const { Content, ReportFormat } = await s.iam.getCredentialReport({});
  expect(ReportFormat).toBe('text/csv');
  const text = Buffer.from(Content ?? []).toString('utf8');
  expect(text.endsWith('\n')).toBe(false);
  const [header = '', ...lines] = text.split('\n');
  const columns = header.split(',');
  expect(columns).toHaveLength(22);
  return lines.map((line) => {
    const fields = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, field = '']) => field).slice(0, 22);
    return Object.fromEntries(columns.map((column, i) => [column, fields[i] ?? '']));
  });
}

describe('the credential report', () => {
  it('is started, made and complete', async () => {
    await notPresent();
    await s.iam.createUser({ UserName: 'zoe' });
    await s.iam.createUser({ UserName: 'Adam,the+first', Path: '/a/' });
    await s.iam.createLoginProfile({ UserName: 'zoe', Password: 'Correct-Horse-9' });
    await s.iam.updateAccountPasswordPolicy({ MaxPasswordAge: 90 });
    const { AccessKey } = await s.iam.createAccessKey({ UserName: 'zoe' });
    await s.iam.updateAccessKey({ UserName: 'zoe', AccessKeyId: AccessKey?.AccessKeyId, Status: 'Inactive' });
    await s.iam.uploadSigningCertificate({ UserName: 'zoe', CertificateBody: certificate(identity('z')) });

    expect(await s.iam.generateCredentialReport({})).toMatchObject({
      State: 'STARTED',
      Description: 'No report exists. Starting a new report generation task',
    });
    const again = await s.iam.generateCredentialReport({});
    expect([again.State, again.Description]).toEqual(['INPROGRESS', undefined]);
    await refused(s.iam.getCredentialReport({}), 'CredentialReportNotReadyException', 404, 'Unknown');
    s.advance(10_000);
    const done = await s.iam.generateCredentialReport({});
    expect([done.State, done.Description]).toEqual(['COMPLETE', undefined]);

    const [root, adam, zoe, ...more] = await report();
    expect(more).toEqual([]);
    expect(root).toMatchObject({
      user: '<root_account>',
      arn: `arn:aws:iam::${s.account.id}:root`,
      password_enabled: 'not_supported',
      password_last_used: 'no_information',
      password_last_changed: 'not_supported',
      password_next_rotation: 'not_supported',
      mfa_active: 'false',
      access_key_1_active: 'true',
      access_key_1_last_used_service: 'iam',
      access_key_2_active: 'false',
      access_key_2_last_rotated: 'N/A',
      cert_1_active: 'false',
      cert_1_last_rotated: 'N/A',
    });
    expect(adam).toMatchObject({
      user: '"Adam,the+first"',
      arn: `"arn:aws:iam::${s.account.id}:user/a/Adam,the+first"`,
      password_enabled: 'false',
      password_last_used: 'N/A',
      password_last_changed: 'N/A',
      password_next_rotation: 'N/A',
    });
    const rotated = isoSeconds(AccessKey?.CreateDate?.getTime() ?? 0);
    expect(zoe).toMatchObject({
      user: 'zoe',
      user_creation_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      password_enabled: 'true',
      password_last_used: 'no_information',
      access_key_1_active: 'false',
      access_key_1_last_rotated: rotated,
      access_key_1_last_used_date: 'N/A',
      access_key_1_last_used_region: 'N/A',
      access_key_1_last_used_service: 'N/A',
      cert_1_active: 'true',
      cert_2_active: 'false',
    });
    expect(Date.parse(zoe?.password_next_rotation ?? '') - Date.parse(zoe?.password_last_changed ?? '')).toBe(90 * 24 * HOUR);
  });

  it('shows no change for four hours, and is gone after', async () => {
    await s.iam.createUser({ UserName: 'later' });
    s.advance(3 * HOUR);
    expect((await s.iam.generateCredentialReport({})).State).toBe('COMPLETE');
    expect(await report()).toHaveLength(3);
    s.advance(HOUR);
    await refused(s.iam.getCredentialReport({}), 'CredentialReportExpiredException', 410, 'Unknown');
    expect((await s.iam.generateCredentialReport({})).State).toBe('STARTED');
    s.advance(10_000);
    expect(await report()).toHaveLength(4);
  });

  it('is for those who may, one for each account', async () => {
    const iam = s.as(await s.account.user('Curious'));
    for (const name of ['generateCredentialReport', 'getCredentialReport'] as const)
      await noPolicyAllows(iam[name]({}), `arn:aws:iam::${s.account.id}:user/Curious`, `iam:G${name.slice(1)}`, '*');
    const other = await s.server.account();
    await refused(s.as(other.root).getCredentialReport({}), 'CredentialReportNotPresentException', 410, 'Unknown');
  });
});
