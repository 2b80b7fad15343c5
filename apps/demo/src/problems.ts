import type { FastifyInstance } from 'fastify';

import { CircuitBreakerOpenError } from '@signalbox/circuit-breaker';
import { NoInstancesError, SignalboxError } from '@signalbox/client';

import { ShopError, TooManyLoginsError } from './errors.ts';

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  'shop/invalid-request': 400,
  'shop/not-logged-in': 401,
  'shop/wrong-credentials': 401,
  'shop/order-not-found': 404,
  'shop/receipt-not-ready': 404,
  'shop/unknown-product': 422,
  'shop/key-reused': 422,
  'shop/too-many-logins': 429,
  'shop/queues-unavailable': 503,
};

/** Known by its code: a service without a database loads nothing of one. */
const DATABASE_UNAVAILABLE = 'database/unavailable';

interface Problem {
  readonly status: number;
  readonly code?: string;
  readonly detail: string;
}

/** A failed call to another service is not this one's fault: 503 with the reason where nobody could be asked, else 502. */
export function explainFailures(http: FastifyInstance): void {
  http.setErrorHandler(async (error, request, reply) => {
    const problem = toProblem(error);
    if (problem.status >= 500) {
      request.log.warn({ err: error }, 'request failed');
    }
    if (error instanceof TooManyLoginsError) {
      reply.header('retry-after', error.retryAfterS);
    }
    await reply
      .code(problem.status)
      .type('application/problem+json')
      .send({ type: 'about:blank', title: 'Failed', ...problem });
  });
}

function toProblem(error: unknown): Problem {
  if (error instanceof ShopError) {
    return { status: STATUS_BY_CODE[error.code] ?? 500, code: error.code, detail: error.message };
  }
  if (isDatabaseUnavailable(error)) {
    return { status: 503, code: DATABASE_UNAVAILABLE, detail: error.message };
  }
  if (error instanceof NoInstancesError || error instanceof CircuitBreakerOpenError) {
    return { status: 503, detail: error.message };
  }
  if (error instanceof SignalboxError) {
    return { status: 502, detail: error.message };
  }
  if (isRefusedByFastify(error)) {
    return { status: error.statusCode, code: 'shop/invalid-request', detail: error.message };
  }
  return { status: 500, detail: 'the service failed; its log says why' };
}

function isDatabaseUnavailable(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === DATABASE_UNAVAILABLE;
}

/** A body that is too long, or not of the type that it says. */
function isRefusedByFastify(error: unknown): error is Error & { statusCode: number } {
  if (!(error instanceof Error) || !('statusCode' in error)) {
    return false;
  }
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
}
