import type { CallObserver } from './following.ts';
import type { Stretch } from './stretch.ts';
import type { Verdict } from './verdict.ts';

/** One call let through, to be settled once with what became of it; settling it again does nothing. */
export interface CallPermit {
  succeeded(): void;
  /** `judgeError` decides what the error says; without an error it is a failure. */
  failed(error?: unknown): void;
  /** The call told nothing about the other side, because the caller gave up: it counts for nothing. */
  cancelled(): void;
}

/** Measures calls where slow ones count. */
export interface Stopwatch {
  readonly slowCallMs: number;
  readonly now: () => number;
}

/** A permit that passes on the first report and lets go of where it went. */
export class SingleUsePermit implements CallPermit, CallObserver {
  #stretch: Stretch | undefined;
  readonly #stopwatch: Stopwatch | undefined;
  readonly #startedAt: number;

  constructor(stretch: Stretch, stopwatch: Stopwatch | undefined) {
    this.#stretch = stretch;
    this.#stopwatch = stopwatch;
    this.#startedAt = stopwatch === undefined ? 0 : stopwatch.now();
  }

  succeeded(): void {
    this.#settle('success');
  }

  failed(error?: unknown): void {
    if (error === undefined) {
      this.#settle('failure');
    } else {
      this.rejected(error);
    }
  }

  get fulfilled() {
    return <T>(result: T): T => {
      this.#take()?.settleWithResult(result, this.#isSlow());
      return result;
    };
  }

  get rejected() {
    return (error: unknown): void => {
      this.#take()?.settleWithError(error, this.#isSlow());
    };
  }

  get rejectedOn() {
    return (error: unknown): never => {
      this.#take()?.settleWithError(error, this.#isSlow());
      throw error as Error; // handed on, whatever it is
    };
  }

  cancelled(): void {
    this.#settle('ignored');
  }

  #settle(verdict: Verdict): void {
    this.#take()?.settle(verdict, this.#isSlow());
  }

  #take(): Stretch | undefined {
    const stretch = this.#stretch;
    this.#stretch = undefined;
    return stretch;
  }

  #isSlow(): boolean {
    const stopwatch = this.#stopwatch;
    return stopwatch !== undefined && stopwatch.now() - this.#startedAt >= stopwatch.slowCallMs;
  }
}
