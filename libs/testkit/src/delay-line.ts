import { Transform, type TransformCallback } from 'node:stream';

/** Hands on each chunk so many milliseconds after the one before it was handed on, or after it came, whichever is later. */
export class DelayLine extends Transform {
  readonly #delayMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(delayMs: number) {
    super();
    this.#delayMs = delayMs;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, handOn: TransformCallback): void {
    this.#timer = setTimeout(() => {
      handOn(null, chunk);
    }, this.#delayMs);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    done(error);
  }
}
