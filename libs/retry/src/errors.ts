/** The deadline passed while an attempt was under way. Its cause is what the attempt before it rejected with, if there was one. */
export class RetryDeadlineError extends Error {
  override readonly name = 'RetryDeadlineError';
  readonly code = 'SIGNALBOX_RETRY_DEADLINE';
  readonly deadlineMs: number;
  /** How many attempts were begun. */
  readonly attempts: number;

  constructor(deadlineMs: number, attempts: number, options?: ErrorOptions) {
    super(`not done within ${deadlineMs} ms and ${attempts} attempts`, options);
    this.deadlineMs = deadlineMs;
    this.attempts = attempts;
  }
}
