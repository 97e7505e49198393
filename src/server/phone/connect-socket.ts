import type { Socket } from 'node:dgram';

/**
 * Binds a socket to one other side: the system drops what comes from elsewhere. Errors later on are none: the system of the other side refuses a
 * datagram when nobody listens there yet, and sending again, or giving up, is for the protocol above.
 * @throws Error  this machine has no way there
 */
export async function connectSocket(socket: Socket, port: number, address: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.on('error', reject);
    socket.connect(port, address);
  });
}
