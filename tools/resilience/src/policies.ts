import { CircuitBreaker } from '@signalbox/circuit-breaker';
import { leastRequest, peakEwma, roundRobin } from '@signalbox/load-balancer';
import { exponentialBackoff, RetryBudget, RetryPolicy } from '@signalbox/retry';

import type { CallerOptions } from './caller.ts';

/** Thirty times what an instance takes that is well, and a third of what the slow one takes. */
export const ATTEMPT_MS = 300;
/** So short that the breaker tries again within a run. */
export const RECOVERY_MS = 1_000;
const BACKOFF = exponentialBackoff({ initialMs: 10, maxMs: 50 });

export interface Example {
  readonly name: string;
  /** New ones for each run: budgets and breakers remember. */
  readonly options: () => CallerOptions;
}

/** The breaker of an endpoint opens after five failures in a row, the default. */
const newBreaker = (name: string) => new CircuitBreaker({ name, recoveryTimeoutMs: RECOVERY_MS });
const newRetry = () => new RetryPolicy({ attempts: 3, backoff: BACKOFF, budget: new RetryBudget() });

/** Each policy alone over the same round robin, or in its place; then all of them. */
export const EXAMPLES: readonly Example[] = [
  { name: 'none', options: () => ({ policy: roundRobin() }) },
  { name: 'timeout', options: () => ({ policy: roundRobin(), attemptMs: ATTEMPT_MS }) },
  { name: 'retry', options: () => ({ policy: roundRobin(), retry: newRetry() }) },
  { name: 'breaker', options: () => ({ policy: roundRobin(), newBreaker }) },
  { name: 'least request', options: () => ({ policy: leastRequest() }) },
  { name: 'peak EWMA', options: () => ({ policy: peakEwma() }) },
  {
    name: 'all together',
    options: () => ({ policy: peakEwma(), attemptMs: ATTEMPT_MS, retry: newRetry(), newBreaker }),
  },
];
