import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSeed } from '../../src/server/seed-file.ts';
import { startServer } from '../../src/server/serve.ts';
import { readTlsFiles } from '../../src/server/tls-files.ts';
import { describeWith } from '../clients.ts';
import { Browser } from './browser.ts';

const SEED = {
  version: 1,
  accounts: [
    { id: '111122223333', name: 'management', root: { email: 'owner@example.com' } },
    { id: '444455556666', name: 'research', root: { email: 'research@example.com' } },
  ],
  organization: { management: '111122223333', members: ['444455556666'] },
  identityCenter: {
    owner: '111122223333',
    region: 'eu-west-1',
    identityStoreId: 'd-0123456789',
    groups: [{ name: 'Scientists' }],
    users: [{ name: 'alice', displayName: 'Alice', email: 'alice@example.com', password: 'Correct-Horse-7', groups: ['Scientists'] }],
    permissionSets: [{ name: 'DataScience', sessionDuration: 'PT8H', managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }],
    assignments: [{ account: '444455556666', permissionSet: 'DataScience', group: 'Scientists' }],
    accessControlAttributes: { who: '${path:userName}' },
  },
};

const serve = (seed: object) =>
  startServer({
    host: '127.0.0.1',
    port: 0,
    remote: false,
    allowedHosts: [],
    pace: 0,
    seed: parseSeed(JSON.stringify(seed), 'seed.json'),
    showMessage: () => undefined,
    logError: (error) => {
      throw error;
    },
  });

describe('a seed with an organization and Identity Center', () => {
  it('begins with people who can sign in', async () => {
    const server = await serve(SEED);
    try {
      const browser = await new Browser(server.url).open('/start/d-0123456789');
      await browser.submit('/sign-in', { user_name: 'alice', password: 'Correct-Horse-7' });
      for (const told of ['Signed in as Alice', 'research', '444455556666', 'DataScience', 'eu-west-1'])
        expect(browser.text).toContain(told);
    } finally {
      await server.close();
    }
  });

  it.each([
    [
      { assignments: [{ account: '444455556666', permissionSet: 'DataScience', group: 'Nobody' }] },
      'identityCenter.assignments[0]: there is no group Nobody in the seed',
    ],
    [
      { assignments: [{ account: '999999999999', permissionSet: 'DataScience', user: 'alice' }] },
      'identityCenter.assignments[0]: ResourceNotFound',
    ],
    [{ assignments: [{ account: '444455556666', permissionSet: 'DataScience' }] }, 'an assignment is of a user or of a group'],
    [{ users: [{ name: 'alice', password: 'short' }] }, 'identityCenter.users[0]: PasswordPolicyViolation'],
    [
      { permissionSets: [{ name: 'DataScience', customerPolicies: [{ name: 'Missing' }] }] },
      'identityCenter.assignments[0]: Received a 404',
    ],
    [{ permissionSets: [{ name: 'DataScience', sessionDuration: 'PT24H' }] }, 'identityCenter.permissionSets[0]: Validation'],
  ])('says what is wrong and where: %j', async (wrong, sentence) => {
    await expect(serve({ ...SEED, identityCenter: { ...SEED.identityCenter, ...wrong } })).rejects.toThrow(sentence);
  });
});

describeWith('openssl', spawnSync('openssl', ['version']).status === 0, 'the files of TLS', () => {
  let directory = '';
  const path = (name: string): string => join(directory, name);
  const pair = (name: string): void => {
    const made = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      path(`${name}.key`),
      '-out',
      path(`${name}.crt`),
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    ];
    expect(spawnSync('openssl', made).status).toBe(0);
    chmodSync(path(`${name}.key`), 0o600);
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sagegate-tls-'));
    pair('one');
    pair('other');
    writeFileSync(path('nonsense'), 'x');
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('are read when they belong together', () => {
    expect(readTlsFiles(path('one.crt'), path('one.key'))).toMatchObject({ cert: expect.stringContaining('CERTIFICATE'), warnings: [] });
    chmodSync(path('one.key'), 0o644);
    expect(readTlsFiles(path('one.crt'), path('one.key')).warnings).toEqual([expect.stringContaining('chmod 600')]);
  });

  it('are refused in a sentence otherwise', () => {
    expect(() => readTlsFiles(path('one.crt'), path('other.key'))).toThrow(/is not that of the certificate/);
    expect(() => readTlsFiles(path('nonsense'), path('other.key'))).toThrow(/holds no certificate/);
    expect(() => readTlsFiles(path('one.crt'), path('nonsense'))).toThrow(/holds no private key/);
    expect(() => readTlsFiles(path('missing'), path('other.key'))).toThrow(/cannot be read/);
  });
});
