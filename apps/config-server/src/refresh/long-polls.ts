import type { Clock } from '@signalbox/clock';
import type { Pair } from '@signalbox/layering';

import { BoundedWaits } from '@signalbox/service-runtime';

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
  readonly #audience: Audience;
  readonly #waits: BoundedWaits;

  constructor({ clock, audience, maxPolls = DEFAULTS.maxPolls }: LongPollsOptions) {
    this.#audience = audience;
    this.#waits = new BoundedWaits({ clock, max: maxPolls, tooMany: (max) => new TooManyWaitingError(max) });
  }

  get waiting(): number {
    return this.#waits.waiting;
  }

  /**
   * Resolves once the pair changed, when the time is over, when the signal is aborted (the caller left), or at `close`.
   * Rejects with TooManyWaitingError.
   */
  forChange(pair: Pair, waitMs: number, signal: AbortSignal): Promise<void> {
    return this.#waits.until((tell) => this.#audience.join({ ...pair, tell }), waitMs, signal);
  }

  /** Every wait ends now, and later ones at once. */
  close(): void {
    this.#waits.close();
  }
}
