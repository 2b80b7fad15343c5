/** What whoever called has to say differently: ends the program with exit code 2. */
export class UsageError extends Error {
  readonly code = 'cli/usage';
}

/** What was asked for could not be had, and why: ends the program with exit code 1. */
export class FailedError extends Error {
  readonly code = 'cli/failed';
}
