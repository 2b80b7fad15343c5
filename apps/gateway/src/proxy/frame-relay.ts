import type { Duplex } from 'node:stream';

import { FrameBoundaries } from './frame-boundaries.ts';

/** One direction of a WebSocket: passes bytes on as they come, and can end with a frame of its own. */
export class FrameRelay {
  readonly #source: Duplex;
  readonly #sink: Duplex;
  readonly #boundaries = new FrameBoundaries();
  /** Sent at the end of the frame under way, and nothing after it. */
  #farewell: Buffer | undefined;
  #hasEnded = false;

  constructor(source: Duplex, sink: Duplex) {
    this.#source = source;
    this.#sink = sink;
    source.on('data', (chunk: Buffer) => {
      this.#pass(chunk);
    });
    source.on('end', () => sink.end());
    sink.on('drain', () => source.resume());
  }

  /** Ends with this frame as soon as no other is under way; what the source still sends is dropped. */
  endWith(frame: Buffer): void {
    this.#farewell = frame;
    if (this.#boundaries.isBetweenFrames) {
      this.#end(frame);
    }
  }

  #pass(chunk: Buffer): void {
    if (this.#hasEnded) {
      return;
    }
    const boundary = this.#boundaries.follow(chunk);
    if (this.#farewell !== undefined && boundary !== -1) {
      this.#sink.write(chunk.subarray(0, boundary));
      this.#end(this.#farewell);
    } else if (!this.#sink.write(chunk)) {
      this.#source.pause();
    }
  }

  #end(frame: Buffer): void {
    this.#hasEnded = true;
    if (!this.#sink.writableEnded) {
      this.#sink.end(frame);
    }
    this.#source.resume();
  }
}
