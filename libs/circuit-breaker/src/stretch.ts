import type { CallObserver } from './following.ts';

import { requireVerdict, type Verdict } from './verdict.ts';

/** Who is told what became of calls, as long as the stretch they began in lasts. */
export interface ResultCounter {
  isCurrent(stretch: Stretch): boolean;
  readonly judgeError: ((error: unknown) => Verdict) | undefined;
  readonly judgeResult: ((result: unknown) => Verdict) | undefined;
  count(verdict: Verdict, isSlow: boolean, cause?: unknown): void;
  countLate(): void;
}

/**
 * The time between two changes of state. Calls let through in it report to it, and it is deaf once another has begun. The functions for
 * `then` are made once for all these calls.
 */
export class Stretch implements CallObserver {
  readonly #counter: ResultCounter;

  constructor(counter: ResultCounter) {
    this.#counter = counter;
  }

  readonly fulfilled = <T>(result: T): T => {
    this.settleWithResult(result, false);
    return result;
  };

  readonly rejected = (error: unknown): void => {
    this.settleWithError(error, false);
  };

  readonly rejectedOn = (error: unknown): never => {
    this.settleWithError(error, false);
    throw error as Error; // handed on, whatever it is
  };

  settle(verdict: Verdict, isSlow: boolean, cause?: unknown): void {
    if (this.#counter.isCurrent(this)) {
      this.#counter.count(verdict, isSlow, cause);
    } else {
      this.#counter.countLate();
    }
  }

  settleWithResult(result: unknown, isSlow: boolean): void {
    const { judgeResult } = this.#counter;
    if (judgeResult === undefined) {
      this.settle('success', isSlow);
    } else {
      this.#settleAsJudged(() => requireVerdict('judgeResult', judgeResult(result)), result, isSlow);
    }
  }

  settleWithError(error: unknown, isSlow: boolean): void {
    const { judgeError } = this.#counter;
    if (judgeError === undefined) {
      this.settle('failure', isSlow, error);
    } else {
      this.#settleAsJudged(() => requireVerdict('judgeError', judgeError(error)), error, isSlow);
    }
  }

  /** Where judging throws, the call counts as a failure all the same, or a probe would never come back. */
  #settleAsJudged(judge: () => Verdict, cause: unknown, isSlow: boolean): void {
    let verdict: Verdict = 'failure';
    try {
      verdict = judge();
    } finally {
      this.settle(verdict, isSlow, cause);
    }
  }
}
