/** A bare node:http server that reads each request to its end and answers the bytes it was given: the floor under any server in Node. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [contentType = 'text/plain', body = ''] = process.argv.slice(2);
const length = String(Buffer.byteLength(body));
const server = createServer((request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    response.writeHead(200, [
      'Content-Type',
      contentType,
      'Content-Length',
      length,
      'x-amzn-RequestId',
      '00000000-0000-4000-8000-000000000000',
    ]);
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
