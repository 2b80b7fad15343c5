/** What every failure of this library has, so that a caller can decide without knowing them all. */
export abstract class SignalboxError extends Error {
  /** Stable between releases; the README lists them. */
  abstract readonly code: `SIGNALBOX_${string}`;
  /** Whether the same attempt may succeed later. */
  abstract readonly retryable: boolean;
}

/** No answer came: refused, reset, unresolvable, cut off or silent for too long. */
export class UnreachableError extends SignalboxError {
  override readonly name = 'UnreachableError';
  readonly code = 'SIGNALBOX_UNREACHABLE';
  readonly retryable = true;
  readonly url: string;

  constructor(url: string, cause: unknown) {
    super(`no answer from ${url}: ${reasonOf(cause)}`, { cause });
    this.url = url;
  }
}

/** The server answered, with a problem of its own. */
export class RefusedError extends SignalboxError {
  override readonly name = 'RefusedError';
  readonly code = 'SIGNALBOX_REFUSED';
  readonly retryable: boolean;
  readonly url: string;
  readonly statusCode: number;
  /** The server's own code, such as `config/unknown-service`; absent where it sent none. */
  readonly problemCode: string | undefined;

  constructor(url: string, statusCode: number, problem: { readonly code?: string; readonly detail?: string }) {
    const { code = '', detail = '' } = problem;
    super(`${url} answered ${[String(statusCode), code, detail].filter(Boolean).join(' ')}`);
    this.url = url;
    this.statusCode = statusCode;
    this.problemCode = problem.code;
    this.retryable = statusCode >= 500 || statusCode === 429 || statusCode === 408;
  }
}

/** The answer or message is none that the contract knows: another server, or a proxy in between. */
export class UnexpectedAnswerError extends SignalboxError {
  override readonly name = 'UnexpectedAnswerError';
  readonly code = 'SIGNALBOX_UNEXPECTED_ANSWER';
  readonly retryable = true;
  readonly url: string;

  constructor(url: string, cause: unknown) {
    super(`not an answer of Signalbox from ${url}: ${reasonOf(cause)}`, { cause });
    this.url = url;
  }
}

/** A server reported a problem over an open socket. */
export class ReportedProblemError extends SignalboxError {
  override readonly name = 'ReportedProblemError';
  readonly code = 'SIGNALBOX_REPORTED_PROBLEM';
  readonly retryable = false;
  readonly problemCode: string;

  constructor(problem: { readonly code: string; readonly detail: string }) {
    super(`${problem.code}: ${problem.detail}`);
    this.problemCode = problem.code;
  }
}

/** Neither the server nor the cache file gave a configuration to start with. */
export class ConfigUnavailableError extends SignalboxError {
  override readonly name = 'ConfigUnavailableError';
  readonly code = 'SIGNALBOX_CONFIG_UNAVAILABLE';
  readonly retryable = true;
  readonly url: string;

  constructor(url: string, serverFailure: SignalboxError, cacheFailure: SignalboxError | undefined) {
    const without = cacheFailure === undefined ? 'there is no cache file' : cacheFailure.message;
    super(`no configuration to start with: ${serverFailure.message}; ${without}`, { cause: serverFailure });
    this.url = url;
  }
}

/** The schema refuses a configuration. The message names paths, never values. */
export class ConfigInvalidError extends SignalboxError {
  override readonly name = 'ConfigInvalidError';
  readonly code = 'SIGNALBOX_CONFIG_INVALID';
  readonly retryable = false;
  readonly etag: string;
  /** Paths and what is wrong there, without values: fit to be sent to the server and to be logged. */
  readonly reason: string;

  constructor(etag: string, reason: string, cause: unknown) {
    super(`configuration ${etag} does not satisfy the schema: ${reason}`, { cause });
    this.etag = etag;
    this.reason = reason;
  }
}

/** None of the keys has a value, and the caller gave no default. */
export class ConfigKeyMissingError extends SignalboxError {
  override readonly name = 'ConfigKeyMissingError';
  readonly code = 'SIGNALBOX_CONFIG_KEY_MISSING';
  readonly retryable = false;
  /** Where a value was looked for, in this order. */
  readonly keys: readonly string[];

  constructor(keys: readonly string[]) {
    super(`no value for ${keys.join(', ')}`);
    this.keys = keys;
  }
}

/** The value of a key is not of the kind that was asked for. It stands in the message, unless it may be a secret. */
export class ConfigValueError extends SignalboxError {
  override readonly name = 'ConfigValueError';
  readonly code = 'SIGNALBOX_CONFIG_VALUE';
  readonly retryable = false;
  readonly key: string;

  constructor(key: string, expected: string, shown: string) {
    super(`${key} must be ${expected}, got ${shown}`);
    this.key = key;
  }
}

/** Something was asked of a configuration before `fetchInitialConfig` resolved. */
export class NotFetchedError extends SignalboxError {
  override readonly name = 'NotFetchedError';
  readonly code = 'SIGNALBOX_NOT_FETCHED';
  readonly retryable = false;

  constructor() {
    super('no configuration was fetched yet');
  }
}

/** The cache file can't be written, or what it holds can't be used. */
export class CacheFileError extends SignalboxError {
  override readonly name = 'CacheFileError';
  readonly code = 'SIGNALBOX_CACHE_UNUSABLE';
  readonly retryable = false;
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`cache file ${path} can not be used: ${reasonOf(cause)}`, { cause });
    this.path = path;
  }
}

/** A mounted directory can't be read as a configuration. The message names the file, and no value. */
export class DirectoryError extends SignalboxError {
  override readonly name = 'DirectoryError';
  readonly code = 'SIGNALBOX_DIRECTORY_UNUSABLE';
  readonly retryable = true;
  readonly directory: string;

  constructor(directory: string, cause: unknown) {
    super(`directory ${directory} can not be used: ${reasonOf(cause)}`, { cause });
    this.directory = directory;
  }
}

/** A cache file was written without its secrets, and no environment variable gives them. Told in the background where a start can do without. */
export class SecretsMissingError extends SignalboxError {
  override readonly name = 'SecretsMissingError';
  readonly code = 'SIGNALBOX_SECRETS_MISSING';
  readonly retryable = false;
  readonly keys: readonly string[];

  /**
   * @param variables that were looked for; none where there is no option for them
   * @param refusal what the schema says of a configuration without them
   */
  constructor(keys: readonly string[], variables: readonly string[], refusal?: ConfigInvalidError) {
    const lookedFor = variables.length === 0 ? 'environmentVariables is not set' : `${variables.join(', ')} is not set`;
    const consequence = refusal === undefined ? '' : `: ${refusal.message}`;
    super(`the cache file is without the secrets ${keys.join(', ')}, and ${lookedFor}${consequence}`, {
      cause: refusal,
    });
    this.keys = keys;
  }
}

/** A listener threw or rejected; the others were told all the same. */
export class ListenerError extends SignalboxError {
  override readonly name = 'ListenerError';
  readonly code = 'SIGNALBOX_LISTENER_FAILED';
  readonly retryable = false;

  constructor(cause: unknown) {
    super(`a listener failed: ${reasonOf(cause)}`, { cause });
  }
}

/** There is no instance of the service, or none that may be sent requests to, or none of those asked for. */
export class NoInstancesError extends SignalboxError {
  override readonly name = 'NoInstancesError';
  readonly code = 'SIGNALBOX_NO_INSTANCES';
  readonly retryable = true;
  readonly service: string;

  constructor(service: string, message: string) {
    super(message);
    this.service = service;
  }
}

/** The call took longer than it was given. */
export class DeadlineExceededError extends SignalboxError {
  override readonly name = 'DeadlineExceededError';
  readonly code = 'SIGNALBOX_DEADLINE_EXCEEDED';
  readonly retryable = true;
  readonly deadlineMs: number;

  constructor(deadlineMs: number) {
    super(`not done within ${deadlineMs} ms`);
    this.deadlineMs = deadlineMs;
  }
}

/** Something was asked of a client, a registration or a watch after it was closed. */
export class ClosedError extends SignalboxError {
  override readonly name = 'ClosedError';
  readonly code = 'SIGNALBOX_CLOSED';
  readonly retryable = false;

  constructor(what: string) {
    super(`${what} is closed`);
  }
}

/** The innermost message: what fetch calls "fetch failed" says why only in its cause. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) {
    return String(cause);
  }
  if (cause instanceof AggregateError && cause.message === '') {
    return cause.errors.map(reasonOf).join(', ');
  }
  return cause.cause instanceof Error ? reasonOf(cause.cause) : cause.message;
}
