import { connect, type Socket } from 'node:net';

/** A client that says exactly what a test tells it to. */
export class RawClient implements Disposable {
  readonly socket: Socket;
  #received = '';
  #waiting: (() => void)[] = [];
  #isClosed = false;
  #error: NodeJS.ErrnoException | undefined;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text: string) => {
      this.#received += text;
      this.#wake();
    });
    this.socket.on('error', (error) => {
      this.#error = error;
    });
    this.socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  get received(): string {
    return this.#received;
  }

  get error(): NodeJS.ErrnoException | undefined {
    return this.#error;
  }

  send(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** Resolves with all that came once it contains the text; rejects when the connection closes without. */
  async until(text: string): Promise<string> {
    while (!this.#received.includes(text)) {
      if (this.#isClosed) {
        throw new Error(`closed before "${text}" came: ${this.#received}`);
      }
      await this.#change();
    }
    return this.#received;
  }

  /** Resolves when more came or the connection closed. */
  async next(): Promise<void> {
    await this.#change();
  }

  /** Resolves with all that came once the other side has closed the connection. */
  async untilClosed(): Promise<string> {
    while (!this.#isClosed) {
      await this.#change();
    }
    return this.#received;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #change(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#waiting.push(() => {
      resolve(undefined);
    });
    return promise;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach((wake) => {
      wake();
    });
  }
}
