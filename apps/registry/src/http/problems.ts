import type { ProblemDetails } from '@signalbox/service-runtime';

import { RegistryError } from '../errors.ts';

const STATUS: Readonly<Record<string, number>> = {
  'registry/unknown-instance': 404,
  'registry/no-lease': 409,
  'registry/check-address-refused': 422,
  'registry/full': 503,
  'registry/storage-unavailable': 503,
};

/** The one place where the registry's errors become answers. */
export function toProblem(error: unknown): ProblemDetails | undefined {
  if (!(error instanceof RegistryError)) {
    return undefined;
  }
  return { status: STATUS[error.code] ?? 500, code: error.code, detail: error.message };
}
