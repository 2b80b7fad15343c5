import type { ProbeResult } from './probe.ts';

/** An error as a result. Node's messages name addresses and reasons, not URLs with their credentials. */
export function failureOf(error: unknown, signal: AbortSignal): ProbeResult {
  if (signal.aborted) {
    return { status: 'fail', output: 'no answer in time' };
  }
  return { status: 'fail', output: messageOf(error) };
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(messageOf).join(', ');
  }
  return error instanceof Error ? error.message : String(error);
}
