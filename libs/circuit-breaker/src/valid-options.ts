import type { CircuitBreakerOptions, CircuitBreakerSettings } from './options.ts';
import type { RecoveryTimeout } from './recovery-timeout.ts';

import { BUCKETS } from './time-window.ts';
import { isConsecutive, isOverTime, type Rates } from './trip-options.ts';
import {
  requireClock,
  requireFunction,
  requireInteger,
  requireNumber,
  requireOptions,
  requireType,
} from './validation.ts';

const MAX_COUNT = 1_000_000;
const MAX_WINDOW_MS = 86_400_000;

/** Throws a TypeError for what is no object and for an option that has none of these names. */
export function requireKnownOptions(options: CircuitBreakerOptions, known: readonly string[]): void {
  requireType('CircuitBreaker options', options, 'object');
  requireOptions('CircuitBreaker', options, known);
}

export function requireValidSettings(settings: CircuitBreakerSettings): void {
  requireType('CircuitBreaker name', settings.name, 'string');
  for (const judge of ['judgeError', 'judgeResult'] as const) {
    if (settings[judge] !== undefined) {
      requireFunction(`CircuitBreaker ${judge}`, settings[judge]);
    }
  }
  requireType('CircuitBreaker stackTraces', settings.stackTraces, 'boolean');
  requireClock('CircuitBreaker now', settings.now);
  requireInteger('CircuitBreaker halfOpenPermits', settings.halfOpenPermits, MAX_COUNT);
  requireValidRecovery(settings.recoveryTimeoutMs);
  requireValidTrip(settings.trip);
}

function requireValidRecovery(timeout: number | RecoveryTimeout): void {
  if (typeof timeout !== 'object') {
    requireNumber('CircuitBreaker recoveryTimeoutMs', timeout, { above: 0 });
    return;
  }
  requireType('CircuitBreaker recoveryTimeoutMs', timeout, 'object');
  requireOptions('CircuitBreaker recoveryTimeoutMs', timeout, ['initialMs', 'maxMs', 'factor']);
  requireNumber('CircuitBreaker recoveryTimeoutMs.initialMs', timeout.initialMs, { above: 0 });
  requireNumber('CircuitBreaker recoveryTimeoutMs.maxMs', timeout.maxMs, { from: timeout.initialMs });
  if (timeout.factor !== undefined) {
    requireNumber('CircuitBreaker recoveryTimeoutMs.factor', timeout.factor, { from: 1 });
  }
}

function requireValidTrip(trip: CircuitBreakerSettings['trip']): void {
  requireType('CircuitBreaker trip', trip, 'object');
  if (isConsecutive(trip)) {
    requireOptions('CircuitBreaker trip', trip, ['consecutiveFailures']);
    requireInteger('CircuitBreaker trip.consecutiveFailures', trip.consecutiveFailures, Number.MAX_SAFE_INTEGER);
    return;
  }
  requireValidRates(trip);
  const window = isOverTime(trip) ? 'windowMs' : 'windowCalls';
  requireOptions('CircuitBreaker trip', trip, ['failureRate', 'slowCallRate', 'slowCallMs', window, 'minimumCalls']);
  if (isOverTime(trip)) {
    requireNumber('CircuitBreaker trip.windowMs', trip.windowMs, { from: BUCKETS, to: MAX_WINDOW_MS });
    requireInteger('CircuitBreaker trip.minimumCalls', trip.minimumCalls, Number.MAX_SAFE_INTEGER);
  } else {
    requireInteger('CircuitBreaker trip.windowCalls', trip.windowCalls, MAX_COUNT);
    requireInteger('CircuitBreaker trip.minimumCalls', trip.minimumCalls, trip.windowCalls);
  }
}

function requireValidRates({ failureRate, slowCallRate, slowCallMs }: Rates): void {
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
