import type { CircuitBreakerSettings } from './options.ts';
import type { Verdict } from './verdict.ts';

import { CircuitBreakerOpenError } from './errors.ts';
import { type CircuitEvents, type CircuitListener, CircuitListeners } from './events.ts';
import { recoveryTimeoutAfter } from './recovery-timeout.ts';
import { CLOSED, type HalfOpen, isClosed, ISOLATED, retryAtOf, type State } from './state.ts';
import { type ResultCounter, Stretch } from './stretch.ts';
import { createTrip, type Trip } from './trip.ts';

/** Calls since the breaker was made, by what became of them. */
export interface CallTotals {
  readonly succeeded: number;
  readonly failed: number;
  /** Of those that succeeded or failed. */
  readonly slow: number;
  /** Judged to be ignored, cancelled, or begun before a change of state. */
  readonly uncounted: number;
  readonly refused: number;
}

/**
 * The state machine, knowing nothing of promises: its table stands in the README, where the tests read it. A state changes only when a
 * call asks or settles, or a person says so: there is no timer.
 */
export class Circuit implements ResultCounter {
  readonly judgeError: CircuitBreakerSettings['judgeError'];
  readonly judgeResult: CircuitBreakerSettings['judgeResult'];
  readonly #settings: CircuitBreakerSettings;
  readonly #trip: Trip;
  #succeeded = 0;
  #failed = 0;
  #slow = 0;
  #uncounted = 0;
  #refused = 0;
  #listeners: CircuitListeners | undefined;
  #state: State = CLOSED;
  /** Made with its first call, so that an idle breaker stays small. */
  #stretch: Stretch | undefined;
  /** What the refusals of one stretch share, once there was one. */
  #refusal: CircuitBreakerOpenError | undefined;
  #failedProbings = 0;
  #isFailing = false;
  /** NaN before the first: a field that only ever holds numbers is written in place, without an allocation for each failure. */
  #lastFailureTime = Number.NaN;

  constructor(settings: CircuitBreakerSettings) {
    this.#settings = settings;
    this.judgeError = settings.judgeError;
    this.judgeResult = settings.judgeResult;
    this.#trip = createTrip(settings);
  }

  get state(): State {
    return this.#state;
  }

  isCurrent(stretch: Stretch): boolean {
    return stretch === this.#stretch;
  }

  get trip(): Trip {
    return this.#trip;
  }

  get totals(): CallTotals {
    return {
      succeeded: this.#succeeded,
      failed: this.#failed,
      slow: this.#slow,
      uncounted: this.#uncounted,
      refused: this.#refused,
    };
  }

  /** Whether the last call that counts failed, so that the next is likely to. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  get lastFailureTime(): number | undefined {
    return Number.isNaN(this.#lastFailureTime) ? undefined : this.#lastFailureTime;
  }

  get recoveryTimeoutMs(): number {
    return recoveryTimeoutAfter(this.#settings.recoveryTimeoutMs, this.#failedProbings);
  }

  get retryAfterMs(): number {
    return isClosed(this.#state) ? 0 : Math.max(0, retryAtOf(this.#state) - this.#settings.now());
  }

  /** Where a call reports to; undefined when it is refused. */
  enter(): Stretch | undefined {
    if (isClosed(this.#state) || this.#admitsProbe(this.#state)) {
      this.#stretch ??= new Stretch(this);
      return this.#stretch;
    }
    this.#refused += 1;
    this.#listeners?.tell('refusal', { state: this.#state.kind });
    return undefined;
  }

  refusal(): CircuitBreakerOpenError {
    if (this.#settings.stackTraces) {
      return this.#newRefusal();
    }
    this.#refusal ??= this.#newRefusal();
    return this.#refusal;
  }

  count(verdict: Verdict, isSlow: boolean, cause?: unknown): void {
    if (verdict === 'ignored') {
      this.#countNothing();
      return;
    }
    const isFailure = verdict === 'failure';
    const state = this.#state;
    const stretch = this.#stretch;
    this.#note(isFailure, isSlow, cause);
    if (this.#stretch !== stretch) {
      return; // a listener isolated or reset it, and that holds
    }
    if (!isClosed(state) && state.kind === 'half-open') {
      this.#countProbe(state, isFailure, isSlow);
    } else if (this.#trip.record(isFailure, isSlow)) {
      this.#change(this.#opened());
    }
  }

  countLate(): void {
    this.#uncounted += 1;
  }

  isolate(): void {
    this.#change(ISOLATED);
  }

  reset(): void {
    this.#change(CLOSED);
  }

  on<Event extends keyof CircuitEvents>(event: Event, listener: CircuitListener<Event>): () => void {
    this.#listeners ??= new CircuitListeners();
    return this.#listeners.add(event, listener);
  }

  #admitsProbe(state: Exclude<State, { kind: 'closed' }>): boolean {
    if (state.kind === 'isolated') {
      return false;
    }
    const now = this.#settings.now();
    if (state.kind === 'open') {
      return now >= state.probeAt && this.#beginProbing(now);
    }
    if (state.granted >= this.#settings.halfOpenPermits && now < state.anotherAt) {
      return false;
    }
    state.granted += 1;
    state.anotherAt = now + this.recoveryTimeoutMs;
    return true;
  }

  /** False where a listener that was told of it isolated or opened the circuit. */
  #beginProbing(now: number): boolean {
    const anotherAt = now + this.recoveryTimeoutMs;
    const probing: HalfOpen = { kind: 'half-open', granted: 1, anotherAt, settled: 0, failures: 0, slowCalls: 0 };
    this.#change(probing);
    return this.#state === probing || this.#state.kind === 'closed';
  }

  #countProbe(state: HalfOpen, isFailure: boolean, isSlow: boolean): void {
    state.settled += 1;
    state.failures += isFailure ? 1 : 0;
    state.slowCalls += isSlow ? 1 : 0;
    if (state.settled < this.#settings.halfOpenPermits) {
      return;
    }
    if (this.#trip.reopens(state)) {
      this.#failedProbings += 1;
      this.#change(this.#opened());
    } else {
      this.#change(CLOSED);
    }
  }

  #countNothing(): void {
    this.#uncounted += 1;
    if (this.#state.kind === 'half-open') {
      this.#state.granted -= 1;
    }
  }

  #note(isFailure: boolean, isSlow: boolean, cause: unknown): void {
    this.#isFailing = isFailure;
    if (isFailure) {
      this.#failed += 1;
      this.#lastFailureTime = this.#settings.now();
      this.#listeners?.tell('failure', { cause, isSlow });
    } else {
      this.#succeeded += 1;
      this.#listeners?.tell('success', { isSlow });
    }
    if (isSlow) {
      this.#slow += 1;
    }
  }

  #opened(): State {
    return { kind: 'open', probeAt: this.#settings.now() + this.recoveryTimeoutMs };
  }

  #change(next: State): void {
    const from = this.#state.kind;
    const to = next.kind;
    this.#state = next;
    this.#stretch = undefined;
    this.#refusal = undefined;
    if (to === 'closed') {
      this.#failedProbings = 0;
      this.#trip.reset();
    }
    if (from !== to) {
      this.#listeners?.tell('stateChange', { from, to });
    }
  }

  #newRefusal(): CircuitBreakerOpenError {
    const { name, now, stackTraces } = this.#settings;
    const state = this.#state.kind;
    return new CircuitBreakerOpenError({
      breaker: name,
      state,
      retryAt: retryAtOf(this.#state),
      now,
      withStack: stackTraces,
    });
  }
}
