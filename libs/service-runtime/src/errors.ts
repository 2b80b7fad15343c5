/** The operator's mistake or the machine's state: told in one line, without a stack. */
export abstract class StartError extends Error {
  abstract readonly code: string;
}

/** A setting is missing, malformed or contradicts another. */
export class SettingsError extends StartError {
  override readonly name = 'SettingsError';
  readonly code = 'SIGNALBOX_SETTINGS';
}

/** Another process owns the data directory. */
export class DataDirectoryInUseError extends StartError {
  override readonly name = 'DataDirectoryInUseError';
  readonly code = 'SIGNALBOX_DATA_DIRECTORY_IN_USE';
  readonly directory: string;

  constructor(directory: string, owner: string | undefined) {
    super(
      `the data directory ${directory} is in use by ${owner === undefined ? 'another process' : `process ${owner}`}`,
    );
    this.directory = directory;
  }
}

/** A program, a file or a port that the start needs can't be had. */
export class UnavailableError extends StartError {
  override readonly name = 'UnavailableError';
  readonly code = 'SIGNALBOX_UNAVAILABLE';
}

/** An answer other than success, chosen by a handler: becomes problem+json (RFC 9457). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: ProblemDetails;

  constructor(problem: ProblemDetails, options?: ErrorOptions) {
    super(problem.detail, options);
    this.problem = problem;
  }
}

/** Members of a problem document; those beyond status, code and detail are extensions (RFC 9457 section 3.2). */
export interface ProblemDetails {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly [extension: string]: unknown;
}
