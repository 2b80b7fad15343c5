import type { Clock } from '@signalbox/clock';

import { BoundedWaits } from '@signalbox/service-runtime';

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
  readonly #watches: ServiceWatches;
  readonly #waits: BoundedWaits;

  constructor({ clock, watches, maxPolls = DEFAULTS.maxPolls }: LongPollsOptions) {
    const tooMany = (max: number) => new RegistryFullError(`${max} callers who wait for a change`);
    this.#watches = watches;
    this.#waits = new BoundedWaits({ clock, max: maxPolls, tooMany });
  }

  get waiting(): number {
    return this.#waits.waiting;
  }

  /**
   * Resolves once the service changed after the revision, when the time is over, when the signal is aborted (the caller left),
   * or at `close`. Rejects with RegistryFullError when too many wait.
   */
  async forChange({ service, revision, waitMs }: LongPoll, signal: AbortSignal): Promise<void> {
    if (!this.#watches.hasChangedAfter(service, revision)) {
      await this.#waits.until((changed) => this.#watches.subscribe(service, changed), waitMs, signal);
    }
  }

  /** Every wait ends now, and later ones at once. */
  close(): void {
    this.#waits.close();
  }
}
