import type { AddressInfo, Socket } from 'node:net';

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';

/** A program behind the gateway, on loopback. */
export class Backend implements AsyncDisposable {
  readonly server: Server;
  /** Connections that are open. */
  readonly sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.server = server;
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(answer: RequestListener): Promise<Backend> {
    const backend = new Backend(createServer(answer));
    backend.server.listen(0, '127.0.0.1');
    await once(backend.server, 'listening');
    return backend;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port; // a listening TCP server has an AddressInfo
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await once(this.server, 'close');
  }
}
