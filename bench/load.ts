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

/** One keep-alive connection that sends the same bytes again as soon as it is answered. */
function worker(port: number, request: Buffer, responseLength: number, answered: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setNoDelay(true);
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received < responseLength) return;
      if (received > responseLength) return void socket.destroy(new Error(`an answer of ${received} bytes instead of ${responseLength}`));
      received = 0;
      if (answered()) socket.write(request);
      else socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
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

/** Loads a server with one request over keep-alive connections for a while. Every answer must have the length of the first. */
export async function load(
  port: number,
  pid: number,
  request: Buffer,
  options: { connections: number; milliseconds: number },
): Promise<Round> {
  const { length } = await once(port, request);
  let count = 0;
  let running = true;
  const timer = setTimeout(() => {
    running = false;
  }, options.milliseconds);
  // Kept awake: waking a sleeping peer is charged to the sender, and only the faster server would be spared it.
  const spin = (): void => {
    if (running) setImmediate(spin);
  };
  spin();
  const cpuBefore = cpuOf(pid);
  const start = process.hrtime.bigint();
  await Promise.all(
    Array.from({ length: options.connections }, () =>
      worker(port, request, length, () => {
        count++;
        return running;
      }),
    ),
  );
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  clearTimeout(timer);
  return { requestsPerSecond: count / seconds, cpuPerRequest: (cpuOf(pid) - cpuBefore) / count };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export const spread = (values: readonly number[], digits = 2): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;
