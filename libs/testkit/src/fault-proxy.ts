import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

import { DelayLine } from './delay-line.ts';

/**
 * A TCP proxy on loopback that a test puts between two programs, to do to their connections what a network does:
 * cut them, let them hang in one or both directions, answer late, refuse new ones.
 */
export class FaultProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  readonly #paused = { toTarget: false, toClient: false };
  #refusing = false;
  #answerDelayMs = 0;

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

  /** Holds back each chunk on its way to the client for so many milliseconds, on connections opened from now on; 0 for none. */
  delayAnswers(ms: number): void {
    this.#answerDelayMs = ms;
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
    this.#pump(client, target, { direction: 'toTarget', delayMs: 0 });
    this.#pump(target, client, { direction: 'toClient', delayMs: this.#answerDelayMs });
  }

  #pump(from: Socket, to: Socket, { direction, delayMs }: Flow): void {
    this.#sockets.add(from);
    const line = delayMs > 0 ? new DelayLine(delayMs) : undefined;
    line?.pipe(to);
    const next = line ?? to;
    const flow = () => {
      from.unpipe(next);
      if (this.#paused[direction]) {
        from.pause();
      } else {
        from.pipe(next);
      }
    };
    from.on('faultchange', flow);
    from.on('error', () => to.resetAndDestroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      if (!next.writableEnded) {
        to.destroy();
      }
    });
    to.on('close', () => line?.destroy());
    flow();
  }
}

interface Flow {
  readonly direction: 'toTarget' | 'toClient';
  readonly delayMs: number;
}
