import {
  CircuitBreaker,
  type CircuitBreakerOptions,
  CircuitBreakerRegistry,
  type CircuitBreakerRegistryOptions,
} from '@signalbox/circuit-breaker';
import { type Clock, systemClock } from '@signalbox/clock';
import { LoadBalancer, type LoadBalancerOptions } from '@signalbox/load-balancer';
import {
  exponentialBackoff,
  RetryBudget,
  type RetryBudgetOptions,
  type RetryOptions,
  RetryPolicy,
} from '@signalbox/retry';
import { EnvironmentName } from '@signalbox/schemas';

import type { RegistryClient } from '../registry/registry-client.ts';
import type { Endpoint } from './endpoint.ts';
import type { Propagate } from './trace-context.ts';

import {
  type NamesOf,
  requireClock,
  requireNames,
  requireTime,
  requireType,
  requireTypeOrNone,
  shown,
  type TimeRange,
} from '../connection/option-checks.ts';
import { requireName } from '../connection/option-names.ts';

/** How one service is called. */
export interface CallOptions {
  /**
   * How long a call may take with everything: waiting for instances, all attempts, reading the body. In milliseconds,
   * from 1 to 2147483647; Infinity for none, as a stream without end needs it. @default 10_000
   */
  readonly deadlineMs?: number;
  /**
   * How long one attempt may take until its answer begins, in milliseconds from 1 to 2147483647; Infinity for as long as the deadline. An
   * instance that is slower has failed, and what may be sent again goes on to another. @default Infinity
   */
  readonly attemptTimeoutMs?: number;
  /**
   * Whether a request may be sent again without harm, whatever its method: true where the service takes a POST twice as
   * one, false where a GET does something. @default by the method (RFC 9110 section 9.2.2)
   */
  readonly isIdempotent?: boolean;
}

export interface CallRetryOptions {
  /** How often a request is sent in all, the first time included: an integer from 1 to 100; 1 for no retries. @default 3 */
  readonly attempts?: number;
  /** How long to wait before another attempt. @default exponentialBackoff({ initialMs: 25, maxMs: 250 }) */
  readonly backoff?: NonNullable<RetryOptions['backoff']>;
  /** Of the retries that each service has. @default RetryBudget's own: a fifth of the calls, and 10 a second */
  readonly budget?: Omit<RetryBudgetOptions, 'now'>;
}

export interface CallBreakerOptions extends Pick<
  CircuitBreakerOptions,
  'trip' | 'recoveryTimeoutMs' | 'halfOpenPermits'
> {
  /** How many endpoints are guarded at a time: an integer from 1 to 1000000. @default 1_000 */
  readonly maxBreakers?: NonNullable<CircuitBreakerRegistryOptions['maxBreakers']>;
}

export interface ServiceCallerOptions extends Pick<CallOptions, 'deadlineMs' | 'attemptTimeoutMs'> {
  /** Where instances are found. Stays the caller's: it is not closed with the ServiceCaller. */
  readonly registry: RegistryClient;
  /** Only instances of this environment are called. @default the registry client's */
  readonly environment?: string;
  /** How long the first calls of a service wait for the registry's first answer, in milliseconds from 0 to 2147483647, or Infinity. @default 2_000 */
  readonly firstAnswerMs?: number;
  /** How many services are watched for this caller at a time: an integer from 1 to 1000000. @default 1_000 */
  readonly maxServices?: number;
  /**
   * How an endpoint is chosen, of which zone, whether it warms up, and in panic. @default in turn, by weight, wherever it is; a
   * `panicThreshold` of 0, so that breakers are always heeded
   */
  readonly balancing?: Pick<LoadBalancerOptions<Endpoint>, 'policy' | 'locality' | 'slowStart' | 'panicThreshold'>;
  /** What is sent to another endpoint, and when. @default 3 attempts after short waits, within a budget */
  readonly retry?: CallRetryOptions;
  /** Of the breaker that each endpoint has. @default the circuit breaker's own defaults */
  readonly breaker?: CallBreakerOptions;
  /** Writes the caller's trace context into the headers of each attempt. @default nothing but what the request has */
  readonly propagate?: Propagate;
  /** @default the system's */
  readonly clock?: Clock;
}

const DEFAULTS = {
  deadlineMs: 10_000,
  attemptTimeoutMs: Infinity,
  firstAnswerMs: 2_000,
  maxServices: 1_000,
  /** No panic: who calls is told at once that a service is in trouble, and can answer without it. */
  balancing: { panicThreshold: 0 },
  breaker: {},
  propagate: () => undefined,
  clock: systemClock,
} satisfies Partial<ServiceCallerOptions>;

/** Envoy's for retries: a base interval of 25 ms, at most ten times that (x-envoy-max-retries, HTTP router filter). */
const RETRY_DEFAULTS = {
  attempts: 3,
  backoff: exponentialBackoff({ initialMs: 25, maxMs: 250 }),
  budget: {},
} satisfies Required<CallRetryOptions>;

const MAX_SERVICES = 1_000_000;
const CALL_TIME = { from: 1, orInfinity: true } satisfies TimeRange;

const CALL_NAMES: NamesOf<CallOptions> = { deadlineMs: true, attemptTimeoutMs: true, isIdempotent: true };
const RETRY_NAMES: NamesOf<CallRetryOptions> = { attempts: true, backoff: true, budget: true };
const BREAKER_NAMES: NamesOf<CallBreakerOptions> = {
  trip: true,
  recoveryTimeoutMs: true,
  halfOpenPermits: true,
  maxBreakers: true,
};
const BALANCING_NAMES: NamesOf<NonNullable<ServiceCallerOptions['balancing']>> = {
  policy: true,
  locality: true,
  slowStart: true,
  panicThreshold: true,
};
const NAMES: NamesOf<ServiceCallerOptions> = {
  registry: true,
  environment: true,
  deadlineMs: true,
  attemptTimeoutMs: true,
  firstAnswerMs: true,
  maxServices: true,
  balancing: true,
  retry: true,
  breaker: true,
  propagate: true,
  clock: true,
};

export type CallSettings = Omit<ServiceCallerOptions, 'retry'> &
  Required<Pick<ServiceCallerOptions, keyof typeof DEFAULTS>> & { readonly retry: Required<CallRetryOptions> };

/** An option that is undefined has its default. Throws a RangeError or TypeError that names the option, its range and the value. */
export function toCallSettings(options: ServiceCallerOptions): CallSettings {
  requireNames('ServiceCaller', options, NAMES);
  const {
    deadlineMs = DEFAULTS.deadlineMs,
    attemptTimeoutMs = DEFAULTS.attemptTimeoutMs,
    firstAnswerMs = DEFAULTS.firstAnswerMs,
    maxServices = DEFAULTS.maxServices,
    breaker = DEFAULTS.breaker,
    propagate = DEFAULTS.propagate,
    clock = DEFAULTS.clock,
  } = options;
  const retry = toRetrySettings(options.retry);
  const settings = {
    ...options,
    deadlineMs,
    attemptTimeoutMs,
    firstAnswerMs,
    maxServices,
    balancing: toBalancingSettings(options.balancing),
    breaker,
    propagate,
    clock,
    retry,
  };
  if (settings.environment !== undefined) {
    requireName('environment', settings.environment, EnvironmentName);
  }
  requireRegistry(settings.registry);
  requireType('propagate', propagate, 'function');
  requireClock('clock', clock);
  requireInRange(settings);
  requireValidParts(settings);
  return settings;
}

function toBalancingSettings(options: CallSettings['balancing'] = {}): CallSettings['balancing'] {
  requireNames('balancing', options, BALANCING_NAMES);
  const { panicThreshold = DEFAULTS.balancing.panicThreshold, ...balancing } = options;
  return { ...balancing, panicThreshold };
}

function toRetrySettings(options: CallRetryOptions = {}): Required<CallRetryOptions> {
  requireNames('retry', options, RETRY_NAMES);
  const {
    attempts = RETRY_DEFAULTS.attempts,
    backoff = RETRY_DEFAULTS.backoff,
    budget = RETRY_DEFAULTS.budget,
  } = options;
  requireType('retry.backoff', backoff, 'function');
  requireType('retry.budget', budget, 'object');
  return { attempts, backoff, budget };
}

function requireRegistry(registry: unknown): void {
  if (typeof registry !== 'object' || registry === null || !('watch' in registry)) {
    throw new TypeError(`registry: must be a RegistryClient, not ${shown(registry)}`);
  }
}

function requireInRange({ deadlineMs, attemptTimeoutMs, firstAnswerMs, maxServices }: CallSettings): void {
  requireTime('deadlineMs', deadlineMs, CALL_TIME);
  requireTime('attemptTimeoutMs', attemptTimeoutMs, CALL_TIME);
  requireTime('firstAnswerMs', firstAnswerMs, { from: 0, orInfinity: true });
  requireType('maxServices', maxServices, 'number');
  if (!(Number.isInteger(maxServices) && maxServices >= 1 && maxServices <= MAX_SERVICES)) {
    throw new RangeError(`maxServices: must be an integer from 1 to ${MAX_SERVICES}, not ${maxServices}`);
  }
}

/** What is made with them checks them, but is not made before the first call. */
function requireValidParts({ retry, balancing, breaker: guarding }: CallSettings): void {
  requireNames('breaker', guarding, BREAKER_NAMES);
  const { maxBreakers, ...breaker } = guarding;
  new RetryPolicy({ attempts: retry.attempts });
  new RetryBudget(retry.budget);
  new LoadBalancer(balancing);
  new CircuitBreaker(breaker);
  new CircuitBreakerRegistry({ maxBreakers });
}

/** The settings for one service: what its options leave out is the caller's. Throws a RangeError as toCallSettings does. */
export function withCallOptions(settings: CallSettings, options: CallOptions): CallSettings {
  requireNames('call', options, CALL_NAMES);
  const { deadlineMs = settings.deadlineMs, attemptTimeoutMs = settings.attemptTimeoutMs, isIdempotent } = options;
  requireTime('deadlineMs', deadlineMs, CALL_TIME);
  requireTime('attemptTimeoutMs', attemptTimeoutMs, CALL_TIME);
  requireTypeOrNone('isIdempotent', isIdempotent, 'boolean');
  return { ...settings, deadlineMs, attemptTimeoutMs };
}
