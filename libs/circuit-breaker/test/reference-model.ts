import type { CircuitState } from '../src/state.ts';
import type { ConsecutiveFailures, RateOverCalls, RateOverTime } from '../src/trip-options.ts';
import type { Transition } from './state-table.ts';

export interface Case {
  readonly trip: ConsecutiveFailures | RateOverCalls | RateOverTime;
  readonly halfOpenPermits: number;
  readonly recoveryTimeoutMs: number | { readonly initialMs: number; readonly maxMs: number };
}

export interface Result {
  readonly isFailure: boolean;
  readonly isSlow: boolean;
  readonly at: number;
}

/**
 * The state machine that the table describes, for being read and not for speed: it does what the table's one fitting row says, keeps every
 * result of a stretch, and looks through all of them for what a row's condition asks.
 */
export class ReferenceModel {
  state: CircuitState = 'closed';
  stretch = 0;
  readonly #table: readonly Transition[];
  readonly #case: Case;
  #now = 0;
  #results: Result[] = [];
  #granted = 0;
  #grantedAt = 0;
  #enteredAt = 0;
  #failedProbings = 0;

  constructor(table: readonly Transition[], testCase: Case) {
    this.#table = table;
    this.#case = testCase;
  }

  /** The stretch that a call belongs to which is let through. */
  call(now: number): number | undefined {
    const isLetThrough = this.#take('call', now) === 'let through';
    if (isLetThrough) {
      this.#granted += 1;
      this.#grantedAt = now;
    }
    return isLetThrough ? this.stretch : undefined;
  }

  result(result: Result, stretch: number): void {
    if (stretch === this.stretch) {
      this.#results.push(result);
    }
    this.#take(stretch === this.stretch ? 'result' : 'late result', result.at);
  }

  ignored(now: number, stretch: number): void {
    if (this.#take(stretch === this.stretch ? 'ignored result' : 'late result', now) === 'permit given back') {
      this.#granted -= 1;
    }
  }

  command(event: 'isolate' | 'reset', now: number): void {
    this.#take(event, now);
  }

  readonly #conditions: Readonly<Record<string, () => boolean>> = {
    always: () => true,
    'it trips': () => this.#trips(),
    'it does not trip': () => !this.#trips(),
    'before the recovery timeout': () => this.#now - this.#enteredAt < this.#timeout(),
    'after the recovery timeout': () => this.#now - this.#enteredAt >= this.#timeout(),
    'a permit is left': () => !this.#isExhausted(),
    'no permit is left, the last is younger than the recovery timeout': () => this.#isExhausted() && !this.#isOverdue(),
    'no permit is left, the last is as old as the recovery timeout': () => this.#isExhausted() && this.#isOverdue(),
    'others are missing': () => this.#results.length < this.#case.halfOpenPermits,
    'it is the last, and the probes failed': () => this.#isLastProbe() && this.#probesFailed(),
    'it is the last, and the probes did well': () => this.#isLastProbe() && !this.#probesFailed(),
  };

  #take(event: string, now: number): string {
    this.#now = now;
    const fitting = this.#table.filter(
      (row) => (row.from === this.state || row.from === 'any') && row.event === event && this.#holds(row.when),
    );
    const [row, ambiguous] = fitting;
    if (row === undefined || ambiguous !== undefined) {
      throw new Error(`${fitting.length} rows of the table fit ${event} while ${this.state}`);
    }
    if (row.to !== 'same') {
      this.#enter(row.to);
    }
    return row.effect;
  }

  #holds(condition: string): boolean {
    const holds = this.#conditions[condition];
    if (holds === undefined) {
      throw new Error(`the table has a condition that the model does not know: ${condition}`);
    }
    return holds();
  }

  #enter(state: CircuitState): void {
    this.#failedProbings += this.state === 'half-open' && state === 'open' ? 1 : 0;
    this.#failedProbings = state === 'closed' ? 0 : this.#failedProbings;
    this.state = state;
    this.stretch += 1;
    this.#enteredAt = this.#now;
    this.#granted = 0;
    this.#results = [];
  }

  #timeout(): number {
    const { recoveryTimeoutMs } = this.#case;
    return typeof recoveryTimeoutMs === 'number'
      ? recoveryTimeoutMs
      : Math.min(recoveryTimeoutMs.maxMs, recoveryTimeoutMs.initialMs * 2 ** this.#failedProbings);
  }

  #isExhausted(): boolean {
    return this.#granted >= this.#case.halfOpenPermits;
  }

  #isOverdue(): boolean {
    return this.#now - this.#grantedAt >= this.#timeout();
  }

  #isLastProbe(): boolean {
    return this.#results.length === this.#case.halfOpenPermits;
  }

  #probesFailed(): boolean {
    const { trip } = this.#case;
    return 'consecutiveFailures' in trip
      ? this.#results.some(({ isFailure }) => isFailure)
      : exceedsRates(trip, this.#results);
  }

  #trips(): boolean {
    const { trip } = this.#case;
    if ('consecutiveFailures' in trip) {
      const last = this.#results.slice(-trip.consecutiveFailures);
      return last.length === trip.consecutiveFailures && last.every(({ isFailure }) => isFailure);
    }
    const inWindow =
      'windowMs' in trip
        ? this.#results.filter(({ at }) => tenth(trip, this.#now) - tenth(trip, at) < 10)
        : this.#results.slice(-trip.windowCalls);
    return inWindow.length >= trip.minimumCalls && exceedsRates(trip, inWindow);
  }
}

function tenth({ windowMs }: RateOverTime, at: number): number {
  return Math.floor(at / (windowMs / 10));
}

function exceedsRates(
  { failureRate, slowCallRate }: RateOverCalls | RateOverTime,
  results: readonly Result[],
): boolean {
  const failures = results.filter(({ isFailure }) => isFailure).length;
  const slowCalls = results.filter(({ isSlow }) => isSlow).length;
  return (
    (failureRate !== undefined && failures / results.length >= failureRate) ||
    (slowCallRate !== undefined && slowCalls / results.length >= slowCallRate)
  );
}
