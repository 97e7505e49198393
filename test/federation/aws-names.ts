import { createServer as createProxy, request } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { certificate, identity, privateKeyOf } from '../services/iam/certificate-maker.ts';
import { authority } from './issuer.ts';

/**
 * AWS's own host names, leading to a server of the tests: a proxy (HTTPS_PROXY) that lets nobody through to anywhere else, and TLS by the authority of
 * the tests (AWS_CA_BUNDLE). Clients need no setting for an endpoint, also old ones that know none.
 */
export async function startAwsNames(target: string): Promise<{ readonly proxy: string; close(): Promise<void> }> {
  const own = identity('amazonaws.com');
  const cert = certificate(own, authority, undefined, { names: ['*.amazonaws.com', '*.us-east-1.amazonaws.com', 'signin.aws.amazon.com'] });
  const { hostname, port } = new URL(target);
  const tls = createServer({ key: privateKeyOf(own), cert }, (from, to) => {
    const { method, url: path, headers } = from;
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    from.pipe(onward);
  });
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<Socket>();
  const proxy = createProxy((_, response) => void response.writeHead(405).end());
  proxy.on('connect', ({ url = '' }, client: Socket) => {
    const isOurs = /^[a-z0-9.-]+\.(amazonaws\.com|aws\.amazon\.com):443$/.test(url);
    if (!isOurs) return void client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const onward = connect((tls.address() as AddressInfo).port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(client).pipe(onward);
    });
    for (const socket of [client, onward]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      for (const server of [proxy, tls]) await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
