/** No connection within the time allowed. */
export class ConnectTimeoutError extends Error {
  override readonly name = 'ConnectTimeoutError';
  readonly timeoutMs: number;

  constructor(origin: string, timeoutMs: number) {
    super(`no connection to ${origin} within ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/** The other side ended the connection before its answer was whole. */
export class ConnectionClosedError extends Error {
  override readonly name = 'ConnectionClosedError';

  constructor(when: string) {
    super(`the connection was closed ${when}`);
  }
}

/** syntax: not the grammar of HTTP/1.1; framing: two readers could see its end in different places; size: beyond a bound. */
export type AnswerFault = 'framing' | 'size' | 'syntax';

/** An answer that can't be read safely. The message holds none of its values: a field's may be a secret. */
export class UnsafeAnswerError extends Error {
  override readonly name = 'UnsafeAnswerError';
  readonly fault: AnswerFault;

  constructor(fault: AnswerFault, what: string) {
    super(what);
    this.fault = fault;
  }
}
