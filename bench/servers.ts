import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { sign } from '../src/sigv4/index.ts';
import type { Key } from './administrator.ts';

/** A server in a process of its own. */
export interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  readonly pid: number;
}

/** Starts a server of this folder; it tells its port, and more, once it listens. */
export function start<Told extends { port: number }>(script: string, args: readonly string[]): Promise<Started & Told> {
  const child = fork(join(import.meta.dirname, script), [...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', (told) => resolve({ ...(told as Told), child, pid: child.pid ?? 0 }));
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });
}

/** What `bare-server.ts` needs to answer the bytes that another server has answered. */
export function bareArguments(answer: Buffer): [contentType: string, body: string] {
  const text = answer.toString('utf8');
  if (!text.startsWith('HTTP/1.1 200')) throw new Error(`refused:\n${text}`);
  return [/content-type: (.*)\r/i.exec(text)?.[1] ?? '', text.slice(text.indexOf('\r\n\r\n') + 4)];
}

export interface Call {
  readonly service: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** A signed call as it goes over the wire. */
export function signed(call: Call, to: Key & { readonly port: number }): Buffer {
  const unsigned = {
    method: 'POST',
    target: '/',
    rawHeaders: ['Host', `127.0.0.1:${to.port}`, ...call.headers],
    body: Buffer.from(call.body),
  };
  const rawHeaders = sign(unsigned, to, { region: 'us-east-1', service: call.service, now: Date.now() });
  const lines = [`POST / HTTP/1.1`];
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  return Buffer.from(`${lines.join('\r\n')}\r\nContent-Length: ${unsigned.body.length}\r\n\r\n${call.body}`);
}
