import type { CallWindow } from './call-window.ts';
import type { CircuitBreakerSettings } from './options.ts';
import type { RateOverCalls, RateOverTime } from './trip-options.ts';

import { CountWindow } from './count-window.ts';
import { TimeWindow } from './time-window.ts';
import { isConsecutive, isOverTime } from './trip-options.ts';

/** What came back from the probes of one half-open stretch. */
export interface ProbeResults {
  readonly settled: number;
  readonly failures: number;
  readonly slowCalls: number;
}

/** Counts the results of calls in the closed state and says when they are reason to open. */
export interface Trip {
  /** Failures that count at this moment. */
  readonly failureCount: number;
  /** At how many failures it opens, were no more calls to come than `failureCount` is taken from; Infinity where failures don't open. */
  readonly failureThreshold: number;
  /** From how many milliseconds on a call is slow; undefined where nobody asks, and then calls need no timing. */
  readonly slowCallMs: number | undefined;
  /** Whether the circuit is to open. */
  record(isFailure: boolean, isSlow: boolean): boolean;
  reset(): void;
  /** Whether probes that came back like this are reason to open again. */
  reopens(probes: ProbeResults): boolean;
}

export function createTrip({ trip, now }: CircuitBreakerSettings): Trip {
  if (isConsecutive(trip)) {
    return new ConsecutiveTrip(trip.consecutiveFailures);
  }
  return new RateTrip(trip, isOverTime(trip) ? new TimeWindow(trip.windowMs, now) : new CountWindow(trip.windowCalls));
}

class ConsecutiveTrip implements Trip {
  readonly failureThreshold: number;
  readonly slowCallMs = undefined;
  #failures = 0;

  constructor(threshold: number) {
    this.failureThreshold = threshold;
  }

  get failureCount(): number {
    return this.#failures;
  }

  record(isFailure: boolean): boolean {
    this.#failures = isFailure ? this.#failures + 1 : 0;
    return this.#failures >= this.failureThreshold;
  }

  reset(): void {
    this.#failures = 0;
  }

  reopens({ failures }: ProbeResults): boolean {
    return failures > 0;
  }
}

class RateTrip implements Trip {
  readonly slowCallMs: number | undefined;
  readonly #window: CallWindow;
  readonly #minimumCalls: number;
  readonly #failureRate: number;
  readonly #slowCallRate: number;

  /** A rate that was not given is one that no share reaches. */
  constructor(rates: RateOverCalls | RateOverTime, window: CallWindow) {
    this.slowCallMs = rates.slowCallMs;
    this.#window = window;
    this.#minimumCalls = rates.minimumCalls;
    this.#failureRate = rates.failureRate ?? Infinity;
    this.#slowCallRate = rates.slowCallRate ?? Infinity;
  }

  get failureCount(): number {
    this.#window.expire();
    return this.#window.failures;
  }

  get failureThreshold(): number {
    this.#window.expire();
    return fewestFailures(this.#failureRate, Math.max(this.#window.calls, this.#minimumCalls));
  }

  record(isFailure: boolean, isSlow: boolean): boolean {
    const window = this.#window;
    window.record(isFailure, isSlow);
    return (
      window.calls >= this.#minimumCalls &&
      (window.failures / window.calls >= this.#failureRate || window.slowCalls / window.calls >= this.#slowCallRate)
    );
  }

  reset(): void {
    this.#window.reset();
  }

  reopens({ settled, failures, slowCalls }: ProbeResults): boolean {
    return failures / settled >= this.#failureRate || slowCalls / settled >= this.#slowCallRate;
  }
}

/** How many failures of so many calls reach the rate. The product may round up past a whole number: 0.07 * 100 is above 7, 7 / 100 is 0.07. */
function fewestFailures(failureRate: number, calls: number): number {
  const rounded = Math.ceil(failureRate * calls);
  return (rounded - 1) / calls >= failureRate ? rounded - 1 : rounded;
}
