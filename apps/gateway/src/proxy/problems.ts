import { STATUS_CODES } from 'node:http';

/** What the gateway answers itself, by its stable code. */
const STATUS = {
  'gateway/malformed-request': 400,
  'gateway/unsafe-request': 400,
  'gateway/ambiguous-credentials': 400,
  'gateway/token-missing': 401,
  'gateway/token-refused': 401,
  'gateway/no-route': 404,
  'gateway/method-refused': 405,
  'gateway/request-timeout': 408,
  'gateway/expectation-failed': 417,
  'gateway/too-many-headers': 431,
  'gateway/unsupported-transfer-coding': 501,
  'gateway/bad-gateway': 502,
  'gateway/not-ready': 503,
  'gateway/no-keys': 503,
  'gateway/no-endpoint': 503,
  'gateway/circuit-open': 503,
  'gateway/overloaded': 503,
  'gateway/timeout': 504,
} as const;

export type ProblemCode = keyof typeof STATUS;

/** A problem as it is about to be told: `detail` says why, and names no address. */
export interface GatewayProblem {
  readonly code: ProblemCode;
  readonly detail: string;
  /** What the client is asked for, in the form of WWW-Authenticate (RFC 9110 section 11.6.1). */
  readonly challenge?: string;
}

/** Seconds after which what was not to be had a moment ago is tried again, at the earliest. */
const RETRY_AFTER: readonly string[] = ['Retry-After', '1'];

const EXTRA_FIELDS: Partial<Record<ProblemCode, readonly string[]>> = {
  'gateway/method-refused': ['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
  'gateway/circuit-open': RETRY_AFTER,
  'gateway/no-keys': RETRY_AFTER,
  'gateway/overloaded': RETRY_AFTER,
};

export interface ProblemAnswer {
  readonly status: number;
  /** Names and values in turn. */
  readonly fields: string[];
  readonly body: string;
}

/** The answer to a problem as problem+json (RFC 9457). */
export function toAnswer({ code, detail, challenge }: GatewayProblem): ProblemAnswer {
  const status = STATUS[code];
  const body = JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, code, detail });
  const fields = [
    'Content-Type',
    'application/problem+json',
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Cache-Control',
    'no-store',
    ...(EXTRA_FIELDS[code] ?? []),
    ...(challenge === undefined ? [] : ['WWW-Authenticate', challenge]),
  ];
  return { status, fields, body };
}

/** The same as bytes, for a connection that Node has no response object for; it closes after them. */
export function toMessage(problem: GatewayProblem): string {
  const { status, fields, body } = toAnswer(problem);
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, 'Connection: close'];
  for (let i = 0; i < fields.length; i += 2) {
    lines.push(`${fields[i] ?? ''}: ${fields[i + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
