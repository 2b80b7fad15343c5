import type { AddressInfo, Socket } from 'node:net';

import { once } from 'node:events';
import { createServer } from 'node:net';

/** Answers each connection with the same bytes, whatever it is asked. */
export async function rawBackend(answer: string | ((socket: Socket) => void), port = 0) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.once('data', () => {
      if (typeof answer === 'string') {
        socket.write(answer, 'latin1');
      } else {
        answer(socket);
      }
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port, // a listening TCP server has an AddressInfo
    sockets,
    /** Resolves when every connection that was open is closed. */
    async allClosed() {
      await Promise.all([...sockets].map((socket) => once(socket, 'close')));
    },
    async [Symbol.asyncDispose]() {
      server.close();
      sockets.forEach((socket) => socket.destroy());
      await once(server, 'close');
    },
  };
}
