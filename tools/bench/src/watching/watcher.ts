import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

import type { WatchProtocol } from './watch-protocol.ts';

import { BenchError } from '../errors.ts';

/** One watcher on a connection of its own. */
export class Watcher {
  readonly #socket: Socket;
  readonly #protocol: WatchProtocol;
  #received: Buffer = Buffer.alloc(0);
  #onMessage: (message: Buffer) => void = () => undefined;
  #onFailure: (error: Error) => void = () => undefined;

  private constructor(socket: Socket, protocol: WatchProtocol) {
    this.#socket = socket;
    this.#protocol = protocol;
    socket.on('data', (bytes: Buffer) => {
      this.#read(bytes);
    });
    socket.on('error', (error) => {
      this.#onFailure(error);
    });
    socket.on('close', () => {
      this.#onFailure(new BenchError('a watch was cut off'));
    });
  }

  /** Resolves once the server has answered the request to watch. Rejects with a BenchError when it does not. */
  static async open(protocol: WatchProtocol): Promise<Watcher> {
    const socket = createConnection(protocol.port, '127.0.0.1').setNoDelay(true);
    await once(socket, 'connect');
    const watcher = new Watcher(socket, protocol);
    const answered = Promise.withResolvers<Buffer>();
    watcher.listen(answered.resolve, answered.reject);
    socket.write(protocol.opening);
    await answered.promise;
    return watcher;
  }

  /** From now on, instead of whoever listened before. */
  listen(onMessage: (message: Buffer) => void, onFailure: (error: Error) => void): void {
    this.#onMessage = onMessage;
    this.#onFailure = onFailure;
  }

  close(): void {
    this.listen(
      () => undefined,
      () => undefined,
    );
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    try {
      this.#readFrames();
    } catch (error) {
      this.#onFailure(error instanceof Error ? error : new BenchError(String(error)));
      this.close();
    }
  }

  #readFrames(): void {
    let frame = this.#protocol.frameAt(this.#received);
    while (frame !== undefined) {
      this.#received = this.#received.subarray(frame.bytes);
      if (frame.answer !== undefined) {
        this.#socket.write(frame.answer);
      }
      if (frame.message !== undefined) {
        this.#onMessage(frame.message);
      }
      frame = this.#protocol.frameAt(this.#received);
    }
  }
}
