import type { CircuitBreakerSettings } from './options.ts';
import type { RecoveryTimeout } from './recovery-timeout.ts';
import type { RateOverCalls, RateOverTime } from './trip-options.ts';

import { BUCKETS } from './time-window.ts';

const MAX_COUNT = 1_000_000;
const MAX_WINDOW_MS = 86_400_000;

export function requireValidOptions(settings: CircuitBreakerSettings): void {
  requireType('CircuitBreaker name', settings.name, 'string');
  for (const judge of ['judgeError', 'judgeResult'] as const) {
    if (settings[judge] !== undefined) {
      requireType(`CircuitBreaker ${judge}`, settings[judge], 'function');
    }
  }
  requireType('CircuitBreaker stackTraces', settings.stackTraces, 'boolean');
  requireType('CircuitBreaker now', settings.now, 'function');
  requireInteger('CircuitBreaker halfOpenPermits', settings.halfOpenPermits, MAX_COUNT);
  requireValidRecovery(settings.recoveryTimeoutMs);
  requireValidTrip(settings.trip);
}

function requireValidRecovery(timeout: number | RecoveryTimeout): void {
  if (typeof timeout === 'number') {
    requireNumber('CircuitBreaker recoveryTimeoutMs', timeout, { above: 0 });
    return;
  }
  requireType('CircuitBreaker recoveryTimeoutMs', timeout, 'object');
  requireNumber('CircuitBreaker recoveryTimeoutMs.initialMs', timeout.initialMs, { above: 0 });
  requireNumber('CircuitBreaker recoveryTimeoutMs.maxMs', timeout.maxMs, { from: timeout.initialMs });
  if (timeout.factor !== undefined) {
    requireNumber('CircuitBreaker recoveryTimeoutMs.factor', timeout.factor, { from: 1 });
  }
}

function requireValidTrip(trip: CircuitBreakerSettings['trip']): void {
  requireType('CircuitBreaker trip', trip, 'object');
  if ('consecutiveFailures' in trip) {
    requireInteger('CircuitBreaker trip.consecutiveFailures', trip.consecutiveFailures, Number.MAX_SAFE_INTEGER);
    return;
  }
  requireValidRates(trip);
  if ('windowMs' in trip) {
    requireNumber('CircuitBreaker trip.windowMs', trip.windowMs, { from: BUCKETS, to: MAX_WINDOW_MS });
    requireInteger('CircuitBreaker trip.minimumCalls', trip.minimumCalls, Number.MAX_SAFE_INTEGER);
  } else {
    requireInteger('CircuitBreaker trip.windowCalls', trip.windowCalls, MAX_COUNT);
    requireInteger('CircuitBreaker trip.minimumCalls', trip.minimumCalls, trip.windowCalls);
  }
}

function requireValidRates({ failureRate, slowCallRate, slowCallMs }: RateOverCalls | RateOverTime): void {
  if (failureRate === undefined && slowCallRate === undefined) {
    throw new TypeError('CircuitBreaker trip: must have consecutiveFailures, failureRate or slowCallRate');
  }
  if (failureRate !== undefined) {
    requireNumber('CircuitBreaker trip.failureRate', failureRate, { above: 0, to: 1 });
  }
  if (slowCallRate !== undefined) {
    requireNumber('CircuitBreaker trip.slowCallRate', slowCallRate, { above: 0, to: 1 });
    requireNumber('CircuitBreaker trip.slowCallMs', slowCallMs, { from: 0 });
  } else if (slowCallMs !== undefined) {
    throw new TypeError(`CircuitBreaker trip.slowCallMs: must come with slowCallRate, but is ${slowCallMs} alone`);
  }
}

export function requireInteger(option: string, value: number, max: number): void {
  if (!(Number.isInteger(value) && value >= 1 && value <= max)) {
    throw outOfRange(option, `an integer from 1 to ${max}`, value);
  }
}

type Range = ({ readonly from: number } | { readonly above: number }) & { readonly to?: number };

function requireNumber(option: string, value: unknown, range: Range): void {
  const { to = Number.MAX_VALUE } = range;
  const isInside = typeof value === 'number' && ('from' in range ? value >= range.from : value > range.above);
  if (!(isInside && value <= to)) {
    const lower = 'from' in range ? `from ${range.from}` : `above ${range.above}`;
    throw outOfRange(option, `a number ${lower}${range.to === undefined ? '' : ` and at most ${range.to}`}`, value);
  }
}

export function requireType(option: string, value: unknown, type: 'string' | 'function' | 'boolean' | 'object'): void {
  if (typeof value !== type || value === null) {
    throw new TypeError(`${option}: must be of type ${type}, not ${String(value)}`);
  }
}

function outOfRange(option: string, range: string, value: unknown): RangeError {
  return new RangeError(`${option}: must be ${range}, not ${String(value)}`);
}
