import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A service on loopback that answers what it is sent as the test says; with no answers it hangs. */
export class TcpService implements AsyncDisposable {
  readonly #server;
  readonly #sockets = new Set<Socket>();

  private constructor(answer: (received: Buffer) => string | undefined) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined); // whoever was connected is gone: it is counted by its close
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('data', (received: Buffer) => {
        socket.write(answer(received) ?? '', 'latin1');
      });
    });
  }

  static async start(answer: (received: Buffer) => string | undefined = () => undefined): Promise<TcpService> {
    const service = new TcpService(answer);
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port; // a listening TCP server has an AddressInfo
  }

  /** Resolves when someone connects. */
  async connected(): Promise<void> {
    await once(this.#server, 'connection');
  }

  /** Resolves once nobody is connected. */
  async abandoned(): Promise<void> {
    await Promise.all([...this.#sockets].map((socket) => once(socket, 'close')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await once(this.#server, 'close');
  }
}
