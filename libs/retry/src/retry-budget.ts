import { requireClock, requireNumber, requireOptions } from './validation.ts';

export interface RetryBudgetOptions {
  /** Retries that are allowed for each call: from 0 to 10. @default 0.2 */
  readonly share?: number | undefined;
  /** Retries per second that are allowed whatever the number of calls, so that a quiet caller may retry too: from 0 to 1000000. @default 10 */
  readonly minimumPerSecond?: number | undefined;
  /** The most retries that can be saved up for one burst: from 1 to 1000000. @default 100 */
  readonly burst?: number | undefined;
  /** Milliseconds on a monotonic clock. Where it is set back, or answers no number, nothing is saved up for that step. @default performance.now */
  readonly now?: (() => number) | undefined;
}

const monotonic = performance;

const DEFAULTS = {
  share: 0.2,
  minimumPerSecond: 10,
  burst: 100,
  now: () => monotonic.now(),
} satisfies RetryBudgetOptions;

const MS_PER_SECOND = 1_000;
/** What sums of shares may lack of a whole by floating point: fifty times 0.2 is below 10. */
const ROUNDING = 1e-6;

/**
 * Keeps retries in proportion to calls, as Finagle's RetryBudget does, by a token bucket: over any stretch of time there are no more
 * retries than `burst`, plus `share` of its calls, plus `minimumPerSecond` for each of its seconds. It begins with one second's minimum.
 */
export class RetryBudget {
  readonly #share: number;
  readonly #perMs: number;
  readonly #burst: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  /** Throws a RangeError or TypeError that names the option, its range and the value. */
  constructor(options: RetryBudgetOptions = {}) {
    requireOptions('RetryBudget', options, Object.keys(DEFAULTS));
    const {
      share = DEFAULTS.share,
      minimumPerSecond = DEFAULTS.minimumPerSecond,
      burst = DEFAULTS.burst,
      now = DEFAULTS.now,
    } = options;
    requireNumber('RetryBudget share', share, { from: 0, to: 10 });
    requireNumber('RetryBudget minimumPerSecond', minimumPerSecond, { from: 0, to: 1_000_000 });
    requireNumber('RetryBudget burst', burst, { from: 1, to: 1_000_000 });
    requireClock('RetryBudget now', now);
    this.#share = share;
    this.#perMs = minimumPerSecond / MS_PER_SECOND;
    this.#burst = burst;
    this.#now = now;
    this.#tokens = Math.min(burst, minimumPerSecond);
    this.#filledAt = now();
  }

  /** To be told of every call, not of its retries. */
  countCall(): void {
    this.#fill();
    this.#tokens = Math.min(this.#burst, this.#tokens + this.#share);
  }

  /** Whether there may be one more retry; if so, it is spent. */
  trySpend(): boolean {
    this.#fill();
    const isAffordable = this.#tokens >= 1 - ROUNDING;
    this.#tokens -= isAffordable ? 1 : 0;
    return isAffordable;
  }

  #fill(): void {
    const now = this.#now();
    if (Number.isFinite(now)) {
      this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#filledAt) * this.#perMs);
      this.#filledAt = now;
    }
  }
}
