export interface ConsecutiveFailures {
  /** Opens after so many failures with no success between them: an integer from 1. */
  readonly consecutiveFailures: number;
}

/** Shares of the calls that a window holds. At least one of `failureRate` and `slowCallRate` must be given. */
export interface Rates {
  /** Opens when the share of failures is at least this: above 0, at most 1. Undefined: failures do not open. */
  readonly failureRate?: number;
  /** Opens when the share of slow calls, failed or not, is at least this: above 0, at most 1. Undefined: slow calls do not open. */
  readonly slowCallRate?: number;
  /** From how many milliseconds on a call is slow: at least 0. Needed with `slowCallRate`, and only there. */
  readonly slowCallMs?: number;
}

export interface RateOverCalls extends Rates {
  /** How many of the last calls are looked at: an integer from 1 to 1000000. */
  readonly windowCalls: number;
  /** How many calls it takes before a share means anything: an integer from 1 to `windowCalls`. */
  readonly minimumCalls: number;
}

export interface RateOverTime extends Rates {
  /** How far back is looked, in tenths of it: at least 10 milliseconds, at most a day. */
  readonly windowMs: number;
  /** How many calls it takes before a share means anything: an integer from 1. */
  readonly minimumCalls: number;
}

/** An option that is undefined is one that was left out. */
export function isConsecutive(trip: ConsecutiveFailures | Rates): trip is ConsecutiveFailures {
  return Reflect.get(trip, 'consecutiveFailures') !== undefined;
}

export function isOverTime(trip: RateOverCalls | RateOverTime): trip is RateOverTime {
  return Reflect.get(trip, 'windowMs') !== undefined;
}
