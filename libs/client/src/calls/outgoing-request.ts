import { isIdempotentMethod } from '@signalbox/retry';

/** What fetch was given, to be sent to one endpoint or another. */
export interface OutgoingRequest {
  /** Whether its method is idempotent. */
  readonly isIdempotent: boolean;
  /** Whether the first attempt leaves its body as it was. */
  readonly isReplayable: boolean;
  readonly headers: Headers;
  readonly signal: AbortSignal | undefined;
  /** Sends it to the origin of an endpoint, with these headers in place of its own. */
  send(origin: string, headers: Headers, signal: AbortSignal): Promise<Response>;
}

/** Only path and query of the address count: the rest is the endpoint's. Throws TypeError where it is no address. */
export function toOutgoing(input: string | URL | Request, init?: RequestInit): OutgoingRequest {
  return input instanceof Request ? fromRequest(input, init) : fromAddress(input, init);
}

function fromAddress(address: string | URL, init: RequestInit = {}): OutgoingRequest {
  const target = targetOf(address);
  return {
    isIdempotent: isIdempotentMethod(init.method ?? 'GET'),
    isReplayable: isReplayable(init.body),
    headers: new Headers(init.headers),
    signal: init.signal ?? undefined,
    send: (origin, headers, signal) => fetch(`${origin}${target}`, { ...init, headers, signal }),
  };
}

function fromRequest(request: Request, init: RequestInit = {}): OutgoingRequest {
  const target = targetOf(request.url);
  return {
    isIdempotent: isIdempotentMethod(init.method ?? request.method),
    isReplayable: isReplayable(init.body ?? request.body),
    headers: new Headers(init.headers ?? request.headers),
    signal: init.signal ?? request.signal,
    send: (origin, headers, signal) => fetch(new Request(`${origin}${target}`, request), { ...init, headers, signal }),
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
