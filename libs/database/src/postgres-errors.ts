import { DatabaseTakenError, DatabaseTimeoutError, DatabaseUnavailableError, OwnershipLostError } from './errors.ts';

/** An error that the server sent: SQLSTATE and severity. What went wrong on the way to the server has no such code. */
interface ServerError extends Error {
  readonly code: string;
  readonly severity: string;
}

/** Reasons by SQLSTATE, or by its class (https://www.postgresql.org/docs/current/errcodes-appendix.html); the longest match counts. */
const REASONS: Readonly<Record<string, string>> = {
  '08': 'the database can not be reached',
  '25006': 'the database takes no writes: it is a standby',
  '28': 'the database refused the login',
  '53': 'the database is out of resources',
  '53100': "the database's disk is full",
  '53300': 'the database takes no more connections',
  '57': 'the database is shutting down or starting',
};

/** idle_in_transaction_session_timeout, lock_timeout and statement_timeout, as the server says that it has ended something. */
const TIMEOUTS: ReadonlySet<string> = new Set(['25P03', '55P03', '57014']);

/** Whether nothing more can be asked on the session: it is gone, hangs, or leads to a server that is no longer the one to write to. */
export function endsSession(error: unknown): boolean {
  return !isServerError(error) || error.severity === 'FATAL' || error.code.startsWith('57P') || error.code === '25006';
}

/** The server's words can quote a value: they are for the log, as the cause. */
export function toDatabaseError(error: unknown): Error {
  if (
    error instanceof DatabaseUnavailableError ||
    error instanceof DatabaseTakenError ||
    error instanceof OwnershipLostError
  ) {
    return error;
  }
  return isTimeout(error)
    ? new DatabaseTimeoutError(error)
    : new DatabaseUnavailableError(reasonOf(error), { cause: error });
}

export function sqlStateOf(error: unknown): string | undefined {
  return isServerError(error) ? error.code : undefined;
}

function isTimeout(error: unknown): boolean {
  if (isServerError(error)) {
    return TIMEOUTS.has(error.code);
  }
  return error instanceof Error && /time(d )?out/i.test(error.message);
}

function reasonOf(error: unknown): string {
  return isServerError(error)
    ? (REASONS[error.code] ?? REASONS[error.code.slice(0, 2)] ?? `the database refused it, SQLSTATE ${error.code}`)
    : 'the database can not be reached';
}

function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && 'code' in error;
}
