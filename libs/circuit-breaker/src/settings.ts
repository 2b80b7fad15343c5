import type { CircuitBreakerOptions, CircuitBreakerSettings } from './options.ts';

import { steadied } from './steady-clock.ts';
import { requireKnownOptions, requireValidSettings } from './valid-options.ts';

/** Kept, because each look at the global of that name costs a fifth of reading it. */
const monotonic = performance;
const { timeOrigin } = monotonic;

const DEFAULTS = {
  name: 'circuit',
  trip: { consecutiveFailures: 5 },
  recoveryTimeoutMs: 60_000,
  halfOpenPermits: 1,
  judgeError: undefined,
  judgeResult: undefined,
  stackTraces: false,
  now: () => timeOrigin + monotonic.now(),
} satisfies { [Option in keyof Required<CircuitBreakerOptions>]: CircuitBreakerOptions[Option] | undefined };

/** An option that is undefined has its default. Throws a RangeError or TypeError that names the option, what it must be, and the value. */
export function toSettings(options: CircuitBreakerOptions): CircuitBreakerSettings {
  requireKnownOptions(options, Object.keys(DEFAULTS));
  const {
    name = DEFAULTS.name,
    trip = DEFAULTS.trip,
    recoveryTimeoutMs = DEFAULTS.recoveryTimeoutMs,
    halfOpenPermits = DEFAULTS.halfOpenPermits,
    judgeError = DEFAULTS.judgeError,
    judgeResult = DEFAULTS.judgeResult,
    stackTraces = DEFAULTS.stackTraces,
    now = DEFAULTS.now,
  } = options;
  const settings = { name, trip, recoveryTimeoutMs, halfOpenPermits, judgeError, judgeResult, stackTraces, now };
  requireValidSettings(settings);
  return now === DEFAULTS.now ? settings : { ...settings, now: steadied(now) };
}
