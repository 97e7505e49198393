import { connect, createServer, type Server, type Socket } from 'node:net';
import { Failure } from './failure.ts';

/** Connections of one relay at once. */
const MAX_CONNECTIONS = 128;

type Place = { readonly path: string } | { readonly host: string; readonly port: number };

/** Passes every connection that comes in on to another place, byte by byte. */
export function relay(from: Place, to: Place): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (incoming) => {
    const outgoing = connect({ ...to, allowHalfOpen: true });
    join(incoming, outgoing);
    join(outgoing, incoming);
  });
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(from, () => resolve(server));
  });
}

function join(source: Socket, target: Socket): void {
  source.pipe(target);
  source.once('error', () => target.destroy());
  source.once('close', () => target.destroySoon());
}

/** `sagegate relay ADDRESS PORT SOCKET`, inside a network namespace: a UNIX socket is seen in all of them, an address in one. */
export async function serveRelay(address: string, port: string, socket: string): Promise<void> {
  if (!/^\d{1,5}$/.test(port)) throw new Failure('The port must be a number.', 2);
  const server = await relay({ host: address, port: Number(port) }, { path: socket });
  process.stdout.write('ready\n');
  // Whoever started it holds its input open, and is gone when that ends.
  process.stdin.resume();
  await new Promise<void>((resolve) => process.stdin.once('close', () => resolve()).once('end', () => resolve()));
  server.close();
  process.exit(0);
}
