import { CircuitBreaker } from '@signalbox/circuit-breaker';
import { leastRequest, peakEwma, roundRobin } from '@signalbox/load-balancer';
import { exponentialBackoff, RetryBudget, RetryPolicy } from '@signalbox/retry';

import type { Calls } from './calls.ts';
import type { Instance } from './fleet.ts';

import { Caller, type CallerOptions } from './caller.ts';
import { callBySdk } from './sdk.ts';

/** Thirty times what an instance takes that is well, and a third of what the slow one takes. */
export const ATTEMPT_MS = 300;
/** So short that the breaker tries again within a run. */
export const RECOVERY_MS = 1_000;
const BACKOFF = exponentialBackoff({ initialMs: 10, maxMs: 50 });

export interface Example {
  readonly name: string;
  /** Anew for each run: budgets and breakers remember. What is to be closed after it is told to `opened`. */
  readonly start: (instances: readonly Instance[], opened: AsyncDisposableStack) => Calls | Promise<Calls>;
}

/** The breaker of an endpoint opens after five failures in a row, the default. */
const newBreaker = (name: string) => new CircuitBreaker({ name, recoveryTimeoutMs: RECOVERY_MS });
const newRetry = () => new RetryPolicy({ attempts: 3, backoff: BACKOFF, budget: new RetryBudget() });

/** Each policy alone over the same round robin, or in its place; then all of them, and what the SDK has by default. */
export const EXAMPLES: readonly Example[] = [
  composed('none', () => ({ policy: roundRobin() })),
  composed('timeout', () => ({ policy: roundRobin(), attemptMs: ATTEMPT_MS })),
  composed('retry', () => ({ policy: roundRobin(), retry: newRetry() })),
  composed('breaker', () => ({ policy: roundRobin(), newBreaker })),
  composed('least request', () => ({ policy: leastRequest() })),
  composed('peak EWMA', () => ({ policy: peakEwma() })),
  composed('all together', () => ({ policy: peakEwma(), attemptMs: ATTEMPT_MS, retry: newRetry(), newBreaker })),
  { name: 'SDK by default', start: callBySdk },
];

/** Of the libraries. */
function composed(name: string, options: () => CallerOptions): Example {
  return { name, start: (instances) => new Caller(instances, options()) };
}
