import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Component, findProgram, runToEnd, startComponent } from '../component.ts';
import { canConnect, makeCertificates } from './slapd.ts';

const samba = findProgram('samba');
export const isSambaHere = samba !== undefined && findProgram('samba-tool') !== undefined;

export const REALM = 'CORP.EXAMPLE.TEST';
export const BASE = 'DC=corp,DC=example,DC=test';
export const ADMIN_PASSWORD = 'Passw0rd!Admin';

export interface ActiveDirectory {
  /** PEM of the authority that vouches for it. */
  readonly ca: string;
  /** `ldaps://…`, through a bridge of ours. */
  readonly ldaps: string;
  readonly ldap: string;
  /** `samba-tool ARGS…` against its database. */
  tool(...args: string[]): string;
  stop(): Promise<void>;
}

/** Another loopback address than everybody else's: an Active Directory's ports are fixed. */
const ADDRESS = '127.0.0.53';

/** How often it is tried to make one: on a busy machine Samba's own tool now and then gives up. */
const TRIES = 3;

/** A domain's database, in a directory of its own. */
function provision(): { readonly home: string; readonly target: string } {
  for (let tried = 1; ; tried++) {
    const home = mkdtempSync(join(tmpdir(), 'sagegate-samba-'));
    try {
      return { home, target: provisionIn(home) };
    } catch (error) {
      rmSync(home, { recursive: true, force: true });
      if (tried === TRIES) throw error;
      console.warn(`Samba was not provisioned, ${tried} of ${TRIES}: ${error instanceof Error ? error.message : error}`);
    }
  }
}

function provisionIn(home: string): string {
  const target = join(home, 'ad');
  runToEnd('samba-tool', [
    'domain',
    'provision',
    `--realm=${REALM}`,
    '--domain=CORP',
    '--server-role=dc',
    '--dns-backend=SAMBA_INTERNAL',
    `--adminpass=${ADMIN_PASSWORD}`,
    `--targetdir=${target}`,
    '--host-name=dc1',
    `--host-ip=${ADDRESS}`,
    '--use-rfc2307',
    `--option=interfaces=${ADDRESS}/8`,
    '--option=bind interfaces only=yes',
  ]);
  return target;
}

/** Samba as an Active Directory domain controller, on an address of its own. Takes some ten seconds. */
export async function startSamba(): Promise<ActiveDirectory> {
  const { home, target } = provision();
  const configuration = join(target, 'etc', 'smb.conf');
  const certificate = makeCertificates(home, [`IP:${ADDRESS}`]);
  const own = [
    `tls certfile = ${certificate.server}`,
    `tls keyfile = ${certificate.key}`,
    `tls cafile = ${certificate.ca}`,
    'server services = rpc, ldap, cldap, kdc, winbindd',
    'ldap server require strong auth = no',
    `log file = ${home}/samba.log`,
    `pid directory = ${home}`,
    `ncalrpc dir = ${home}/ncalrpc`,
    `winbindd socket directory = ${home}/winbindd`,
    `ntp signd socket directory = ${home}/ntp`,
  ];
  const text = readFileSync(configuration, 'utf8').replace(/^\s*dns forwarder.*$/m, '');
  writeFileSync(configuration, text.replace('[global]', `[global]\n${own.map((line) => `\t${line}`).join('\n')}`));
  const component: Component = await startComponent(
    samba ?? '',
    ['-F', '-M', 'single', '--no-process-group', '-s', configuration],
    async () => (await canConnect(389, ADDRESS)) && (await canConnect(636, ADDRESS)),
  );
  const database = join(target, 'private', 'sam.ldb');
  return {
    ca: readFileSync(certificate.ca, 'utf8'),
    ldaps: `ldaps://${ADDRESS}`,
    ldap: `ldap://${ADDRESS}`,
    tool: (...args) => runToEnd('samba-tool', [...args, '-H', database, '-s', configuration]),
    stop: async () => {
      await component.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
