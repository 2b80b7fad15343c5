import { StartError } from '@signalbox/service-runtime';

export interface InvalidKey {
  readonly service: string;
  readonly environment: string;
  /** JSON Pointer (RFC 6901) into the effective configuration. */
  readonly pointer: string;
  readonly reason: string;
}

export class GitNotFoundError extends StartError {
  override readonly name = 'GitNotFoundError';
  readonly code = 'config/git-not-found';

  constructor() {
    super('git was not found: install it, or put it on the PATH');
  }
}

/** The first configuration would lack a part of the seed. */
export class UnreadableSeedError extends StartError {
  override readonly name = 'UnreadableSeedError';
  readonly code = 'config/unreadable-seed';

  constructor(reason: string, cause?: unknown) {
    super(`SIGNALBOX_SEED_DIR: ${reason}`, { cause });
  }
}

export class GitCommandError extends Error {
  readonly code: string = 'config/git-failed';
  readonly command: string;

  constructor(command: string, reason: string, cause?: unknown) {
    super(`git ${command} failed: ${reason}`, { cause });
    this.command = command;
  }
}

/** Git found no room for what it had to write: nothing of it is there. */
export class StorageFullError extends GitCommandError {
  override readonly code = 'config/storage-full';
}

export class UnknownObjectError extends Error {
  readonly code = 'config/unknown-object';
  readonly objectId: string;

  constructor(objectId: string) {
    super(`no object ${objectId} in the repository`);
    this.objectId = objectId;
  }
}

/** An object that is there, but can't be a document. */
export class UnreadableObjectError extends Error {
  readonly code = 'config/unreadable-object';
  readonly objectId: string;
  readonly reason: string;

  constructor(objectId: string, reason: string) {
    super(`object ${objectId} ${reason}`);
    this.objectId = objectId;
    this.reason = reason;
  }
}

/** A commit of more files than are read, or than fit a listing of the size that is. */
export class OversizedCommitError extends Error {
  readonly code = 'config/oversized-commit';
  readonly commit: string;

  constructor(commit: string, reason: string) {
    super(`commit ${commit} ${reason}`);
    this.commit = commit;
  }
}

/** Nothing has been read from the source yet: an unreachable remote, on the first start. */
export class NotLoadedError extends Error {
  readonly code = 'config/not-loaded';

  constructor() {
    super('no configuration has been read from the source yet');
  }
}

export class UnknownServiceError extends Error {
  readonly code = 'config/unknown-service';
  readonly service: string;
  readonly closest: readonly string[];

  constructor(service: string, closest: readonly string[]) {
    super(`unknown service "${service}"`);
    this.service = service;
    this.closest = closest;
  }
}

export class UnknownEnvironmentError extends Error {
  readonly code = 'config/unknown-environment';
  readonly environment: string;
  readonly closest: readonly string[];

  constructor(environment: string, closest: readonly string[]) {
    super(`unknown environment "${environment}"`);
    this.environment = environment;
    this.closest = closest;
  }
}

export class UnknownLabelError extends Error {
  readonly code = 'config/unknown-label';
  readonly label: string;
  readonly closest: readonly string[];

  constructor(label: string, closest: readonly string[]) {
    super(`unknown branch, tag or commit "${label}"`);
    this.label = label;
    this.closest = closest;
  }
}

/** A pair that is quarantined and has no earlier version that was valid. */
export class NoValidVersionError extends Error {
  readonly code = 'config/no-valid-version';
  readonly at: { readonly commit: string; readonly reason: string; readonly file?: string; readonly line?: number };

  constructor(pair: { readonly service: string; readonly environment: string }, at: NoValidVersionError['at']) {
    super(`no valid version of ${pair.service}/${pair.environment}: ${at.reason}`);
    this.at = at;
  }
}

/** A change that would leave a pair without a valid configuration. */
export class InvalidChangeError extends Error {
  readonly code = 'config/invalid';
  readonly errors: readonly InvalidKey[];

  constructor(errors: readonly InvalidKey[]) {
    const [first] = errors;
    super(
      first === undefined
        ? 'the change is not valid'
        : `${first.service}/${first.environment}: ${`${first.pointer} ${first.reason}`.trimStart()}`,
    );
    this.errors = errors;
  }
}

/** Someone else changed what the change was made for. */
export class ChangeConflictError extends Error {
  readonly code = 'config/conflict';
  readonly paths: readonly string[];

  constructor(paths: readonly string[], reason: string) {
    super(`${paths.join(', ')}: ${reason}`);
    this.paths = paths;
  }
}

/** A path that no document may be written to. */
export class InvalidPathError extends Error {
  readonly code = 'config/invalid-path';
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`the path "${path}" ${reason}`);
    this.path = path;
  }
}

/** What is asked needs the audit, and the audit can't be written or read now. Nothing was done. */
export class AuditUnavailableError extends Error {
  readonly code: string = 'config/audit-unavailable';

  constructor(cause: unknown) {
    super(`the audit can not be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** The audit found no room for what it had to write. */
export class AuditStorageFullError extends AuditUnavailableError {
  override readonly code = 'config/storage-full';
}

/** More changes are waiting to be written than are let in. */
export class TooManyChangesError extends Error {
  readonly code = 'config/busy';

  constructor(waiting: number) {
    super(`${waiting} changes are waiting to be written`);
  }
}

/** More clients exchange objects with the repository than are let in. */
export class TooManyExchangesError extends Error {
  readonly code = 'config/too-many-exchanges';

  constructor(bound: number) {
    super(`${bound} clients clone, fetch or push already`);
  }
}

/** What a Git client sends is larger than is taken. */
export class RequestTooLargeError extends Error {
  readonly code = 'request/too-large';

  constructor(maxBytes: number) {
    super(`the request has more than ${maxBytes} bytes`);
  }
}

/** More callers wait for a change, or poll instead of holding a socket, than are let in. */
export class TooManyWaitingError extends Error {
  readonly code = 'config/too-many-waiting';

  constructor(bound: number) {
    super(`${bound} callers wait for a change already`);
  }
}
