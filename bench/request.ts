/**
 * (a) Signed, authorised requests end to end against a bare node:http server that answers the same bytes; variants alternate round by round.
 *     node bench/request.ts [rounds] [milliseconds per round]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { sign } from '../src/sigv4/index.ts';
import { load, median, once, type Round, spread } from './load.ts';

const [rounds = 7, milliseconds = 2000] = process.argv.slice(2).map(Number);
const CONNECTIONS = 32;

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  readonly pid: number;
}

function start<Told extends { port: number }>(script: string, args: readonly string[]): Promise<Started & Told> {
  const child = fork(join(import.meta.dirname, script), [...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', (told) => resolve({ ...(told as Told), child, pid: child.pid ?? 0 }));
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });
}

interface Call {
  readonly name: string;
  readonly service: string;
  readonly headers: readonly string[];
  readonly body: string;
}

const CALLS: readonly Call[] = [
  {
    name: 'GetCallerIdentity',
    service: 'sts',
    headers: ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  },
  {
    name: 'ListNotebookInstances',
    service: 'sagemaker',
    headers: ['Content-Type', 'application/x-amz-json-1.1', 'X-Amz-Target', 'SageMaker.ListNotebookInstances'],
    body: '{}',
  },
];

const sagegate = await start<{ port: number; accessKeyId: string; secretAccessKey: string; rssMiB: number }>('sagegate-server.ts', []);

function requestOf(call: Call): Buffer {
  const unsigned = {
    method: 'POST',
    target: '/',
    rawHeaders: ['Host', `127.0.0.1:${sagegate.port}`, ...call.headers],
    body: Buffer.from(call.body),
  };
  const rawHeaders = sign(unsigned, sagegate, { region: 'us-east-1', service: call.service, now: Date.now() });
  const lines = [`POST / HTTP/1.1`];
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  return Buffer.from(`${lines.join('\r\n')}\r\nContent-Length: ${unsigned.body.length}\r\n\r\n${call.body}`);
}

console.log(
  '| call | requests/s ÷ bare | CPU per request ÷ bare | requests/s | bare | µs CPU | bare |\n| --- | --- | --- | --- | --- | --- | --- |',
);
for (const call of CALLS) {
  const answer = (await once(sagegate.port, requestOf(call))).toString('utf8');
  if (!answer.startsWith('HTTP/1.1 200')) throw new Error(`${call.name} was refused:\n${answer}`);
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  const contentType = /content-type: (.*)\r/i.exec(answer)?.[1] ?? '';
  const bare = await start<{ port: number }>('bare-server.ts', [contentType, body]);
  const results: { sagegate: Round[]; bare: Round[] } = { sagegate: [], bare: [] };
  const options = { connections: CONNECTIONS, milliseconds };
  for (let round = 0; round < rounds; round++) {
    // Signed anew each round, as a signature is good for minutes only.
    const request = requestOf(call);
    results.bare.push(await load(bare.port, bare.pid, request, options));
    results.sagegate.push(await load(sagegate.port, sagegate.pid, request, options));
  }
  bare.child.kill();
  const ratios = (pick: (round: Round) => number) => results.sagegate.map((round, i) => pick(round) / pick(results.bare[i] as Round));
  const middle = (list: readonly Round[], pick: (round: Round) => number) => median(list.map(pick));
  const rate = (round: Round) => round.requestsPerSecond;
  const cpu = (round: Round) => round.cpuPerRequest;
  console.log(
    `| ${call.name} | ${spread(ratios(rate))} | ${spread(ratios(cpu))} | ${middle(results.sagegate, rate).toFixed(0)} | ${middle(results.bare, rate).toFixed(0)} | ${middle(results.sagegate, cpu).toFixed(1)} | ${middle(results.bare, cpu).toFixed(1)} |`,
  );
}
sagegate.child.kill();
