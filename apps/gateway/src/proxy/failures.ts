import type { Unavailable } from '../upstreams/upstream.ts';
import type { GatewayProblem } from './problems.ts';

const UNAVAILABLE = {
  'no-endpoint': 'has no instance that takes requests',
  'circuit-open': 'has only instances that failed a moment ago',
  overloaded: 'has as many requests under way as it may',
} as const satisfies Record<Unavailable, string>;

/** Why a request to a service was sent to nobody. */
export function unavailableProblem(service: string, reason: Unavailable): GatewayProblem {
  return { code: `gateway/${reason}`, detail: `the service "${service}" ${UNAVAILABLE[reason]}` };
}

/** What it is to the client that no answer came in time. */
export function timeoutProblem(service: string, timeoutMs: number): GatewayProblem {
  return { code: 'gateway/timeout', detail: `the service "${service}" did not answer within ${timeoutMs} ms` };
}

/** What a failed attempt is to the client: the kind of failure, never the message, which names an address. */
export function failureProblem(service: string, error: Error): GatewayProblem {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return { code: 'gateway/timeout', detail: `no instance of the service "${service}" took the connection in time` };
  }
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    return { code: 'gateway/unsafe-request', detail: 'a header field can not be sent on' };
  }
  return { code: 'gateway/bad-gateway', detail: `the service "${service}" ${reasonOf(code)}` };
}

function reasonOf(code: string): string {
  return code.startsWith('HPE_') ? 'gave no valid HTTP answer' : (REASONS[code] ?? 'broke the connection off');
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'has an instance that can not be found',
  EHOSTUNREACH: 'has an instance that can not be reached',
  ENETUNREACH: 'has an instance that can not be reached',
  UND_ERR_HEADERS_OVERFLOW: 'answered with too large a head',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'answered with a body of another length than announced',
};
