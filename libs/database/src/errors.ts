/**
 * The database did not do what it was asked, and may when it is asked again. The message is fit for whoever waits for the answer: it
 * names no address, no user and no value; the cause is for the log.
 */
export class DatabaseUnavailableError extends Error {
  override readonly name: string = 'DatabaseUnavailableError';
  readonly code = 'database/unavailable';
}

/** The server was not heard of in time, or ended a statement that took too long: it is busy, or hangs. */
export class DatabaseTimeoutError extends DatabaseUnavailableError {
  override readonly name = 'DatabaseTimeoutError';

  constructor(cause: unknown) {
    super('the database did not answer in time', { cause });
  }
}

/** Another process owns the database: this one can not begin. */
export class DatabaseTakenError extends Error {
  override readonly name = 'DatabaseTakenError';
  readonly code = 'database/taken';

  /** @param holder the session that holds the database, as an operator would look for it */
  constructor(holder: string) {
    super(`another process owns it: ${holder}`);
  }
}

/** Another process took the database while this one could not reach it. What this one remembers is out of date: it has to be started again. */
export class OwnershipLostError extends Error {
  override readonly name = 'OwnershipLostError';
  readonly code = 'database/ownership-lost';

  constructor() {
    super('another process has taken over the database');
  }
}

/** For the operator: the message and those of its causes. An error of several addresses that were tried has a code and no message. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const own = error.message === '' ? ((error as NodeJS.ErrnoException).code ?? error.name) : error.message;
  return error.cause === undefined ? own : `${own} (${explainFailure(error.cause)})`;
}
