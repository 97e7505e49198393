import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/** How a server did in one round. */
export interface Round {
  readonly requestsPerSecond: number;
  /** Microseconds of CPU that the server process spent on each request. */
  readonly cpuPerRequest: number;
}

const CLOCK_TICK_MICROSECONDS = 10_000;

/** CPU time of a process so far, in microseconds (Linux). */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MICROSECONDS;
}

/** A keep-alive connection. */
interface Connection {
  /** Sends the next request as soon as the last is answered, until there is none, and closes. */
  work(responseLength: number, next: () => Buffer | undefined): Promise<void>;
}

const openConnection = (port: number): Promise<Connection> =>
  new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', () => {
      socket.off('error', reject);
      resolve({ work: (responseLength, next) => workOn(socket, responseLength, next) });
    });
    socket.setNoDelay(true);
    socket.once('error', reject);
  });

const workOn = (socket: Socket, responseLength: number, next: () => Buffer | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const send = (): void => {
      const request = next();
      if (request) socket.write(request);
      else socket.end();
    };
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received < responseLength) return;
      if (received > responseLength) return void socket.destroy(new Error(`an answer of ${received} bytes instead of ${responseLength}`));
      received = 0;
      send();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
    send();
  });

/** Does the work on connections that were opened before, so that only answers are timed. Gives back seconds. */
async function workOnEach(port: number, connections: number, responseLength: number, next: () => Buffer | undefined): Promise<number> {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  return awake(() => Promise.all(open.map((connection) => connection.work(responseLength, next))));
}

/** Sends `request` and gives back the whole answer. */
export function once(port: number, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(all.toString('latin1'))?.[1];
      if (end !== -1 && length !== undefined && all.length >= end + 4 + Number(length)) {
        resolve(all);
        socket.destroy();
      }
    });
    socket.on('error', reject);
  });
}

/**
 * Does `work` and stays awake: waking a sleeping peer is charged to the sender, and only the faster server would be spared it.
 * Gives back the seconds that it took.
 */
async function awake(work: () => Promise<unknown>): Promise<number> {
  let running = true;
  const spin = (): void => {
    if (running) setImmediate(spin);
  };
  spin();
  const start = process.hrtime.bigint();
  await work().finally(() => {
    running = false;
  });
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** Loads a server with one request over keep-alive connections for a while. Every answer must have the length of the first. */
export async function load(
  port: number,
  pid: number,
  request: Buffer,
  options: { connections: number; milliseconds: number },
): Promise<Round> {
  const { length } = await once(port, request);
  let count = 0;
  let end: number | undefined;
  const next = (): Buffer | undefined => {
    end ??= performance.now() + options.milliseconds;
    if (performance.now() >= end) return undefined;
    count++;
    return request;
  };
  const cpuBefore = cpuOf(pid);
  const seconds = await workOnEach(port, options.connections, length, next);
  return { requestsPerSecond: count / seconds, cpuPerRequest: (cpuOf(pid) - cpuBefore) / count };
}

/** Sends each of the requests once, over as many keep-alive connections. Every answer must have the length of the first. */
export async function sendEach(port: number, pid: number, requests: readonly Buffer[], connections: number): Promise<Round> {
  const [first, ...rest] = requests;
  if (!first) throw new Error('no request');
  const { length } = await once(port, first);
  let sent = 0;
  const cpuBefore = cpuOf(pid);
  const seconds = await workOnEach(port, connections, length, () => rest[sent++]);
  return { requestsPerSecond: rest.length / seconds, cpuPerRequest: (cpuOf(pid) - cpuBefore) / rest.length };
}

/** Milliseconds from request to answer on one keep-alive connection, one after the other. */
export async function latencies(port: number, request: Buffer, count: number): Promise<number[]> {
  const { length } = await once(port, request);
  const times: number[] = [];
  let sentAt = 0;
  const next = (): Buffer | undefined => {
    const now = performance.now();
    if (sentAt > 0) times.push(now - sentAt);
    sentAt = now;
    return times.length < count ? request : undefined;
  };
  await (await openConnection(port)).work(length, next);
  return times;
}

/** What a share of the values is below: 0.5 for the median, 0.99. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const spread = (values: readonly number[], digits = 2): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;
