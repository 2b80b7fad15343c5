import type { RetrySettings } from './retry-options.ts';

import { RetryDeadlineError } from './errors.ts';

/** The time that all attempts of one call have together, and the caller's signal: whichever ends first. */
export class Deadline implements Disposable {
  readonly signal: AbortSignal;
  /** What the last attempt rejected with. */
  lastError: unknown;
  readonly #settings: RetrySettings;
  readonly #caller: AbortSignal | undefined;
  readonly #endsAt: number;
  readonly #timesUp = new AbortController();
  readonly #done = new AbortController();

  constructor(settings: RetrySettings, caller: AbortSignal | undefined) {
    const { clock, deadlineMs } = settings;
    this.#settings = settings;
    this.#caller = caller;
    this.#endsAt = clock.now() + deadlineMs;
    this.signal = caller === undefined ? this.#timesUp.signal : AbortSignal.any([caller, this.#timesUp.signal]);
    if (deadlineMs !== Infinity) {
      void this.#run(deadlineMs);
    }
  }

  get leftMs(): number {
    return this.#endsAt - this.#settings.clock.now();
  }

  /** What the call answers, or a rejection as soon as time is up; a call that goes on then is heard no more. */
  bound<T>(call: () => PromiseLike<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const stop = () => {
      reject(this.signal.reason);
    };
    this.signal.addEventListener('abort', stop, { once: true });
    void (async () => call())()
      .then(resolve, reject)
      .finally(() => {
        this.signal.removeEventListener('abort', stop);
      });
    return promise;
  }

  /** Rejects as `throwIfOver` does as soon as time is up. */
  async sleep(ms: number, attempts: number): Promise<void> {
    try {
      await this.#settings.clock.sleep(ms, this.signal);
    } catch (error) {
      this.throwIfOver(attempts);
      throw error;
    }
  }

  /** Throws what ended the time: the caller's reason or a RetryDeadlineError. */
  throwIfOver(attempts: number): void {
    this.#caller?.throwIfAborted();
    if (this.#timesUp.signal.aborted) {
      const { lastError } = this;
      throw new RetryDeadlineError(
        this.#settings.deadlineMs,
        attempts,
        lastError === undefined ? {} : { cause: lastError },
      );
    }
  }

  [Symbol.dispose](): void {
    this.#done.abort();
  }

  async #run(deadlineMs: number): Promise<void> {
    try {
      await this.#settings.clock.sleep(deadlineMs, this.#done.signal);
      this.#timesUp.abort();
    } catch (error) {
      if (!this.#done.signal.aborted) {
        throw error;
      }
    }
  }
}
