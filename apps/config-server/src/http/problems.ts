import type { ProblemDetails } from '@signalbox/service-runtime';

import { DocumentSyntaxError, InvalidKeyPathError, UnrenderableError, UnsupportedEditError } from '@signalbox/layering';

import {
  AuditUnavailableError,
  ChangeConflictError,
  GitCommandError,
  InvalidChangeError,
  InvalidPathError,
  NotLoadedError,
  NoValidVersionError,
  OversizedCommitError,
  RequestTooLargeError,
  StorageFullError,
  TooManyChangesError,
  TooManyExchangesError,
  TooManyWaitingError,
  UnknownEnvironmentError,
  UnknownLabelError,
  UnknownServiceError,
} from '../errors.ts';

/** Every error that a caller can meet, as the answer to it; undefined for one that is the server's own. */
export function toProblem(error: unknown): ProblemDetails | undefined {
  if (error instanceof Error) {
    const answer = toRefusal(error) ?? toExcess(error) ?? toOutage(error);
    return answer && { detail: error.message, ...answer };
  }
  return undefined;
}

type Answer = Omit<ProblemDetails, 'detail'> & { readonly status: number; readonly code: string };

function toRefusal(error: Error): Answer | undefined {
  if (
    error instanceof UnknownServiceError ||
    error instanceof UnknownEnvironmentError ||
    error instanceof UnknownLabelError
  ) {
    return { status: 404, code: error.code, closest: error.closest };
  }
  if (error instanceof InvalidChangeError) {
    return { status: 422, code: error.code, errors: error.errors };
  }
  if (error instanceof DocumentSyntaxError) {
    return { status: 422, code: error.code, file: error.path, line: error.line, reason: error.reason };
  }
  if (error instanceof UnsupportedEditError || error instanceof UnrenderableError) {
    return { status: 422, code: error.code };
  }
  if (error instanceof ChangeConflictError) {
    return { status: 409, code: error.code, files: error.paths };
  }
  if (error instanceof InvalidKeyPathError || error instanceof InvalidPathError) {
    return { status: 400, code: 'request/invalid' };
  }
  return undefined;
}

function toExcess(error: Error): Answer | undefined {
  if (error instanceof RequestTooLargeError) {
    return { status: 413, code: error.code };
  }
  return error instanceof OversizedCommitError ? { status: 422, code: error.code } : undefined;
}

function toOutage(error: Error): Answer | undefined {
  if (error instanceof NoValidVersionError) {
    return { status: 503, code: error.code, ...error.at };
  }
  if (
    error instanceof NotLoadedError ||
    error instanceof TooManyChangesError ||
    error instanceof TooManyExchangesError ||
    error instanceof TooManyWaitingError ||
    error instanceof AuditUnavailableError
  ) {
    return { status: 503, code: error.code };
  }
  if (error instanceof StorageFullError) {
    return { status: 503, code: error.code, detail: 'the disk of the data directory is full: nothing was written' };
  }
  if (error instanceof GitCommandError) {
    return { status: 503, code: error.code, detail: 'the repository did not take or give what was asked of it' };
  }
  return undefined;
}
