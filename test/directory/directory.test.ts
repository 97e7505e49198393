import { createServer, type Server } from 'node:net';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Directories, OpenSignIn } from '../../src/server/directory/directories.ts';
import { renewedSession } from '../../src/server/sign-in/renewed-session.ts';
import { describeWith } from '../clients.ts';
import { clientConfig, startTestServer, type TestAccount, type TestServer, whileSuspended } from '../harness.ts';
import { ADMIN, ADMIN_PASSWORD, BASE, groupDn, isSlapdHere, PASSWORD, personDn, type Slapd, startSlapd } from './slapd.ts';
import { directoriesOf, directoryRole, type Settings } from './stage.ts';

let slapd: Slapd;
let server: TestServer;
let account: TestAccount;
let directories: Directories;
let asked: string[];
let scientist: string;
let administrator: string;
let count = 0;

const SOURCE = '192.0.2.7';

function settings(more: Partial<Settings> = {}): Settings {
  return {
    name: `corp${++count}`,
    accountId: account.id,
    kind: 'ldap',
    servers: [slapd.ldap],
    bindDn: ADMIN,
    bindPassword: ADMIN_PASSWORD,
    userBase: `ou=people,${BASE}`,
    groupBase: `ou=groups,${BASE}`,
    roles: [
      { member: groupDn('researchers'), roleArn: scientist },
      { member: groupDn('admins'), roleArn: administrator },
    ],
    ...more,
  };
}

const made = async (more: Partial<Settings> = {}): Promise<string> => (await directories.create(settings(more))).name;

const comeIn = async (name: string, login: string, roleArn = scientist): Promise<OpenSignIn> =>
  directories.begin(await directories.signIn(name, login, PASSWORD, SOURCE), roleArn, { renewable: true });

/** Who the credentials are; the error's name when they are nobody's. */
async function whoIs({ credentials }: OpenSignIn): Promise<string> {
  try {
    const { Arn } = await new STSClient({
      ...clientConfig(server, credentials),
      systemClockOffset: server.clock.now() - Date.now(),
    }).send(new GetCallerIdentityCommand({}));
    return Arn ?? '';
  } catch (error) {
    return error instanceof Error ? error.name : '';
  }
}

const refusalOf = async (work: Promise<unknown>): Promise<[string, string]> => {
  const error = (await work.then(
    () => ({ code: 'none', message: '' }),
    (thrown: unknown) => thrown,
  )) as { code: string; message: string };
  return [error.code, error.message];
};

const WRONG = ['AccessDeniedException', 'Your authentication information is incorrect. Please try again.'];

describeWith('slapd', isSlapdHere, 'people of OpenLDAP', () => {
  beforeAll(async () => {
    slapd = await startSlapd();
    server = await startTestServer();
    account = await server.account();
    scientist = await directoryRole(account, 'Scientist');
    administrator = await directoryRole(account, 'Admin');
  });
  afterAll(async () => {
    expect(server.errors).toEqual([]);
    await server.close();
    await slapd.stop();
  });
  beforeEach(() => {
    asked = [];
    directories = directoriesOf(server, asked);
  });
  afterEach(() => server.clock.reset());

  it('come in with their password, by the groups they are in, nested ones too', async () => {
    const signIn = await comeIn(await made(), 'alice');
    expect(await whoIs(signIn)).toBe(`arn:aws:sts::${account.id}:assumed-role/Scientist/alice`);
    expect(signIn.arn).toBe(`arn:aws:sts::${account.id}:assumed-role/Scientist/alice`);
  });

  it('come in over LDAPS and StartTLS, by an authority that is named', async () => {
    expect(await whoIs(await comeIn(await made({ servers: [slapd.ldaps], caCertificates: slapd.ca }), 'alice'))).toContain('/alice');
    const startTls = { servers: [slapd.ldap.replace('127.0.0.1', 'localhost')], startTls: true, caCertificates: slapd.ca };
    expect(await whoIs(await comeIn(await made(startTls), 'alice'))).toContain('/alice');
    // The second server, when the first does not answer.
    expect(await whoIs(await comeIn(await made({ servers: ['ldap://127.0.0.1:9', slapd.ldap] }), 'alice'))).toContain('/alice');
  });

  it('are found by names in other alphabets, and told what is in the way', async () => {
    const name = await made();
    expect((await refusalOf(directories.signIn(name, 'müller', PASSWORD, SOURCE)))[1]).toContain('cannot be signed in with');
    expect((await directories.look(await made({ nameAttribute: 'sn' }), 'müller'))?.roles).toEqual([scientist]);
  });

  it('are found by the operator without their password', async () => {
    const person = await directories.look(await made(), 'alice');
    expect(person).toMatchObject({ dn: personDn('alice'), name: 'alice', standing: 'active', roles: [scientist] });
    expect([...(person?.memberships ?? [])].sort()).toEqual(
      [personDn('alice'), ...['scientists', 'researchers', 'everyone', 'loop'].map(groupDn)].sort(),
    );
  });

  it('come in to no account that is suspended', async () => {
    const name = await made();
    const { renewal = '' } = await comeIn(name, 'alice');
    await whileSuspended(server, account.id, async () => {
      expect((await refusalOf(comeIn(name, 'alice')))[0]).toBe('AccessDeniedException');
      expect((await refusalOf(directories.renew(renewal)))[0]).toBe('AccessDeniedException');
    });
    expect(await whoIs(await comeIn(name, 'alice'))).toContain('/Scientist/alice');
  });

  it('bring attributes as session tags and source identity', async () => {
    const name = await made({ sessionTags: [{ attribute: 'departmentNumber', key: 'Department' }], sourceIdentity: 'mail' });
    const { credentials } = await comeIn(name, 'alice');
    const session = server.installation.sessionTokens.openSessionToken(credentials.sessionToken, credentials.accessKeyId);
    expect(session).toMatchObject({ tags: [{ Key: 'Department', Value: 'research' }], sourceIdentity: 'alice@corp.example' });
    // Several values are none: which of them is meant, nobody could say.
    const bob = (await comeIn(name, 'bob')).credentials;
    expect(server.installation.sessionTokens.openSessionToken(bob.sessionToken, bob.accessKeyId)?.tags).toEqual([]);
  });

  it('need a role whose trust policy lets the directory in, for its own account and itself', async () => {
    const { directoryId, name } = await directories.create(
      settings({
        roles: [
          { member: groupDn('scientists'), roleArn: `arn:aws:iam::${account.id}:role/Own` },
          { member: groupDn('scientists'), roleArn: `arn:aws:iam::${account.id}:role/Other` },
          { member: groupDn('scientists'), roleArn: `arn:aws:iam::${account.id}:role/Ec2` },
        ],
      }),
    );
    const source = { Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:ds:us-east-1:${account.id}:directory/${directoryId}` } } };
    const own = await directoryRole(account, 'Own', source);
    const other = await directoryRole(account, 'Other', { Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } } });
    const ec2 = await directoryRole(account, 'Ec2', { Principal: { Service: 'ec2.amazonaws.com' } });
    expect(await whoIs(await comeIn(name, 'alice', own))).toContain('/Own/alice');
    for (const arn of [other, ec2])
      expect(await refusalOf(comeIn(name, 'alice', arn))).toEqual([
        'AccessDeniedException',
        `The role ${arn} does not let this directory in. Its trust policy must allow sts:AssumeRole to ds.amazonaws.com.`,
      ]);
    expect(asked.join()).toContain('not authorized to perform: sts:AssumeRole');
  });

  it('cannot take a role that their groups do not give', async () => {
    const name = await made();
    expect(await refusalOf(comeIn(name, 'alice', administrator))).toEqual([
      'AccessDeniedException',
      'Your directory does not give you this role.',
    ]);
    expect(await refusalOf(comeIn(name, 'nobody'))).toEqual([
      'AccessDeniedException',
      'You are signed in, but your directory gives you no role here. Ask your administrator.',
    ]);
  });

  it('L01: whatever is typed is a name, never a filter', async () => {
    const name = await made();
    for (const login of ['*', 'ali*', 'alice)(uid=*', '*)(|(uid=*', 'alice)(objectClass=*', '\\2a', 'alice\u0000', 'x'.repeat(300), ''])
      expect([login, await refusalOf(directories.signIn(name, login, PASSWORD, `${SOURCE}-${login.length}`))]).toEqual([login, WRONG]);
  });

  it('L02: an empty password lets nobody in, nor does a name that finds two', async () => {
    const name = await made();
    for (const password of ['', '\0', 'wrong', `${PASSWORD} `, 'x'.repeat(300)])
      expect(await refusalOf(directories.signIn(name, 'alice', password, SOURCE))).toEqual(WRONG);
    expect(await refusalOf(directories.signIn(name, 'twin', PASSWORD, SOURCE))).toEqual(WRONG);
    expect(await refusalOf(directories.signIn(name, 'stranger', PASSWORD, SOURCE))).toEqual(WRONG);
  });

  it('L03: referrals are not followed', async () => {
    slapd.modify(
      `dn: ou=away,ou=people,${BASE}\nchangetype: add\nobjectClass: referral\nobjectClass: extensibleObject\nou: away\nref: ldap://192.0.2.1/ou=people,${BASE}\n`,
    );
    expect(await whoIs(await comeIn(await made(), 'alice'))).toContain('/alice');
    expect(await refusalOf(directories.signIn(await made(), 'mallory', PASSWORD, SOURCE))).toEqual(WRONG);
  });

  it('L05: nested groups end at loops, and a group of the same CN elsewhere is another', async () => {
    const elsewhere = { member: `cn=admins,ou=elsewhere,${BASE}`, roleArn: administrator };
    const name = await made({
      roles: [
        { member: groupDn('loop').toUpperCase(), roleArn: scientist },
        { member: groupDn('admins'), roleArn: administrator },
      ],
    });
    expect((await directories.look(name, 'alice'))?.roles).toEqual([scientist]);
    expect((await directories.look(await made({ roles: [elsewhere] }), 'alice'))?.roles).toEqual([]);
    expect((await directories.look(await made({ roles: [elsewhere], groupBase: BASE }), 'alice'))?.roles).toEqual([administrator]);
    const flat = await made({ nestedGroups: false, roles: [{ member: groupDn('researchers'), roleArn: scientist }] });
    expect((await directories.look(flat, 'alice'))?.roles).toEqual([]);
  });

  it('L06: who is expired, disabled, locked or gone does not come in, with the right password', async () => {
    const name = await made();
    expect(await refusalOf(directories.signIn(name, 'eve', PASSWORD, SOURCE))).toEqual(WRONG);
    slapd.modify(`dn: ${personDn('dave')}\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n`);
    expect((await directories.look(name, 'dave'))?.standing).toBe('locked');
    expect(await refusalOf(directories.signIn(name, 'dave', PASSWORD, SOURCE))).toEqual(WRONG);
    slapd.modify(`dn: ${personDn('dave')}\nchangetype: modify\ndelete: pwdAccountLockedTime\n`);
    expect(await whoIs(await comeIn(name, 'dave'))).toContain('/dave');
  });

  it('L06: sign-ins end when the directory says so: locked, out of the group, recycled under the same name', async () => {
    const name = await made({ recheckInterval: 60 });
    const open = { alice: await comeIn(name, 'alice'), bob: await comeIn(name, 'bob'), dave: await comeIn(name, 'dave') };
    const later = async () => {
      server.clock.advance(61_000);
      await directories.recheck();
      return Object.fromEntries(
        await Promise.all(Object.entries(open).map(async ([who, signIn]) => [who, (await whoIs(signIn)).includes('assumed-role')])),
      );
    };
    expect(await later()).toEqual({ alice: true, bob: true, dave: true });
    slapd.modify(`dn: ${personDn('dave')}\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n`);
    expect(await later()).toEqual({ alice: true, bob: true, dave: false });
    slapd.modify(`dn: ${personDn('dave')}\nchangetype: modify\ndelete: pwdAccountLockedTime\n`);
    slapd.modify(`dn: ${groupDn('scientists')}\nchangetype: modify\ndelete: member\nmember: ${personDn('bob')}\n`);
    expect(await later()).toEqual({ alice: true, bob: false, dave: false });
    slapd.modify(`dn: ${groupDn('scientists')}\nchangetype: modify\nadd: member\nmember: ${personDn('bob')}\n`);
    // Renamed: still the same entry. Then gone, and another of that name.
    slapd.modify(`dn: ${personDn('alice')}\nchangetype: modrdn\nnewrdn: uid=alicia\ndeleteoldrdn: 1\n`);
    slapd.modify(`dn: ${groupDn('scientists')}\nchangetype: modify\nadd: member\nmember: ${personDn('alicia')}\n`);
    expect((await later()).alice).toBe(true);
    slapd.modify(`dn: ${personDn('alicia')}\nchangetype: delete\n`);
    slapd.modify(
      `dn: ${personDn('alice')}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: alice\ncn: alice\nsn: Example\nuserPassword: ${PASSWORD}\ndepartmentNumber: research\nmail: alice@corp.example\n`,
    );
    expect(await later()).toEqual({ alice: false, bob: false, dave: false });
    expect(await whoIs(await comeIn(name, 'alice'))).toContain('/alice');
  });

  it('what was made with a sign-in ends with it', async () => {
    const name = await made();
    const trusting = await directoryRole(account, 'Next', { Principal: { AWS: account.id }, Action: 'sts:AssumeRole' });
    await account.asRoot('iam', 'PutRolePolicy', {
      RoleName: 'Scientist',
      PolicyName: 'next',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }] }),
    });
    const signIn = await comeIn(name, 'alice');
    const { STS } = await import('@aws-sdk/client-sts');
    const next = await new STS(clientConfig(server, signIn.credentials)).assumeRole({ RoleArn: trusting, RoleSessionName: 'chained' });
    const chained = {
      ...signIn,
      credentials: {
        accessKeyId: next.Credentials?.AccessKeyId ?? '',
        secretAccessKey: next.Credentials?.SecretAccessKey ?? '',
        sessionToken: next.Credentials?.SessionToken ?? '',
        expiresAt: 0,
      },
    };
    expect(await whoIs(chained)).toContain('/Next/chained');
    await directories.end(signIn.renewal ?? '');
    expect([await whoIs(signIn), await whoIs(chained)]).toEqual(['InvalidClientTokenId', 'InvalidClientTokenId']);
  });

  it('renew their credentials with a secret that works once, and stay no longer than twelve hours', async () => {
    const name = await made();
    const first = await comeIn(name, 'alice');
    server.clock.advance(3_700_000);
    expect(await whoIs(first)).toBe('ExpiredToken');
    const second = await directories.renew(first.renewal ?? '');
    expect(await whoIs(second)).toContain('/alice');
    expect(await refusalOf(directories.renew(first.renewal ?? ''))).toEqual([
      'AccessDeniedException',
      'Your sign-in has ended. Sign in again.',
    ]);
    server.clock.advance(12 * 3_600_000);
    expect((await refusalOf(directories.renew(second.renewal ?? '')))[0]).toBe('AccessDeniedException');
    for (const renewal of ['', 'x', 'A'.repeat(43)]) expect((await refusalOf(directories.renew(renewal)))[0]).toBe('AccessDeniedException');
  });

  it('T06: are out after twelve hours, with whatever was made to last longer', async () => {
    const { credentials, ...signIn } = await comeIn(await made(), 'alice');
    const { sessionTokens, random } = server.installation;
    const session = sessionTokens.openSessionToken(credentials.sessionToken, credentials.accessKeyId);
    if (!session) throw new Error('no session');
    // As the broker's endpoint may lengthen a session.
    const longer = renewedSession(session, { expiresAt: signIn.expiresAt + 3_600_000 }, { random, sessionTokens });
    server.clock.advance(12 * 3_600_000 - 1000);
    await directories.recheck();
    expect(await whoIs({ ...signIn, credentials: longer })).toContain('/alice');
    server.clock.advance(1000);
    await directories.recheck();
    expect(await whoIs({ ...signIn, credentials: longer })).toBe('InvalidClientTokenId');
  });

  it('are out when the directory is silent for three intervals, or is taken away', async () => {
    const gone = await startSlapd();
    const silent = await made({ servers: [gone.ldap], recheckInterval: 60 });
    const signIn = await comeIn(silent, 'alice');
    await gone.stop();
    server.clock.advance(61_000);
    await directories.recheck();
    expect(await whoIs(signIn)).toContain('/alice');
    server.clock.advance(121_000);
    await directories.recheck();
    expect(await whoIs(signIn)).toBe('InvalidClientTokenId');
    expect(asked.join()).toContain('could be reached');
    expect(await refusalOf(directories.signIn(silent, 'alice', PASSWORD, SOURCE))).toEqual([
      'ServiceUnavailableException',
      'Your directory does not answer. Try again later.',
    ]);
    const name = await made();
    const other = await comeIn(name, 'alice');
    await directories.remove(name);
    expect(await whoIs(other)).toBe('InvalidClientTokenId');
  });

  it('C07: guesses are counted by name and by source', async () => {
    const name = await made();
    for (let i = 0; i < 10; i++) expect(await refusalOf(directories.signIn(name, 'Alice', 'guess', SOURCE))).toEqual(WRONG);
    const [code, sentence] = await refusalOf(directories.signIn(name, 'alice', PASSWORD, SOURCE));
    expect([code, sentence]).toEqual(['ThrottlingException', 'Too many attempts. Try again in 15 minutes.']);
    server.clock.advance(15 * 60_000);
    expect(await whoIs(await comeIn(name, 'alice'))).toContain('/alice');
  });

  it('whose name no session can bear are told so, and the operator why', async () => {
    const name = await made();
    expect((await refusalOf(directories.signIn(name, 'a', PASSWORD, SOURCE)))[1]).toBe(
      'Your directory entry cannot be signed in with. Ask your administrator.',
    );
    expect(asked.join()).toContain("the entry's uid is no name for a session");
    const named = await made({ nameAttribute: 'mail' });
    expect((await comeIn(named, 'a')).arn).toContain('/short@corp.example');
  });

  it('L07: a directory cannot be led elsewhere with its password: settings are made anew, password and all', async () => {
    const name = await made();
    const [code] = await refusalOf(directories.create({ ...settings(), name, servers: ['ldap://127.0.0.1:9'] }));
    expect(code).toBe('ValidationException');
    expect(await refusalOf(directories.create({ ...settings(), name }))).toEqual([
      'ConflictException',
      `There is a directory ${name} already.`,
    ]);
    const { sealedBindPassword } = await directories.named(name);
    expect(sealedBindPassword).not.toContain(ADMIN_PASSWORD);
  });

  it('L04: no password goes out in the clear, nor to a server that nobody vouches for', async () => {
    for (const [more, sentence] of [
      [{ servers: ['ldap://directory.corp.example'] }, /would send passwords in the clear/],
      [{ servers: [slapd.ldaps] }, /did not let Sagegate in.*certificate/],
      [{ servers: [slapd.ldap.replace('127.0.0.1', 'localhost')], startTls: true }, /did not let Sagegate in.*certificate/],
      [{ servers: [slapd.ldaps.replace('localhost', '127.0.0.2')], caCertificates: slapd.ca }, /did not let Sagegate in/],
      [{ bindPassword: 'wrong' }, /does not know the service account/],
      [{ userBase: `ou=nowhere,${BASE}` }, /cannot see ou=nowhere/],
      [{ accountId: '999999999999' }, /There is no account/],
    ] as const) {
      const [code, message] = await refusalOf(directories.create(settings(more)));
      expect([code, message]).toEqual(['ValidationException', expect.stringMatching(sentence)]);
    }
  });
});

/** An answer to StartTLS, and an answer to a bind that nobody has asked for. */
const START_TLS_YES = Buffer.from('300c02010178070a010004000400', 'hex');
const BIND_YES = Buffer.from('300c02010261070a010004000400', 'hex');

it.each([
  ['a forged answer behind the one to StartTLS', Buffer.concat([START_TLS_YES, BIND_YES])],
  ['the head of a forged answer', Buffer.concat([START_TLS_YES, BIND_YES.subarray(0, 5)])],
  ['a refusal', Buffer.from('300c02010178070a010204000400', 'hex')],
  ['an answer to another message', Buffer.from('300c02010778070a010004000400', 'hex')],
  ['something that is not LDAP', Buffer.from('HTTP/1.1 200 OK\r\n\r\n')],
  ['more than any answer holds', Buffer.alloc(4096, 0x30)],
])('L04: StartTLS ends at %s, before anything is bound', async (_, answer) => {
  const heard: Buffer[] = [];
  const fake: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard.push(chunk);
      if (heard.length === 1) socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
  const { port } = fake.address() as { port: number };
  const { LdapConnection } = await import('../../src/server/directory/ldap-connection.ts');
  await expect(LdapConnection.open({ servers: [`ldap://127.0.0.1:${port}`], startTls: true })).rejects.toThrow(
    'no server of the directory',
  );
  expect(Buffer.concat(heard).toString('latin1')).toBe(
    `${Buffer.from('301d02010177188016', 'hex').toString('latin1')}1.3.6.1.4.1.1466.20037`,
  );
  await new Promise((resolve) => fake.close(resolve));
});
