import { randomBytes } from 'node:crypto';

/**
 * Writes the trace context of what is under way into the headers of one attempt. Called once for each attempt, in the
 * asynchronous context of the call; what it sets replaces what the request had, and is sent as it is.
 */
export type Propagate = (headers: Headers) => void;

/** W3C Trace Context section 3.2; what a later version may add begins with a dash. */
const TRACEPARENT =
  /^(?<version>[\da-f]{2})-(?<traceId>[\da-f]{32})-(?<spanId>[\da-f]{16})-(?<flags>[\da-f]{2})(?<more>-.*)?$/;
const ZEROS = /^0+$/;
/** Sampled, and random-trace-id of Level 2; all others are to be sent as zero (section 3.2.2.5). */
const KNOWN_FLAGS = 0x03;
const SPAN_ID_BYTES = 8;

/**
 * The headers of one attempt: a `traceparent` among them gives way to that of a child with a span id of its own, in the
 * same trace and with the same sampling; one that is none is taken out with its `tracestate`. No trace is begun.
 */
export function withTraceContext(given: Headers, propagate: Propagate): Headers {
  const headers = new Headers(given);
  const parent = headers.get('traceparent');
  const child = parent === null ? undefined : childOf(parent);
  if (child === undefined) {
    headers.delete('traceparent');
    headers.delete('tracestate'); // says nothing without its traceparent (section 3.3.1.5)
  } else {
    headers.set('traceparent', child);
  }
  propagate(headers);
  return headers;
}

/** Undefined where the parent is no traceparent. */
function childOf(parent: string): string | undefined {
  const { version = 'ff', traceId = '0', spanId = '0', flags = '', more } = TRACEPARENT.exec(parent)?.groups ?? {};
  const isWrong = version === 'ff' || (version === '00' && more !== undefined);
  if (isWrong || ZEROS.test(traceId) || ZEROS.test(spanId)) {
    return undefined;
  }
  const known = (Number.parseInt(flags, 16) & KNOWN_FLAGS).toString(16).padStart(2, '0');
  return `00-${traceId}-${randomBytes(SPAN_ID_BYTES).toString('hex')}-${known}`;
}
