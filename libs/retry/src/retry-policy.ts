import { Deadline } from './deadline.ts';
import { LONGEST_TIMER_MS, type RetryOptions, type RetrySettings, toRetrySettings } from './retry-options.ts';
import { requireOptions, requireSignal, requireType, shown } from './validation.ts';
import { leastWaitOf } from './verdict.ts';

/** One call among those that a policy makes. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  /** Aborted when the caller gives up and when the deadline has passed. */
  readonly signal: AbortSignal;
}

export interface RetryCallOptions {
  /** Whether calling again does no harm if the call before it was carried out after all; only then is anything retried. @default false */
  readonly isIdempotent?: boolean | undefined;
  /** Ends attempts and waits; its reason is what is rejected with. */
  readonly signal?: AbortSignal | undefined;
}

type Outcome<T> = { readonly kind: 'result'; readonly result: T } | { readonly kind: 'error'; readonly error: unknown };

/** Calls again what failed and may be called again, within the bounds of attempts, a deadline and a budget. Holds no state of calls. */
export class RetryPolicy {
  readonly #settings: RetrySettings;

  /** Throws a RangeError or TypeError for an option that can't be. */
  constructor(options: RetryOptions = {}) {
    this.#settings = toRetrySettings(options);
  }

  /**
   * What the last attempt resolved or rejected with: the first that is final, or the one after which attempts, budget or time have run out.
   * A wait that would end after the deadline is not begun. Rejects with RetryDeadlineError when the deadline passes during an attempt, and
   * with the signal's reason when it is aborted; then it does not wait for the call to notice. Rejects with a TypeError for a call that is no
   * function and for options that can't be; and where a judge or the backoff answers what can't be, whose cause is the attempt's error.
   */
  async execute<T>(call: (attempt: Attempt) => PromiseLike<T>, options: RetryCallOptions = {}): Promise<T> {
    requireCall(call, options);
    options.signal?.throwIfAborted();
    this.#settings.budget?.countCall();
    using deadline = new Deadline(this.#settings, options.signal);
    const attempts = options.isIdempotent === true ? this.#settings.attempts : 1;
    let waitMs = 0;
    for (let number = 1; ; number++) {
      const outcome = await outcomeOf(deadline.bound(() => call({ number, signal: deadline.signal })));
      if (outcome.kind === 'error') {
        deadline.throwIfOver(number);
      }
      const next = number < attempts ? this.#waitAfter(outcome, number - 1, waitMs) : Infinity;
      if (!this.#isAffordable(next, deadline.leftMs)) {
        return settle(outcome);
      }
      discard(outcome);
      deadline.lastError = outcome.kind === 'error' ? outcome.error : undefined;
      await deadline.sleep(next, number);
      waitMs = next;
    }
  }

  /** A function of the same type that is called as `execute` calls. Throws a TypeError for what is no function and for options that can't be. */
  wrap<F extends (...args: never[]) => PromiseLike<unknown>>(call: F, options?: RetryCallOptions): F {
    requireCall(call, options);
    const execute = this.execute.bind(this);
    const wrapped = function (this: unknown, ...args: never[]): Promise<unknown> {
      return execute(() => call.apply(this, args), options);
    };
    return wrapped as unknown as F; // has F's arguments and F's result, which no type can say of a function that F constrains
  }

  /** Spends from the budget where there is room for the wait. */
  #isAffordable(waitMs: number, leftMs: number): boolean {
    return waitMs <= LONGEST_TIMER_MS && waitMs < leftMs && this.#settings.budget?.trySpend() !== false;
  }

  /** Infinity where there is nothing to wait for. */
  #waitAfter(outcome: Outcome<unknown>, failedBefore: number, previousMs: number): number {
    const { judgeError, judgeResult, backoff } = this.#settings;
    const verdict = outcome.kind === 'result' ? judgeResult(outcome.result) : judgeError(outcome.error);
    const leastMs = leastWaitOf(verdict, { cause: causeOf(outcome) });
    if (leastMs === Infinity) {
      return Infinity;
    }
    const waitMs = backoff(failedBefore, previousMs);
    requireWait(waitMs, { cause: causeOf(outcome) });
    return Math.max(leastMs, waitMs);
  }
}

function requireCall(call: unknown, options: RetryCallOptions | undefined): void {
  requireType('RetryPolicy call', call, 'function');
  if (options === undefined) {
    return;
  }
  requireOptions('RetryPolicy execute', options, ['isIdempotent', 'signal']);
  const { isIdempotent, signal } = options;
  if (isIdempotent !== undefined) {
    requireType('RetryPolicy execute isIdempotent', isIdempotent, 'boolean');
  }
  if (signal !== undefined) {
    requireSignal('RetryPolicy execute signal', signal);
  }
}

async function outcomeOf<T>(answer: Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'result', result: await answer };
  } catch (error) {
    return { kind: 'error', error };
  }
}

function causeOf(outcome: Outcome<unknown>): unknown {
  return outcome.kind === 'error' ? outcome.error : undefined;
}

/** What is no number would end retries without a word. */
function requireWait(waitMs: number, options: ErrorOptions): void {
  if (typeof waitMs !== 'number' || Number.isNaN(waitMs)) {
    throw new TypeError(`RetryPolicy backoff: must answer a number of milliseconds, not ${shown(waitMs)}`, options);
  }
}

function settle<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'error') {
    throw outcome.error as Error; // handed on, whatever it is
  }
  return outcome.result;
}

/** A response that nobody reads would keep its connection. */
function discard(outcome: Outcome<unknown>): void {
  if (outcome.kind === 'result' && outcome.result instanceof Response && !outcome.result.bodyUsed) {
    void outcome.result.body?.cancel();
  }
}
