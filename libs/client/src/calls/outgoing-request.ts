/** Methods of which a repetition does no harm (RFC 9110 section 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

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
  const request = input instanceof Request ? input : undefined;
  const address = input instanceof Request ? input.url : input;
  const { pathname, search } = new URL(address, 'http://service');
  const method = init.method ?? request?.method ?? 'GET';
  const hasBody = (init.body ?? request?.body ?? null) !== null;
  return {
    isRepeatable: IDEMPOTENT.has(method.toUpperCase()) && !hasBody,
    signal: init.signal ?? request?.signal,
    send: (origin, signal) => {
      const url = `${origin}${pathname}${search}`;
      return fetch(request === undefined ? url : new Request(url, request), { ...init, signal });
    },
  };
}
