import type { Clock } from '@signalbox/clock';

import { requireInteger } from './integer-option.ts';

export interface BoundedWaitsOptions {
  readonly clock: Clock;
  /** How many may wait at a time: an integer from 1 to 1000000. */
  readonly max: number;
  /** What one more is refused with. */
  readonly tooMany: (max: number) => Error;
}

/** Subscribes to what is waited for, and answers how to unsubscribe. */
export type Subscribe = (happened: () => void) => () => void;

/** Callers who wait for something to happen, as those of a long poll do: bounded in number and in time. */
export class BoundedWaits {
  readonly #options: BoundedWaitsOptions;
  readonly #waits = new Set<AbortController>();
  #closed = false;

  /** Throws a RangeError for a `max` out of range. */
  constructor(options: BoundedWaitsOptions) {
    requireInteger('BoundedWaits max', options.max, { from: 1, to: 1_000_000 });
    this.#options = options;
  }

  get waiting(): number {
    return this.#waits.size;
  }

  /**
   * Resolves once it happened, when the time is over, when the signal is aborted (the caller left), or at `close`. Rejects with what one
   * too many is refused with.
   */
  async until(subscribe: Subscribe, waitMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#closed) {
      return;
    }
    if (this.#waits.size >= this.#options.max) {
      throw this.#options.tooMany(this.#options.max);
    }
    const over = new AbortController();
    const end = () => {
      over.abort();
    };
    const unsubscribe = subscribe(end);
    signal.addEventListener('abort', end, { once: true });
    this.#waits.add(over);
    await this.#sleep(waitMs, over.signal).finally(() => {
      this.#waits.delete(over);
      signal.removeEventListener('abort', end);
      unsubscribe();
    });
  }

  /** Every wait ends now, and later ones at once. */
  close(): void {
    this.#closed = true;
    this.#waits.forEach((over) => {
      over.abort();
    });
  }

  async #sleep(ms: number, until: AbortSignal): Promise<void> {
    try {
      await this.#options.clock.sleep(ms, until);
    } catch (error) {
      if (!until.aborted) {
        throw error;
      }
    }
  }
}
