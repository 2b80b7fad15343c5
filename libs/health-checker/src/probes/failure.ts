import type { ProbeResult } from './probe.ts';

import { toOutput } from './output.ts';

/** An error as a result, without the secrets. Some messages quote the URL that was called: fetch and database drivers do. */
export function failureOf(error: unknown, signal: AbortSignal, secrets: readonly string[] = []): ProbeResult {
  if (signal.aborted) {
    return { status: 'fail', output: 'no answer in time' };
  }
  return { status: 'fail', output: toOutput(messageOf(error), secrets) };
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(messageOf).join(', ');
  }
  return error instanceof Error ? error.message : String(error);
}
