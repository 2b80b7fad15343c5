import type { CircuitBreakerOptions } from '@signalbox/circuit-breaker';

import { type Clock, systemClock } from '@signalbox/clock';

import type { RegistryClient } from '../registry/registry-client.ts';

export interface CallOptions {
  /**
   * How long a call may take with everything: waiting for instances, a second attempt, reading the body. At least 1;
   * Infinity for none, as a stream without end needs it. @default 10_000
   */
  readonly deadlineMs?: number;
}

export interface ServiceCallerOptions extends CallOptions {
  /** Where instances are found. Stays the caller's: it is not closed with the ServiceCaller. */
  readonly registry: RegistryClient;
  /** Only instances of this environment are called. @default the registry client's */
  readonly environment?: string;
  /** How long the first call of a service waits for the registry's first answer, at least 0. @default 2_000 */
  readonly firstAnswerMs?: number;
  /** Of the breaker that each endpoint has. @default the circuit breaker's own defaults */
  readonly breaker?: Pick<CircuitBreakerOptions, 'trip' | 'recoveryTimeoutMs' | 'halfOpenPermits'>;
  /** @default the system's */
  readonly clock?: Clock;
}

const DEFAULTS = {
  deadlineMs: 10_000,
  firstAnswerMs: 2_000,
  breaker: {},
  clock: systemClock,
} satisfies Partial<ServiceCallerOptions>;

export type CallSettings = ServiceCallerOptions & Required<Pick<ServiceCallerOptions, keyof typeof DEFAULTS>>;

export function toCallSettings(options: ServiceCallerOptions): CallSettings {
  const {
    deadlineMs = DEFAULTS.deadlineMs,
    firstAnswerMs = DEFAULTS.firstAnswerMs,
    breaker = DEFAULTS.breaker,
    clock = DEFAULTS.clock,
  } = options;
  const settings = { ...options, deadlineMs, firstAnswerMs, breaker, clock };
  requireDeadline(settings.deadlineMs);
  if (!(settings.firstAnswerMs >= 0)) {
    throw new RangeError(`firstAnswerMs must be at least 0, got ${settings.firstAnswerMs}`);
  }
  return settings;
}

export function requireDeadline(deadlineMs: number): void {
  if (!(deadlineMs >= 1)) {
    throw new RangeError(`deadlineMs must be at least 1, got ${deadlineMs}`);
  }
}
