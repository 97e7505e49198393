import { accessSync, constants, existsSync, lstatSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { nearestDirectory, standardDataDirectory } from '../server/data-directory.ts';
import { findAwsCli } from './aws-cli.ts';
import { awsFiles, readProfile } from './aws-profile.ts';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import { LocalClient, type LocalClientOptions } from './local-client.ts';
import { plain, type Terminal } from './terminal.ts';

export interface DoctorOptions extends LocalClientOptions {
  readonly profile?: string | undefined;
  readonly json?: boolean | undefined;
}

interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly detail: string;
}

const SIGN = { ok: '✓', warning: '!', failed: '✗' } as const;

/** `sagegate doctor`: what is in the way. Changes nothing. */
export async function doctor(options: DoctorOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const client = new LocalClient(options, environment);
  const findings = [
    checkNode(),
    ...checkData(options.data ?? standardDataDirectory(environment)),
    await checkServer(client),
    checkAwsCli(),
    ...checkProfile(options.profile ?? environment.AWS_PROFILE ?? 'sagegate', client.endpoint, environment),
  ];
  const failed = findings.filter((finding) => finding.state === 'failed').length;
  if (options.json) terminal.print(JSON.stringify({ healthy: failed === 0, findings }));
  else for (const { check, state, detail } of findings) terminal.print(`${SIGN[state]} ${check}: ${plain(detail)}`);
  if (failed > 0) throw new Failure(failed === 1 ? 'One check failed.' : `${failed} checks failed.`);
}

function checkNode(): Finding {
  const { node } = process.versions;
  const isNew = Number(node.split('.')[0]) >= 24;
  return { check: 'Node', state: isNew ? 'ok' : 'failed', detail: isNew ? node : `${node}, and 24 or newer is needed` };
}

function checkData(directory: string): Finding[] {
  const check = 'Data directory';
  if (!existsSync(directory)) {
    const nearest = nearestDirectory(directory);
    try {
      accessSync(nearest, constants.W_OK);
      return [{ check, state: 'ok', detail: `${directory} will be made at the first start` }];
    } catch {
      return [{ check, state: 'failed', detail: `${directory} is not there, and ${nearest} may not be written to` }];
    }
  }
  const found = lstatSync(directory);
  if (!found.isDirectory())
    return [{ check, state: 'failed', detail: `${directory} is ${found.isSymbolicLink() ? 'a symbolic link' : 'no directory'}` }];
  const open = [directory, ...['master-key', 'operator-token', 'sagegate.db'].map((name) => join(directory, name))].filter(
    (path) => existsSync(path) && (lstatSync(path).mode & 0o077) !== 0,
  );
  if (open.length > 0)
    return open.map((path) => ({ check, state: 'failed', detail: `${path} may be read by other users: chmod go= ${path}` }));
  return [{ check, state: 'ok', detail: `${directory}, private` }];
}

/** AWS's narrowest window for signatures, minutes apart from the server's clock. */
const SKEW = 5 * 60_000;

async function checkServer(client: LocalClient): Promise<Finding> {
  const check = 'Server';
  try {
    const health = await client.get('health');
    const clock = await client.get('clock').catch(() => undefined);
    const skew = typeof clock?.now === 'string' ? Date.parse(clock.now) - Date.now() : 0;
    const said = `${client.endpoint} runs ${String(health.version)}, enforcement ${String(health.enforcement)}`;
    if (Math.abs(skew) <= SKEW) return { check, state: 'ok', detail: said };
    return {
      check,
      state: 'warning',
      detail: `${said}; its clock was moved by ${Math.round(skew / 1000)} s, so signatures made now are refused`,
    };
  } catch {
    const { hostname, port } = new URL(client.endpoint);
    const taken = await isTaken(hostname, Number(port || 80));
    return taken
      ? { check, state: 'failed', detail: `something answers at ${client.endpoint}, but it is not Sagegate` }
      : { check, state: 'warning', detail: `none runs at ${client.endpoint}; start it with: npx sagegate serve` };
  }
}

function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const end = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

function checkAwsCli(): Finding {
  const check = 'AWS CLI';
  const cli = findAwsCli();
  if (!cli) return { check, state: 'warning', detail: 'not found; the SDKs work without it' };
  return cli.readsEndpoint
    ? { check, state: 'ok', detail: cli.version }
    : { check, state: 'warning', detail: `${cli.version} does not read endpoint_url, and calls AWS itself without --endpoint-url` };
}

function checkProfile(name: string, endpoint: string, environment: Environment): Finding[] {
  const check = 'Profile';
  const files = awsFiles(environment);
  const profile = readProfile(files, name);
  if (profile.aws_access_key_id === undefined) {
    return [{ check, state: 'warning', detail: `${name} is not set up; do it with: npx sagegate configure` }];
  }
  const findings: Finding[] = [];
  if (
    existsSync(files.credentials) &&
    (lstatSync(files.credentials).mode & 0o077) !== 0 &&
    !lstatSync(files.credentials).isSymbolicLink()
  ) {
    findings.push({ check, state: 'warning', detail: `${files.credentials} may be read by other users: chmod 600 ${files.credentials}` });
  }
  const leadsHere = profile.endpoint_url?.replace(/\/+$/, '') === endpoint;
  findings.push(
    leadsHere
      ? { check, state: 'ok', detail: `${name} leads to ${endpoint}` }
      : { check, state: 'warning', detail: `${name} leads to ${profile.endpoint_url ?? 'AWS itself'}, not to ${endpoint}` },
  );
  return findings;
}
