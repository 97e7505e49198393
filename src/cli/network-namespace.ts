import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applicationEnvironment, runCommand } from './child.ts';
import { keepEndpoint } from './endpoint-lease.ts';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import type { LocalClient } from './local-client.ts';
import { relay } from './relay.ts';
import { plain, type Terminal } from './terminal.ts';

/*
 * An instance's network, as far as an application sees it:
 *
 *     application's namespace                 metadata's namespace
 *     172.31.4.5 (the instance's) ── veth ──  169.254.169.254:80 ── UNIX socket ── this process ── the server's port
 *     127.0.0.1:4566 ─────────────── UNIX socket ─────────────────────────────────  this process ── the server
 *
 * There is no other way out. The metadata service has a namespace of its own so that its packets travel a hop, with the hop limit as their TTL:
 * what forwards them further, a bridge of containers, uses it up, as on EC2. Here every answer has that TTL, on EC2 only that with the token.
 */

const METADATA = '169.254.169.254';

/** @throws Failure  2  not root, no `ip`, or an endpoint that cannot be passed on */
export function requireNamespaces(endpoint: string): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Failure('Network namespaces are made by root on Linux. Leave --network-namespace out, or use sudo.', 2);
  if (spawnSync('ip', ['-V']).status !== 0) throw new Failure('The command ip is missing: apt-get install iproute2.', 2);
  if (!endpoint.startsWith('http://')) throw new Failure('Into a namespace only http:// endpoints are passed on.', 2);
}

function ip(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Failure(`ip ${args.join(' ')} failed: ${plain(stderr.trim())}`);
}

export interface InstanceNetwork {
  readonly instanceId: string;
  readonly privateIpAddress: string;
  readonly region: string;
}

/** Runs a command in a namespace of its own, where the metadata service of its instance is at 169.254.169.254. */
export async function runInNamespace(
  command: readonly string[],
  { instanceId, privateIpAddress, region }: InstanceNetwork,
  local: LocalClient,
  terminal: Terminal,
  environment: Environment,
): Promise<number> {
  const suffix = instanceId.slice(-8);
  const [application, metadata] = [`sagegate-${suffix}`, `sagegate-md-${suffix}`];
  const directory = mkdtempSync(join(tmpdir(), 'sagegate-namespace-'));
  const undo: (() => void | Promise<void>)[] = [() => rmSync(directory, { recursive: true, force: true })];
  try {
    makeNetwork(application, metadata, suffix, privateIpAddress, undo);
    let hopLimit = 0;
    const setHopLimit = (told: Readonly<Record<string, unknown>>): void => {
      const limit = told.httpPutResponseHopLimit;
      if (typeof limit !== 'number' || limit === hopLimit) return;
      hopLimit = limit;
      ip('netns', 'exec', metadata, 'sh', '-c', `echo ${limit} > /proc/sys/net/ipv4/ip_default_ttl`);
    };
    const lease = await keepEndpoint(local, `instances/${instanceId}/metadata`, {}, terminal, setHopLimit);
    undo.push(() => lease.close());
    setHopLimit(lease.opened);

    const server = new URL(local.endpoint);
    const apiPort = Number(server.port || 80);
    const sockets = { metadata: join(directory, 'metadata'), api: join(directory, 'api') };
    const passed: Server[] = [];
    undo.push(() => void passed.map((each) => each.close()));
    passed.push(await relay({ path: sockets.metadata }, { host: '127.0.0.1', port: Number(lease.opened.port) }));
    passed.push(await relay({ path: sockets.api }, { host: server.hostname.replace(/^\[|\]$/g, ''), port: apiPort }));
    await relayInto(metadata, METADATA, 80, sockets.metadata, undo);
    await relayInto(application, '127.0.0.1', apiPort, sockets.api, undo);

    return await runCommand(
      ['ip', 'netns', 'exec', application, ...command],
      applicationEnvironment(environment, {
        AWS_ENDPOINT_URL: `http://127.0.0.1:${apiPort}`,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
      }),
    );
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

function makeNetwork(application: string, metadata: string, suffix: string, address: string, undo: (() => void)[]): void {
  for (const name of [application, metadata]) {
    ip('netns', 'add', name);
    undo.push(() => ip('netns', 'del', name));
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  const [inner, outer] = [`sga${suffix}`, `sgm${suffix}`];
  ip('link', 'add', inner, 'netns', application, 'type', 'veth', 'peer', 'name', outer, 'netns', metadata);
  ip('-n', application, 'addr', 'add', `${address}/32`, 'dev', inner);
  ip('-n', metadata, 'addr', 'add', `${METADATA}/32`, 'dev', outer);
  ip('-n', application, 'link', 'set', inner, 'up');
  ip('-n', metadata, 'link', 'set', outer, 'up');
  ip('-n', application, 'route', 'add', METADATA, 'dev', inner);
  // What else asks, asks by way of the instance.
  ip('-n', metadata, 'route', 'add', address, 'dev', outer);
  ip('-n', metadata, 'route', 'add', 'default', 'via', address, 'dev', outer);
}

/** Starts this program again inside a namespace, to listen there. */
async function relayInto(
  namespace: string,
  address: string,
  port: number,
  socket: string,
  undo: (() => void | Promise<void>)[],
): Promise<void> {
  const self = process.argv[1];
  if (self === undefined) throw new Failure('This program does not know its own file.');
  const child: ChildProcess = spawn('ip', ['netns', 'exec', namespace, process.execPath, self, 'relay', address, String(port), socket], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A group of its own: Ctrl-C is for the application.
    detached: true,
  });
  const ended = once(child, 'close');
  undo.push(async () => {
    child.stdin?.end();
    await ended;
  });
  const ready = child.stdout ? once(child.stdout, 'data') : ended;
  const first = await Promise.race([ready.then(() => 'ready'), ended.then(() => 'ended')]);
  if (first === 'ended') throw new Failure(`Nothing can listen on ${address}:${port} in the namespace.`);
}
