import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, type Machine, startMachine } from '../instances/applications.ts';

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
  await machine.iam.createRole({
    RoleName: 'Loader',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'redshift.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
      },
    }),
  });
  await machine.iam.putRolePolicy({
    RoleName: 'Loader',
    PolicyName: 'Read',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: { Sid: 'Data', Effect: 'Allow', Action: ['s3:GetObject', 'iam:GetRole'], Resource: '*' },
    }),
  });
}, 60_000);
afterAll(async () => {
  expect(await machine.stop()).toBe('');
});

const loader = `arn:aws:iam::${ACCOUNT}:role/Loader`;
const asRedshift = (...more: string[]) =>
  machine.sagegate('service', 'call', '--as', 'redshift.amazonaws.com', '--role', loader, '--source-account', ACCOUNT, ...more);

describe('sagegate service call', () => {
  it('tells both decisions: the trust policy and the role’s own', async () => {
    const { code, out, err } = await asRedshift('--action', 's3:GetObject', '--resource', 'arn:aws:s3:::data/x');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Taking up the role: allowed: .*\n {2}redshift\.amazonaws\.com\n {2}sts:AssumeRole on /);
    expect(out).toContain(`  aws:SourceAccount = ${ACCOUNT}\n`);
    expect(out).toMatch(/✓ Trust policy: allows\n/);
    expect(out).toMatch(/✓ statement 1 Data \(Allow, line 1\) applies/);
    expect(out).toMatch(/\nallowed: arn:aws:sts::\d+:assumed-role\/Loader\/redshift\n$/);
  }, 60_000);

  it('ends with 1 when it is denied, and says what is missing', async () => {
    const { code, out } = await machine.sagegate(
      ...['service', 'call', '--as', 'redshift.amazonaws.com', '--role', loader, '--source-account', '210987654321'],
      ...['--action', 's3:GetObject', '--resource', 'arn:aws:s3:::data/x'],
    );
    expect(code).toBe(1);
    expect(out).toContain(`aws:SourceAccount is 210987654321; it asks StringEquals ${ACCOUNT}`);
    expect(out).toMatch(/\ndenied: redshift\.amazonaws\.com\n$/);
  }, 60_000);

  it('prints what an operation gives back, and nothing else, where pipes lead', async () => {
    const { code, out, err } = await asRedshift('iam', 'GetRole', '--input', '{"RoleName":"Loader"}');
    expect([code, JSON.parse(out)]).toEqual([0, { Role: expect.objectContaining({ Arn: loader }) }]);
    expect(err).toContain('allowed: arn:aws:sts::');
  }, 60_000);

  it('ends with 3 when it was allowed and failed', async () => {
    const { code, out } = await asRedshift('iam', 'GetRole', '--input', '{"RoleName":"None"}');
    expect([code, out]).toEqual([3, expect.stringMatching(/\nfailed: .*\nNoSuchEntity: The role with name None cannot be found\.\n$/)]);
  }, 60_000);

  it('reads the policy of a resource from a file, and prints JSON', async () => {
    const file = join(machine.home, 'bucket.json');
    const Statement = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 's3:PutObject', Resource: '*' };
    writeFileSync(file, JSON.stringify({ Version: '2012-10-17', Statement }));
    const { code, out } = await machine.sagegate(
      ...['service', 'call', '--as', 'cloudtrail.amazonaws.com', '--resource-policy', file],
      ...['--action', 's3:PutObject', '--resource', 'arn:aws:s3:::trail/x', '--json'],
    );
    expect([code, JSON.parse(out)]).toMatchObject([
      0,
      { outcome: 'allowed', caller: 'cloudtrail.amazonaws.com', steps: [{ outcome: 'allowed' }] },
    ]);
  }, 60_000);

  it.each([
    [
      ['--action', 's3:GetObject', 'iam', 'GetRole'],
      /^Say which operation of which service is called, or which action is to be decided\.\n$/,
    ],
    [['iam', 'GetRole', '--input', '{'], /^The input is no JSON/],
    [['iam', 'GetRole', '--input', '@/no/such'], /cannot be read: there is no such file/],
    [['iam', 'GetRoles'], /^There is no operation iam GetRoles here\.\n$/],
    [['--action', 's3:GetObject', '--context', 'x'], /^x must look like aws:SourceIp=/],
  ])(
    '%j ends with 2',
    async (args, sentence) => {
      expect(await asRedshift(...args)).toEqual({ code: 2, out: '', err: expect.stringMatching(sentence) });
    },
    60_000,
  );
});
