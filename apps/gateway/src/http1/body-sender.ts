import type { Socket } from 'node:net';

import type { BodyToSend } from './outgoing-request.ts';

/** The body of a request on its way to a connection, no faster than that takes it. */
export class BodySender {
  readonly #body: BodyToSend;
  readonly #socket: Socket;
  readonly #onBroken: (error: Error) => void;
  #isSent = false;

  /** `onBroken` hears of a body that ends before it is whole; nothing of it is sent any more then. */
  constructor(body: BodyToSend, socket: Socket, onBroken: (error: Error) => void) {
    this.#body = body;
    this.#socket = socket;
    this.#onBroken = onBroken;
    body.content.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onError);
    body.content.resume();
  }

  get isSent(): boolean {
    return this.#isSent;
  }

  /** The connection takes more. */
  resume(): void {
    if (!this.#isSent) {
      this.#body.content.resume();
    }
  }

  /** Sends nothing more; what is left of the body is its owner's again. */
  detach(): void {
    this.#body.content.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onError);
  }

  readonly #onData = (content: Buffer): void => {
    if (!this.#write(content)) {
      this.#body.content.pause();
    }
  };

  readonly #onEnd = (): void => {
    this.#isSent = true;
    if (this.#body.isChunked) {
      this.#socket.write('0\r\n\r\n', 'latin1');
    }
  };

  readonly #onError = (error: Error): void => {
    this.detach();
    this.#onBroken(error);
  };

  #write(content: Buffer): boolean {
    if (!this.#body.isChunked) {
      return this.#socket.write(content);
    }
    this.#socket.cork();
    this.#socket.write(`${content.length.toString(16)}\r\n`, 'latin1');
    this.#socket.write(content);
    const wantsMore = this.#socket.write('\r\n', 'latin1');
    this.#socket.uncork();
    return wantsMore;
  }
}
