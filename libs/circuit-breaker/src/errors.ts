/** A call was refused because the circuit is open, or half-open with all its probes under way. Carries no stack: it is made often. */
export class CircuitBreakerOpenError extends Error {
  override readonly name = 'CircuitBreakerOpenError';
  readonly code = 'SIGNALBOX_CIRCUIT_OPEN';
  readonly breaker: string;
  /** Milliseconds until the next probe may be let through; zero while probes are under way. */
  readonly retryAfterMs: number;

  constructor(breaker: string, retryAfterMs: number) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(`circuit ${breaker} is open`);
    Error.stackTraceLimit = stackTraceLimit;
    this.breaker = breaker;
    this.retryAfterMs = retryAfterMs;
  }
}
