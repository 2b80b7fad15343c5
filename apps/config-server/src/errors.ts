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

export class GitCommandError extends Error {
  readonly code = 'config/git-failed';
  readonly command: string;

  constructor(command: string, reason: string, cause?: unknown) {
    super(`git ${command} failed: ${reason}`, { cause });
    this.command = command;
  }
}

export class UnknownObjectError extends Error {
  readonly code = 'config/unknown-object';
  readonly objectId: string;

  constructor(objectId: string) {
    super(`no object ${objectId} in the repository`);
    this.objectId = objectId;
  }
}

export class ObjectTooLargeError extends Error {
  readonly code = 'config/object-too-large';
  readonly objectId: string;
  readonly bytes: number;

  constructor(objectId: string, bytes: number) {
    super(`object ${objectId} has ${bytes} bytes, more than is read`);
    this.objectId = objectId;
    this.bytes = bytes;
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
