import type { CircuitState } from './state.ts';

/** What a breaker says of the calls that it refuses. */
export interface Refusal {
  readonly breaker: string;
  readonly state: CircuitState;
  /** When the next call may be let through, in milliseconds on the breaker's clock; Infinity for not by itself. */
  readonly retryAt: number;
  readonly now: () => number;
  readonly withStack: boolean;
}

/**
 * A call was refused because the circuit is open or isolated, or half-open with all its probes under way. Unless the breaker was told to
 * take stacks, it has none, and the refusals of one open period share it as those who wait on one AbortSignal share its reason: don't write to it.
 */
export class CircuitBreakerOpenError extends Error {
  override readonly name = 'CircuitBreakerOpenError';
  readonly code = 'SIGNALBOX_CIRCUIT_OPEN';
  readonly breaker: string;
  /** Where the circuit stood. */
  readonly state: CircuitState;
  readonly #retryAt: number;
  readonly #now: () => number;

  constructor({ breaker, state, retryAt, now, withStack }: Refusal) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = withStack ? stackTraceLimit : 0;
    super(`circuit ${breaker} is ${state}`);
    Error.stackTraceLimit = stackTraceLimit;
    this.breaker = breaker;
    this.state = state;
    this.#retryAt = retryAt;
    this.#now = now;
  }

  /**
   * Milliseconds from now until a call may be let through: zero when that may happen at any moment, as while probes are under way, and
   * Infinity for an isolated circuit.
   */
  get retryAfterMs(): number {
    return Math.max(0, this.#retryAt - this.#now());
  }
}
