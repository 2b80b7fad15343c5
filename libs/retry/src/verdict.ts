import { parseRetryAfter } from './retry-after.ts';
import { shown } from './validation.ts';

/** What an outcome means for another attempt: none, one after the backoff, or one after the backoff but no earlier than so many milliseconds. */
export type RetryVerdict = 'final' | 'again' | { readonly againAfterMs: number };

/** Statuses by which a server says that another attempt may do better (RFC 6585 section 4, RFC 9110 sections 15.6.3 to 15.6.5). */
const TRANSIENT_STATUS = new Set([429, 502, 503, 504]);

/**
 * The least that a verdict asks to wait for another attempt, in milliseconds; Infinity where it is final. Throws a TypeError for what is
 * none: a judge that forgets to answer would else end retries without a word.
 */
export function leastWaitOf(verdict: unknown, options: ErrorOptions): number {
  if (verdict === 'final') {
    return Infinity;
  }
  if (verdict === 'again') {
    return 0;
  }
  const ms: unknown = typeof verdict === 'object' && verdict !== null && Reflect.get(verdict, 'againAfterMs');
  if (typeof ms !== 'number' || Number.isNaN(ms)) {
    throw new TypeError(
      `RetryPolicy: a judge must answer final, again or { againAfterMs }, not ${shown(verdict)}`,
      options,
    );
  }
  return ms;
}

/** Again, no earlier than the error's `retryAfterMs` where it has one, as a CircuitBreakerOpenError does; final where the caller aborted. */
export function judgeError(error: unknown): RetryVerdict {
  if (!(error instanceof Error)) {
    return 'again';
  }
  if ('retryAfterMs' in error && typeof error.retryAfterMs === 'number' && !Number.isNaN(error.retryAfterMs)) {
    return { againAfterMs: error.retryAfterMs };
  }
  return error.name === 'AbortError' ? 'final' : 'again';
}

/** Of a Response of fetch: again for 429, 502, 503 and 504, no earlier than its Retry-After; anything else is final. */
export function judgeResponse(result: unknown): RetryVerdict {
  if (!(result instanceof Response && TRANSIENT_STATUS.has(result.status))) {
    return 'final';
  }
  const againAfterMs = parseRetryAfter(result.headers.get('retry-after') ?? '', sentAt(result.headers));
  return againAfterMs === undefined ? 'again' : { againAfterMs };
}

/** By the server's own clock where it says, so that a date means the same there and here. */
function sentAt(headers: Headers): number {
  const date = Date.parse(headers.get('date') ?? '');
  // eslint-disable-next-line no-restricted-properties -- a date in a header is one of the wall clock
  return Number.isNaN(date) ? Date.now() : date;
}
