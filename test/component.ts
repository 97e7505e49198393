import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';

/*
 * Components nobody here wrote, started by tests: directories, identity providers. Each is a child that is waited for and stopped by its PID.
 */

/** A port of the loopback interface that is free at present. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

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

/** Starts a component, and waits until `isReady` says so, or it ends, or half a minute has gone. */
export async function startComponent(command: string, args: readonly string[], isReady: () => Promise<boolean>): Promise<Component> {
  const child: ChildProcess = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout?.on('data', (chunk) => (text += chunk));
  child.stderr?.on('data', (chunk) => (text += chunk));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const impatient = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(impatient);
  };
  for (const until = Date.now() + 30_000; Date.now() < until; ) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}:\n${text}`);
    if (await isReady().catch(() => false)) return { output: () => text, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`${command} did not get ready:\n${text}`);
}

/** Runs a command to its end. @throws Error  with all it said, when it fails */
export function runToEnd(command: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, [...args], { input, encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed (${status ?? error?.message}):\n${stdout}${stderr}`);
  return stdout;
}
