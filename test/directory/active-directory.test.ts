import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Directories } from '../../src/server/directory/directories.ts';
import { describeWith } from '../clients.ts';
import { startTestServer, type TestAccount, type TestServer } from '../harness.ts';
import { type ActiveDirectory, ADMIN_PASSWORD, BASE, isSambaHere, startSamba } from './samba.ts';
import { directoriesOf, directoryRole, type Settings } from './stage.ts';

const PASSWORD = 'Passw0rd!A1';
const SOURCE = '192.0.2.8';
const WRONG = 'Your authentication information is incorrect. Please try again.';

let ad: ActiveDirectory;
let server: TestServer;
let account: TestAccount;
let directories: Directories;
let role: string;
const asked: string[] = [];

describeWith('Samba AD DC', isSambaHere, 'people of Active Directory', () => {
  beforeAll(async () => {
    ad = await startSamba();
    ad.tool('user', 'create', 'sagegate', ADMIN_PASSWORD);
    for (const name of ['alice', 'bob', 'carol', 'dave'])
      ad.tool('user', 'create', name, PASSWORD, '--given-name', name, '--department', 'Research');
    ad.tool('group', 'add', 'Scientists');
    ad.tool('group', 'add', 'Researchers');
    ad.tool('group', 'addmembers', 'Scientists', 'alice,bob,carol,dave');
    ad.tool('group', 'addmembers', 'Researchers', 'Scientists');
    server = await startTestServer();
    account = await server.account();
    directories = directoriesOf(server, asked);
    role = await directoryRole(account, 'Scientist');
    await directories.create(settings('corp', { recheckInterval: 60 }));
  }, 900_000);
  afterAll(async () => {
    expect(server.errors).toEqual([]);
    await server.close();
    await ad.stop();
  });

  const settings = (name: string, more: Partial<Settings> = {}): Settings => ({
    name,
    accountId: account.id,
    kind: 'active-directory',
    servers: [ad.ldaps],
    caCertificates: ad.ca,
    bindDn: 'sagegate@corp.example.test',
    bindPassword: ADMIN_PASSWORD,
    userBase: BASE,
    roles: [{ member: `CN=Researchers,CN=Users,${BASE}`, roleArn: role }],
    sessionTags: [{ attribute: 'department', key: 'Department' }],
    ...more,
  });
  const signIn = (login: string, password = PASSWORD) => directories.signIn('corp', login, password, SOURCE);
  const sentence = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'in',
      (error: Error) => error.message,
    );

  it('come in by the names that Windows knows, through nested groups', async () => {
    for (const login of ['alice', 'ALICE', 'alice@corp.example.test', 'CORP\\alice']) {
      const { person } = await signIn(login);
      expect(person).toMatchObject({ name: 'alice', standing: 'active', roles: [role] });
      expect(person.entryId).toMatch(/^[0-9a-f]{32}$/);
      expect(person.attributes.get('department')).toBe('Research');
    }
    const open = await directories.begin(await signIn('alice'), role, { renewable: true });
    expect(open.arn).toBe(`arn:aws:sts::${account.id}:assumed-role/Scientist/alice`);
    const session = server.installation.sessionTokens.openSessionToken(open.credentials.sessionToken, open.credentials.accessKeyId);
    expect(session?.tags).toEqual([{ Key: 'Department', Value: 'Research' }]);
  });

  it('come in over StartTLS as well', async () => {
    await directories.create(settings('corp-start-tls', { servers: [ad.ldap], startTls: true }));
    expect((await directories.signIn('corp-start-tls', 'alice', PASSWORD, SOURCE)).person.name).toBe('alice');
  });

  it('do not come in with another password, or none', async () => {
    for (const password of ['Passw0rd!A2', '', ' ']) expect(await sentence(signIn('bob', password))).toBe(WRONG);
  });

  it('L06: do not come in when disabled or expired; are told when their password must be changed', async () => {
    ad.tool('user', 'disable', 'bob');
    expect((await directories.look('corp', 'bob'))?.standing).toBe('disabled');
    expect(await sentence(signIn('bob'))).toBe(WRONG);
    ad.tool('user', 'setexpiry', 'carol', '--days', '-1');
    expect((await directories.look('corp', 'carol'))?.standing).toBe('expired');
    expect(await sentence(signIn('carol'))).toBe(WRONG);
    ad.tool('user', 'setexpiry', 'carol', '--noexpiry');
    ad.tool('user', 'setpassword', 'carol', '--newpassword', PASSWORD, '--must-change-at-next-login');
    expect(await sentence(signIn('carol'))).toBe('Your password has expired. Change it in your directory, then sign in here again.');
    expect(await sentence(signIn('carol', 'Passw0rd!A2'))).toBe(WRONG);
  });

  it('L06: are out when disabled, deleted, or recycled under the same name', async () => {
    const open = await directories.begin(await signIn('dave'), role, { renewable: true });
    const later = async (): Promise<string> => {
      server.clock.advance(61_000);
      await directories.recheck();
      return sentence(server.authenticator.callerOf(open.credentials).then((caller) => caller ?? Promise.reject(new Error('out'))));
    };
    expect([await later(), asked.slice(-2)]).toEqual(['in', []]);
    // By another name: the same entry, as long as it is there.
    ad.tool('user', 'rename', 'dave', '--samaccountname=david');
    expect(await later()).toBe('in');
    ad.tool('user', 'delete', 'david');
    ad.tool('user', 'create', 'dave', PASSWORD);
    ad.tool('group', 'addmembers', 'Scientists', 'dave');
    expect(await later()).toBe('out');
    expect(await sentence(signIn('dave'))).toBe('in');
  });
});
