import type { IncomingMessage } from 'node:http';

import { Readable } from 'node:stream';

/**
 * The body of a request as one attempt reads it. undici destroys the body of a failed attempt; the client's request has to live on,
 * to carry the answer or the next attempt. Reads nothing from the client before the upstream's connection asks.
 */
export class RequestBody extends Readable {
  readonly #request: IncomingMessage;
  #isAttached = false;

  constructor(request: IncomingMessage) {
    super();
    this.#request = request;
  }

  override _read(): void {
    if (!this.#isAttached) {
      this.#isAttached = true;
      this.#request.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onError);
    }
    this.#request.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#request.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onError);
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (!this.push(chunk)) {
      this.#request.pause();
    }
  };

  readonly #onEnd = (): void => {
    this.push(null);
  };

  readonly #onError = (error: Error): void => {
    this.destroy(error);
  };
}
