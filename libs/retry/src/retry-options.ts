import { setTimeout as wait } from 'node:timers/promises';

import { type Backoff, exponentialBackoff } from './backoff.ts';
import { RetryBudget } from './retry-budget.ts';
import { requireClock, requireOptions, requireType, shown } from './validation.ts';
import { judgeError, type RetryVerdict } from './verdict.ts';

/** Time, to be read and to be waited on. */
export interface RetryClock {
  /** Milliseconds; never goes backwards. */
  now(): number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when that is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface RetryOptions {
  /** How often is called in all, the first time included: an integer from 1 to 100. @default 3 */
  readonly attempts?: number | undefined;
  /** How long to wait before another attempt. @default exponentialBackoff() */
  readonly backoff?: Backoff | undefined;
  /** What all attempts and the waits between them may take together, in milliseconds: from 1 to 2147483647; Infinity for none. @default 30000 */
  readonly deadlineMs?: number | undefined;
  /** Shared by whoever calls the same service, so that retries don't multiply what it has to bear. @default none */
  readonly budget?: RetryBudget | undefined;
  /** What a rejection means for another attempt. @default again, after the error's `retryAfterMs` where it has one; an AbortError is final */
  readonly judgeError?: ((error: unknown) => RetryVerdict) | undefined;
  /** What a result means for another attempt; `judgeResponse` judges those of fetch. @default every result is final */
  readonly judgeResult?: ((result: unknown) => RetryVerdict) | undefined;
  /** @default the process's monotonic clock */
  readonly clock?: RetryClock | undefined;
}

const monotonic = performance;

const DEFAULTS = {
  attempts: 3,
  backoff: exponentialBackoff(),
  deadlineMs: 30_000,
  budget: undefined,
  judgeError,
  judgeResult: () => 'final',
  clock: {
    now: () => monotonic.now(),
    sleep: (ms, signal) => wait(ms, undefined, signal && { signal }),
  },
} satisfies RetryOptions;

const MAX_ATTEMPTS = 100;
/** No timer of Node waits longer: it would fire at once (Node.js documentation of setTimeout). */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

export type RetrySettings = Required<
  Omit<{ [Option in keyof RetryOptions]: NonNullable<RetryOptions[Option]> }, 'budget'>
> & {
  readonly budget: RetryBudget | undefined;
};

/** An option that is undefined has its default. Throws a RangeError or TypeError that names the option, what it must be, and the value. */
export function toRetrySettings(options: RetryOptions): RetrySettings {
  requireOptions('RetryPolicy', options, Object.keys(DEFAULTS));
  const {
    attempts = DEFAULTS.attempts,
    backoff = DEFAULTS.backoff,
    deadlineMs = DEFAULTS.deadlineMs,
    budget = DEFAULTS.budget,
    judgeError: toErrorVerdict = DEFAULTS.judgeError,
    judgeResult = DEFAULTS.judgeResult,
    clock = DEFAULTS.clock,
  } = options;
  const settings = { attempts, backoff, deadlineMs, budget, judgeError: toErrorVerdict, judgeResult, clock };
  requireValidSettings(settings);
  return settings;
}

function requireValidSettings({ attempts, deadlineMs, budget, clock, ...judging }: RetrySettings): void {
  requireType('RetryPolicy attempts', attempts, 'number');
  if (!(Number.isInteger(attempts) && attempts >= 1 && attempts <= MAX_ATTEMPTS)) {
    throw new RangeError(`RetryPolicy attempts: must be an integer from 1 to ${MAX_ATTEMPTS}, not ${attempts}`);
  }
  requireValidDeadline(deadlineMs);
  for (const [option, value] of Object.entries(judging)) {
    requireType(`RetryPolicy ${option}`, value, 'function');
  }
  requireBudget(budget);
  requireType('RetryPolicy clock', clock, 'object');
  requireType('RetryPolicy clock.now', Reflect.get(clock, 'now'), 'function');
  requireClock('RetryPolicy clock.now', () => clock.now());
  requireType('RetryPolicy clock.sleep', Reflect.get(clock, 'sleep'), 'function');
}

function requireValidDeadline(deadlineMs: number): void {
  requireType('RetryPolicy deadlineMs', deadlineMs, 'number');
  if (!((deadlineMs >= 1 && deadlineMs <= LONGEST_TIMER_MS) || deadlineMs === Infinity)) {
    throw new RangeError(
      `RetryPolicy deadlineMs: must be a number from 1 to ${LONGEST_TIMER_MS} or Infinity, not ${deadlineMs}`,
    );
  }
}

function requireBudget(budget: unknown): void {
  if (budget !== undefined && !(budget instanceof RetryBudget)) {
    throw new TypeError(`RetryPolicy budget: must be a RetryBudget, not ${shown(budget)}`);
  }
}
