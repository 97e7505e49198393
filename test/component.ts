import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';

/*
 * Components nobody here wrote, started by tests: directories, identity providers. Each is a child that is waited for and stopped by its PID.
 */

/** Below what systems give to sockets that ask for any port: nobody gets one of these between here and the component's start. */
const PORTS = { from: 20_000, to: 32_000 };

/** The first of `count` ports of the loopback interface, one after the other, that are free at present for TCP and UDP. */
export async function freePort(count = 1): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const first = randomInt(PORTS.from, PORTS.to - count);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(ports.map(async (port) => (await isFreeForTcp(port)) && (await isFreeForUdp(port))));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`no ${count} free ports between ${PORTS.from} and ${PORTS.to}`);
}

const isFreeForTcp = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

const isFreeForUdp = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });

/** The path of a program, also where only root looks for programs. */
export const findProgram = (name: string): string | undefined =>
  [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']
    .map((directory) => `${directory}/${name}`)
    .find((path) => existsSync(path));

export interface Component {
  /** What it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts a component, and waits until `isReady` says so, or it ends, or two minutes have gone: on a busy machine. */
export async function startComponent(command: string, args: readonly string[], isReady: () => Promise<boolean>): Promise<Component> {
  const child: ChildProcess = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout?.on('data', (chunk) => (text += chunk));
  child.stderr?.on('data', (chunk) => (text += chunk));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const impatient = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(impatient);
  };
  for (const until = Date.now() + 120_000; Date.now() < until; ) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}:\n${text}`);
    if (await isReady().catch(() => false)) return { output: () => text, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`${command} did not get ready:\n${text}`);
}

/** Runs a command to its end. @throws Error  with all it said, when it fails */
export function runToEnd(command: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, [...args], { input, encoding: 'utf8', timeout: 300_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed (${status ?? error?.message}):\n${stdout}${stderr}`);
  return stdout;
}
