import type { ConsecutiveFailures, FailureRate } from './trip.ts';

export interface CircuitBreakerOptions {
  /** Names the breaker in errors and snapshots. @default 'circuit' */
  readonly name?: string;
  /** When failures open the circuit. @default 5 consecutive failures */
  readonly trip?: ConsecutiveFailures | FailureRate;
  /** Milliseconds from opening to the first probe: above 0. @default 60000 */
  readonly recoveryTimeoutMs?: number;
  /** Calls let through to find out whether the other side has recovered: an integer from 1. @default 1 */
  readonly halfOpenPermits?: number;
  /** Whether what a call rejected with is a failure of the other side; anything else counts as a success. @default always */
  readonly isFailure?: (error: unknown) => boolean;
  /** Milliseconds on a clock that never goes backwards. @default performance.now */
  readonly now?: () => number;
}

export const DEFAULTS = {
  name: 'circuit',
  trip: { consecutiveFailures: 5 },
  recoveryTimeoutMs: 60_000,
  halfOpenPermits: 1,
  isFailure: () => true,
  // eslint-disable-next-line no-restricted-properties -- the default of the seam: there is no Clock in a library without dependencies
  now: () => performance.now(),
} satisfies Required<CircuitBreakerOptions>;

const MAX_WINDOW_CALLS = 1_000_000;

/** Throws a RangeError that names the option, its range and the value. */
export function requireValid({ trip, recoveryTimeoutMs, halfOpenPermits }: Required<CircuitBreakerOptions>): void {
  if (!(recoveryTimeoutMs > 0 && Number.isFinite(recoveryTimeoutMs))) {
    throw outOfRange('recoveryTimeoutMs', 'a number above 0', recoveryTimeoutMs);
  }
  requireInteger('halfOpenPermits', halfOpenPermits, MAX_WINDOW_CALLS);
  if ('consecutiveFailures' in trip) {
    requireInteger('trip.consecutiveFailures', trip.consecutiveFailures, Number.MAX_SAFE_INTEGER);
    return;
  }
  if (!(trip.failureRate > 0 && trip.failureRate <= 1)) {
    throw outOfRange('trip.failureRate', 'above 0 and at most 1', trip.failureRate);
  }
  requireInteger('trip.windowCalls', trip.windowCalls, MAX_WINDOW_CALLS);
  requireInteger('trip.minimumCalls', trip.minimumCalls, trip.windowCalls);
}

function requireInteger(option: string, value: number, max: number): void {
  if (!(Number.isInteger(value) && value >= 1 && value <= max)) {
    throw outOfRange(option, `an integer from 1 to ${max}`, value);
  }
}

function outOfRange(option: string, range: string, value: number): RangeError {
  return new RangeError(`CircuitBreaker ${option}: must be ${range}, not ${value}`);
}
