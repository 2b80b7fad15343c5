import type { Unavailable } from '../upstreams/upstream.ts';
import type { GatewayProblem } from './problems.ts';

import { type AnswerFault, ConnectTimeoutError, UnsafeAnswerError } from '../http1/errors.ts';

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
  if (error instanceof ConnectTimeoutError || code === 'ETIMEDOUT') {
    return { code: 'gateway/timeout', detail: `no instance of the service "${service}" took the connection in time` };
  }
  const reason = error instanceof UnsafeAnswerError ? FAULTS[error.fault] : REASONS[code];
  return { code: 'gateway/bad-gateway', detail: `the service "${service}" ${reason ?? 'broke the connection off'}` };
}

const FAULTS = {
  framing: 'framed its answer ambiguously',
  size: 'answered with too large a head',
  syntax: 'gave no valid HTTP answer',
} as const satisfies Record<AnswerFault, string>;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'has an instance that can not be found',
  EHOSTUNREACH: 'has an instance that can not be reached',
  ENETUNREACH: 'has an instance that can not be reached',
};
