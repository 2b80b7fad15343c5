import { type CallPermit, type Reports, SingleUsePermit } from './call-permit.ts';
import { CircuitBreakerOpenError } from './errors.ts';
import { type CircuitBreakerOptions, DEFAULTS, requireValid } from './options.ts';
import { createTrip, type Trip } from './trip.ts';

export type CircuitState = 'closed' | 'open' | 'half-open';

/** What a breaker is at this moment, for people and metrics. */
export interface CircuitSnapshot {
  readonly name: string;
  readonly state: CircuitState;
  readonly failureCount: number;
  readonly failureThreshold: number;
  /** By the breaker's own clock; undefined before the first failure. */
  readonly lastFailureTime: number | undefined;
  readonly recoveryTimeoutMs: number;
  /** Milliseconds until a probe may be let through; zero unless open. */
  readonly retryAfterMs: number;
}

export interface StateChange {
  readonly from: CircuitState;
  readonly to: CircuitState;
}

type State =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly probeAt: number }
  | { readonly kind: 'half-open'; granted: number; anotherAt: number; settled: number; failures: number };

const CLOSED: State = { kind: 'closed' };

/** What `execute` hands to `then`: made once for a state instead of for each call. */
interface PromiseReports extends Reports {
  readonly fulfilled: <T>(value: T) => T;
  readonly rejected: (error: unknown) => never;
}

/**
 * Refuses calls to what keeps failing, and lets a few through after a while to find out whether it has recovered
 * (M. Nygard, Release It!, chapter "Stability Patterns"; permits and the window as in resilience4j's CircuitBreaker).
 *
 * | state     | call asked for                             | success                     | failure                     |
 * | --------- | ------------------------------------------ | --------------------------- | --------------------------- |
 * | closed    | let through                                | counted                     | counted; open if it trips   |
 * | open      | refused before the timeout, then half-open | of an earlier state: ignored | of an earlier state: ignored |
 * | half-open | let through while permits last             | last one: closed, or open if too many failed | the same     |
 *
 * A state changes only when a call asks or settles: there is no timer. When the permits are gone and no result comes, one more probe is let
 * through for each recovery timeout since the last; whichever results come first decide, so that neither a hung probe nor slow ones keep
 * it half-open. The result of a call that was let through before the last change of state is ignored.
 */
export class CircuitBreaker {
  readonly #options: Required<CircuitBreakerOptions>;
  readonly #trip: Trip;
  readonly #listeners = new Set<(change: StateChange) => void>();
  #state: State = CLOSED;
  /** Goes up with every change of state: a result counts only for its own. */
  #generation = 0;
  #reports = this.#reportsOf(this.#generation);
  #lastFailureTime: number | undefined;

  /** Throws a RangeError for an option out of range. */
  constructor(options: CircuitBreakerOptions = {}) {
    this.#options = { ...DEFAULTS, ...options };
    requireValid(this.#options);
    this.#trip = createTrip(this.#options.trip);
  }

  /** Where it stands. An open circuit whose timeout has passed is half-open from the next call on. */
  get state(): CircuitState {
    return this.#state.kind;
  }

  /** Calls, unless refused: then it rejects with a CircuitBreakerOpenError and does not call. A `call` that throws counts as one that rejects. */
  execute<T>(call: () => Promise<T>): Promise<T> {
    const reports = this.#enter();
    if (reports === undefined) {
      return Promise.reject(new CircuitBreakerOpenError(this.#options.name, this.#retryAfterMs()));
    }
    try {
      return call().then(reports.fulfilled, reports.rejected);
    } catch (error) {
      reports.judge(error);
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown is handed on, whatever it is
      return Promise.reject(error);
    }
  }

  /** The same guard for a call that is no promise; undefined when refused. Every permit must be settled. */
  tryAcquire(): CallPermit | undefined {
    const reports = this.#enter();
    return reports && new SingleUsePermit(reports);
  }

  snapshot(): CircuitSnapshot {
    return {
      name: this.#options.name,
      state: this.#state.kind,
      failureCount: this.#trip.failureCount,
      failureThreshold: this.#trip.failureThreshold,
      lastFailureTime: this.#lastFailureTime,
      recoveryTimeoutMs: this.#options.recoveryTimeoutMs,
      retryAfterMs: this.#retryAfterMs(),
    };
  }

  /** Tells of every change of state, at once and in order. A listener must not throw. Returns what takes it away again. */
  onStateChange(listener: (change: StateChange) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Where a call reports to; undefined when it is refused. */
  #enter(): PromiseReports | undefined {
    const state = this.#state;
    if (state.kind === 'closed') {
      return this.#reports;
    }
    const now = this.#options.now();
    if (!this.#isProbeDue(state, now)) {
      return undefined;
    }
    const anotherAt = now + this.#options.recoveryTimeoutMs;
    if (state.kind === 'open') {
      this.#change({ kind: 'half-open', granted: 1, anotherAt, settled: 0, failures: 0 });
    } else {
      state.granted += 1;
      state.anotherAt = anotherAt;
    }
    return this.#reports;
  }

  #isProbeDue(state: Exclude<State, { kind: 'closed' }>, now: number): boolean {
    return state.kind === 'open'
      ? now >= state.probeAt
      : state.granted < this.#options.halfOpenPermits || now >= state.anotherAt;
  }

  #reportsOf(generation: number): PromiseReports {
    const settle = (isFailure: boolean) => {
      if (generation === this.#generation) {
        this.#settle(isFailure);
      }
    };
    const judge = (error: unknown) => {
      settle(this.#options.isFailure(error));
    };
    return {
      settle,
      judge,
      cancel: () => {
        if (generation === this.#generation) {
          this.#cancel();
        }
      },
      fulfilled: (value) => {
        settle(false);
        return value;
      },
      rejected: (error) => {
        judge(error);
        throw error as Error; // handed on, whatever it is
      },
    };
  }

  #settle(isFailure: boolean): void {
    if (isFailure) {
      this.#lastFailureTime = this.#options.now();
    }
    if (this.#state.kind === 'half-open') {
      this.#settleProbe(this.#state, isFailure);
    } else if (!isFailure) {
      this.#trip.succeeded();
    } else if (this.#trip.failed()) {
      this.#change(this.#open());
    }
  }

  #settleProbe(state: Extract<State, { kind: 'half-open' }>, isFailure: boolean): void {
    state.settled += 1;
    state.failures += isFailure ? 1 : 0;
    if (state.settled === this.#options.halfOpenPermits) {
      this.#change(this.#trip.reopens(state.failures, state.settled) ? this.#open() : CLOSED);
    }
  }

  #cancel(): void {
    if (this.#state.kind === 'half-open') {
      this.#state.granted -= 1;
    }
  }

  #open(): State {
    return { kind: 'open', probeAt: this.#options.now() + this.#options.recoveryTimeoutMs };
  }

  #change(next: State): void {
    const from = this.#state.kind;
    const to = next.kind;
    this.#state = next;
    this.#generation += 1;
    this.#reports = this.#reportsOf(this.#generation);
    if (to === 'closed') {
      this.#trip.reset();
    }
    if (from !== to) {
      for (const listener of this.#listeners) {
        listener({ from, to });
      }
    }
  }

  #retryAfterMs(): number {
    return this.#state.kind === 'open' ? Math.max(0, this.#state.probeAt - this.#options.now()) : 0;
  }
}
