import type { Clock } from '@signalbox/clock';
import type { Pair } from '@signalbox/layering';

import type { Audience } from './audience.ts';

import { TooManyWaitingError } from '../errors.ts';

export interface LongPollsOptions {
  readonly clock: Clock;
  readonly audience: Audience;
  /** As many as there may be sockets. @default 20_000 */
  readonly maxPolls?: number;
}

const DEFAULTS = { maxPolls: 20_000 } satisfies Partial<LongPollsOptions>;

/** Callers who wait until the configuration of one pair changes. */
export class LongPolls {
  readonly #options: Required<LongPollsOptions>;
  readonly #polls = new Set<AbortController>();
  #closed = false;

  constructor({ maxPolls = DEFAULTS.maxPolls, ...options }: LongPollsOptions) {
    this.#options = { ...options, maxPolls };
  }

  get waiting(): number {
    return this.#polls.size;
  }

  /**
   * Resolves once the pair changed, when the time is over, when the signal is aborted (the caller left), or at `close`.
   * Rejects with TooManyWaitingError.
   */
  async forChange(pair: Pair, waitMs: number, signal: AbortSignal): Promise<void> {
    const { audience, maxPolls } = this.#options;
    if (signal.aborted || this.#closed) {
      return;
    }
    if (this.#polls.size >= maxPolls) {
      throw new TooManyWaitingError(maxPolls);
    }
    const over = new AbortController();
    const end = () => {
      over.abort();
    };
    const leave = audience.join({ ...pair, tell: end });
    signal.addEventListener('abort', end, { once: true });
    this.#polls.add(over);
    await this.#sleep(waitMs, over.signal).finally(() => {
      this.#polls.delete(over);
      signal.removeEventListener('abort', end);
      leave();
    });
  }

  /** Every wait ends now, and later ones at once. */
  close(): void {
    this.#closed = true;
    this.#polls.forEach((over) => {
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
