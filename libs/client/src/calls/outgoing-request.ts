import { isIdempotentMethod } from '@signalbox/retry';

/** What fetch was given, to be sent to one endpoint or another. */
export interface OutgoingRequest {
  /** Whether it may be sent a second time: idempotent, and without a body that the first attempt may have used up. */
  readonly isRepeatable: boolean;
  readonly signal: AbortSignal | undefined;
  /** Sends it to the origin of an endpoint. */
  send(origin: string, signal: AbortSignal): Promise<Response>;
}

/** Only path and query of the address count: the rest is the endpoint's. Throws TypeError where it is no address. */
export function toOutgoing(input: string | URL | Request, init: RequestInit = {}): OutgoingRequest {
  return input instanceof Request ? fromRequest(input, init) : fromAddress(input, init);
}

function fromAddress(address: string | URL, init: RequestInit): OutgoingRequest {
  const target = targetOf(address);
  return {
    isRepeatable: isRepeatable(init.method ?? 'GET', init.body),
    signal: init.signal ?? undefined,
    send: (origin, signal) => fetch(`${origin}${target}`, { ...init, signal }),
  };
}

function fromRequest(request: Request, init: RequestInit): OutgoingRequest {
  const target = targetOf(request.url);
  return {
    isRepeatable: isRepeatable(init.method ?? request.method, init.body ?? request.body),
    signal: init.signal ?? request.signal,
    send: (origin, signal) => fetch(new Request(`${origin}${target}`, request), { ...init, signal }),
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

function isRepeatable(method: string, body: unknown): boolean {
  return isIdempotentMethod(method) && (body === undefined || body === null);
}
