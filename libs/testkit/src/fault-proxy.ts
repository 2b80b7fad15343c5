import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A TCP proxy on loopback that a test puts between two programs, to do to their connections what a network does:
 * cut them, let them hang in one or both directions, refuse new ones.
 */
export class FaultProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  readonly #paused = { toTarget: false, toClient: false };
  #refusing = false;

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      this.#join(client);
    });
  }

  static async start(target: { host?: string; port: number }): Promise<FaultProxy> {
    const proxy = new FaultProxy({ host: target.host ?? '127.0.0.1', port: target.port });
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port; // a listening TCP server has an AddressInfo
  }

  /** Connections open on the client's side and the target's side together. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Resets every open connection; new ones are accepted unless `refuse` was called. */
  cut(): void {
    for (const socket of this.#sockets) {
      socket.resetAndDestroy();
    }
  }

  /** Resets whoever connects from now on, until `accept`. */
  refuse(): void {
    this.#refusing = true;
  }

  accept(): void {
    this.#refusing = false;
  }

  /** Holds back what flows in a direction, on open and new connections, as a hung peer does; `resume` lets it go on. */
  pause(direction: 'toTarget' | 'toClient' | 'both' = 'both'): void {
    this.#setPaused(direction, true);
  }

  resume(): void {
    this.#setPaused('both', false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  #setPaused(direction: 'toTarget' | 'toClient' | 'both', paused: boolean): void {
    this.#paused.toTarget = direction === 'toClient' ? this.#paused.toTarget : paused;
    this.#paused.toClient = direction === 'toTarget' ? this.#paused.toClient : paused;
    for (const socket of this.#sockets) {
      socket.emit('faultchange');
    }
  }

  #join(client: Socket): void {
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    const target = connect({ ...this.#target, allowHalfOpen: true });
    this.#pump(client, target, 'toTarget');
    this.#pump(target, client, 'toClient');
  }

  #pump(from: Socket, to: Socket, direction: 'toTarget' | 'toClient'): void {
    this.#sockets.add(from);
    const flow = () => {
      from.unpipe(to);
      if (this.#paused[direction]) {
        from.pause();
      } else {
        from.pipe(to);
      }
    };
    from.on('faultchange', flow);
    from.on('error', () => to.resetAndDestroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      if (!to.writableEnded) {
        to.destroy();
      }
    });
    flow();
  }
}
