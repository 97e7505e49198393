import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, freePort, runToEnd, startComponent } from '../component.ts';

export const slapdPath = findProgram('slapd');
export const isSlapdHere = slapdPath !== undefined && findProgram('ldapmodify') !== undefined && findProgram('openssl') !== undefined;

export const BASE = 'dc=corp,dc=example';
export const ADMIN = `cn=admin,${BASE}`;
export const ADMIN_PASSWORD = 'directory-secret';
/** Of everybody. */
export const PASSWORD = 'Correct-Horse-9';

export interface Slapd {
  readonly ldap: string;
  readonly ldaps: string;
  /** PEM of the authority that vouches for it. */
  readonly ca: string;
  /** Applies LDIF as the directory's administrator. */
  modify(ldif: string): void;
  stop(): Promise<void>;
}

/** OpenLDAP with a few people and groups, on two ports of the loopback interface. */
export async function startSlapd(): Promise<Slapd> {
  const home = mkdtempSync(join(tmpdir(), 'sagegate-slapd-'));
  mkdirSync(join(home, 'db'));
  const certificate = makeCertificates(home);
  const plain = await freePort(2);
  const secure = plain + 1;
  const schema = ['core', 'cosine', 'inetorgperson', 'nis'].map((name) => `include /etc/ldap/schema/${name}.schema`);
  writeFileSync(
    join(home, 'slapd.conf'),
    `${schema.join('\n')}
pidfile ${home}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
TLSCertificateFile ${certificate.server}
TLSCertificateKeyFile ${certificate.key}
TLSCACertificateFile ${certificate.ca}
sizelimit 5000
database mdb
maxsize 67108864
suffix "${BASE}"
rootdn "${ADMIN}"
rootpw ${ADMIN_PASSWORD}
directory ${home}/db
index objectClass eq
overlay ppolicy
ppolicy_default "cn=default,${BASE}"
access to attrs=userPassword by anonymous auth by * none
access to * by users read
`,
  );
  const ldap = `ldap://127.0.0.1:${plain}`;
  const component = await startComponent(
    slapdPath ?? '',
    ['-f', join(home, 'slapd.conf'), '-h', `${ldap} ldaps://127.0.0.1:${secure}`, '-d', '0'],
    () => canConnect(plain),
  );
  const modify = (ldif: string): void => void runToEnd('ldapmodify', ['-x', '-H', ldap, '-D', ADMIN, '-w', ADMIN_PASSWORD], ldif);
  modify(TREE);
  return {
    ldap,
    ldaps: `ldaps://localhost:${secure}`,
    ca: readFileSync(certificate.ca, 'utf8'),
    modify,
    stop: async () => {
      await component.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export const canConnect = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** An authority, and a certificate of its for localhost, by openssl. */
export function makeCertificates(home: string, alsoFor: readonly string[] = []): { ca: string; server: string; key: string } {
  const file = (name: string): string => join(home, name);
  const openssl = (...args: string[]): string => runToEnd('openssl', args);
  writeFileSync(file('san.ext'), `subjectAltName=${['DNS:localhost', 'IP:127.0.0.1', ...alsoFor].join()}\nextendedKeyUsage=serverAuth\n`);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', file('ca.key'), '-out', file('ca.crt'), '-days', '2', '-subj', '/CN=Example authority');
  openssl('req', ...newKey, '-keyout', file('server.key'), '-out', file('server.csr'), '-subj', '/CN=localhost');
  openssl(
    'x509',
    '-req',
    '-in',
    file('server.csr'),
    '-CA',
    file('ca.crt'),
    '-CAkey',
    file('ca.key'),
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    file('san.ext'),
    '-out',
    file('server.crt'),
  );
  return { ca: file('ca.crt'), server: file('server.crt'), key: file('server.key') };
}

const entry = (dn: string, ...lines: string[]): string => `dn: ${dn}\nchangetype: add\n${lines.join('\n')}\n`;

const person = (uid: string, ...more: string[]): string =>
  entry(
    `uid=${uid},ou=people,${BASE}`,
    'objectClass: inetOrgPerson',
    'objectClass: shadowAccount',
    `uid: ${uid}`,
    `cn: ${uid}`,
    'sn: Example',
    `userPassword: ${PASSWORD}`,
    ...more,
  );

const group = (cn: string, ...members: string[]): string =>
  entry(`cn=${cn},ou=groups,${BASE}`, 'objectClass: groupOfNames', `cn: ${cn}`, ...members.map((member) => `member: ${member}`));

export const personDn = (uid: string): string => `uid=${uid},ou=people,${BASE}`;
export const groupDn = (cn: string): string => `cn=${cn},ou=groups,${BASE}`;

const TREE = [
  entry(BASE, 'objectClass: dcObject', 'objectClass: organization', 'o: Corp', 'dc: corp'),
  entry(`ou=people,${BASE}`, 'objectClass: organizationalUnit', 'ou: people'),
  entry(`ou=groups,${BASE}`, 'objectClass: organizationalUnit', 'ou: groups'),
  entry(`ou=elsewhere,${BASE}`, 'objectClass: organizationalUnit', 'ou: elsewhere'),
  entry(`cn=default,${BASE}`, 'objectClass: pwdPolicy', 'objectClass: person', 'cn: default', 'sn: default', 'pwdAttribute: userPassword'),
  entry(
    `cn=reader,${BASE}`,
    'objectClass: person',
    'objectClass: simpleSecurityObject',
    'cn: reader',
    'sn: reader',
    'userPassword: reader-secret',
  ).replace('objectClass: simpleSecurityObject\n', ''),
  person('alice', 'departmentNumber: research', 'mail: alice@corp.example'),
  person('bob', 'departmentNumber: research', 'departmentNumber: sales'),
  person('müller'),
  person('carol'),
  person('dave'),
  person('eve', 'shadowExpire: 1'),
  person('nobody'),
  person('a', 'mail: short@corp.example'),
  // Two entries that one name finds.
  entry(`cn=twin,ou=people,${BASE}`, 'objectClass: inetOrgPerson', 'cn: twin', 'sn: Example', 'uid: twin', `userPassword: ${PASSWORD}`),
  entry(
    `cn=other twin,ou=people,${BASE}`,
    'objectClass: inetOrgPerson',
    'cn: other twin',
    'sn: Example',
    'uid: twin',
    `userPassword: ${PASSWORD}`,
  ),
  group('scientists', personDn('alice'), personDn('bob'), personDn('dave'), personDn('eve'), personDn('a'), personDn('müller')),
  group('researchers', groupDn('scientists')),
  group('everyone', groupDn('researchers'), groupDn('loop')),
  group('loop', groupDn('everyone'), groupDn('loop')),
  group('admins', personDn('carol')),
  // The same CN elsewhere (threat L05).
  entry(`cn=admins,ou=elsewhere,${BASE}`, 'objectClass: groupOfNames', 'cn: admins', `member: ${personDn('alice')}`),
].join('\n');
