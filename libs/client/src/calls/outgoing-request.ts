import { isIdempotentMethod } from '@signalbox/retry';

import { type Propagate, withTraceContext } from './trace-context.ts';

/** What fetch was given, to be sent to one endpoint or another. */
export interface OutgoingRequest {
  /** Whether its method is idempotent. */
  readonly isIdempotent: boolean;
  /** Whether the first attempt leaves its body as it was. */
  readonly isReplayable: boolean;
  readonly signal: AbortSignal | undefined;
  /** Sends it to the origin of an endpoint. */
  send(origin: string, signal: AbortSignal): Promise<Response>;
}

/** Only path and query of the address count: the rest is the endpoint's. Throws TypeError where it is no address. */
export function toOutgoing(
  input: string | URL | Request,
  init: RequestInit | undefined,
  propagate: Propagate,
): OutgoingRequest {
  return input instanceof Request ? fromRequest(input, init, propagate) : fromAddress(input, init, propagate);
}

function fromAddress(address: string | URL, init: RequestInit = {}, propagate: Propagate): OutgoingRequest {
  const target = targetOf(address);
  const headers = new Headers(init.headers);
  return {
    isIdempotent: isIdempotentMethod(init.method ?? 'GET'),
    isReplayable: isReplayable(init.body),
    signal: init.signal ?? undefined,
    send: (origin, signal) =>
      fetch(`${origin}${target}`, { ...init, headers: withTraceContext(headers, propagate), signal }),
  };
}

function fromRequest(request: Request, init: RequestInit = {}, propagate: Propagate): OutgoingRequest {
  const target = targetOf(request.url);
  const headers = new Headers(init.headers ?? request.headers);
  return {
    isIdempotent: isIdempotentMethod(init.method ?? request.method),
    isReplayable: isReplayable(init.body ?? request.body),
    signal: init.signal ?? request.signal,
    send: (origin, signal) => {
      const traced = withTraceContext(headers, propagate);
      return fetch(new Request(`${origin}${target}`, request), { ...init, headers: traced, signal });
    },
  };
}

function targetOf(address: string | URL): string {
  const { pathname, search } = new URL(address, 'http://service');
  if (!pathname.startsWith('/')) {
    // Such as that of "mailto:9": it would run into the endpoint's port.
    throw new TypeError('the address of a request must have a path that begins with a slash');
  }
  return `${pathname}${search}`;
}

/** A stream is used up by the first attempt, also where that failed. */
function isReplayable(body: RequestInit['body']): boolean {
  return (
    body === undefined ||
    body === null ||
    typeof body === 'string' ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body) ||
    body instanceof Blob ||
    body instanceof URLSearchParams ||
    body instanceof FormData
  );
}
