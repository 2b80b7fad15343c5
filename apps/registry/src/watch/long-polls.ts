import type { Clock } from '@signalbox/clock';

import type { ServiceWatches } from './service-watches.ts';

import { RegistryFullError } from '../errors.ts';

export interface LongPollsOptions {
  readonly clock: Clock;
  readonly watches: ServiceWatches;
  /** @default 10_000 */
  readonly maxPolls?: number;
}

export interface LongPoll {
  readonly service: string;
  /** What the caller has seen. */
  readonly revision: number;
  readonly waitMs: number;
}

const DEFAULTS = { maxPolls: 10_000 } satisfies Partial<LongPollsOptions>;

/** Long polls: callers who wait until one service changes. */
export class LongPolls {
  readonly #options: Required<LongPollsOptions>;
  readonly #polls = new Set<AbortController>();
  #closed = false;

  constructor(options: LongPollsOptions) {
    const { maxPolls = DEFAULTS.maxPolls } = options;
    this.#options = { ...options, maxPolls };
  }

  get waiting(): number {
    return this.#polls.size;
  }

  /**
   * Resolves once the service changed after the revision, when the time is over, when the signal is aborted (the caller left),
   * or at `close`. Rejects with RegistryFullError when too many wait.
   */
  async forChange({ service, revision, waitMs }: LongPoll, signal: AbortSignal): Promise<void> {
    const { watches, maxPolls } = this.#options;
    if (signal.aborted || this.#closed || watches.hasChangedAfter(service, revision)) {
      return;
    }
    if (this.#polls.size >= maxPolls) {
      throw new RegistryFullError(`${maxPolls} callers who wait for a change`);
    }
    const over = new AbortController();
    const end = () => {
      over.abort();
    };
    const unsubscribe = watches.subscribe(service, end);
    signal.addEventListener('abort', end, { once: true });
    this.#polls.add(over);
    await this.#sleep(waitMs, over.signal).finally(() => {
      this.#polls.delete(over);
      signal.removeEventListener('abort', end);
      unsubscribe();
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
