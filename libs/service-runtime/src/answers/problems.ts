import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

import { hasZodFastifySchemaValidationErrors, type ZodFastifySchemaValidationError } from 'fastify-type-provider-zod';

import { type ProblemDetails, ProblemError } from '../errors.ts';
import { http } from '../node-http.ts';

/** Turns an error of the app's own into a problem; undefined for one that it does not know. */
export type ToProblem = (error: unknown) => ProblemDetails | undefined;

/** Answers with problem+json (RFC 9457). */
async function sendProblem(reply: FastifyReply, problem: ProblemDetails): Promise<void> {
  const { status, code, detail, ...extensions } = problem;
  const document = { type: 'about:blank', title: http.STATUS_CODES[status] ?? '', status, code, detail, ...extensions };
  await reply.code(status).type('application/problem+json').serializer(JSON.stringify).send(document);
}

/** The error handler of every app: the app's own errors first, then the framework's, and 500 without detail for the rest. */
export function errorHandler(toProblem: ToProblem) {
  return async (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const problem = error instanceof ProblemError ? error.problem : (toProblem(error) ?? frameworkProblem(error));
    if (problem.status >= 500) {
      const { method, routeOptions } = request;
      request.log.error({ err: error, code: problem.code, method, route: routeOptions.url }, 'request failed');
    }
    await sendProblem(reply, problem);
  };
}

export async function notFoundHandler(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const path = request.url.replace(/\?.*$/s, '').slice(0, 200);
  await sendProblem(reply, { status: 404, code: 'request/not-found', detail: `nothing at ${request.method} ${path}` });
}

function frameworkProblem(error: unknown): ProblemDetails {
  if (hasZodFastifySchemaValidationErrors(error)) {
    return invalidRequest(error);
  }
  const { statusCode: status = 500, message: detail = '' } = error as Partial<FastifyError>; // anything may be thrown
  switch (true) {
    case status === 413:
      return { status, code: 'request/too-large', detail };
    case status === 415:
      return { status, code: 'request/unsupported-media-type', detail: 'the body must be sent as application/json' };
    case status >= 400 && status < 500:
      return { status, code: 'request/invalid', detail };
    default:
      return { status: 500, code: 'internal', detail: 'the server failed; its log says why' };
  }
}

function invalidRequest({ validation, validationContext }: ZodFailure): ProblemDetails {
  const errors = validation.map(({ instancePath, message = '' }) => ({ pointer: instancePath, reason: message }));
  const [first] = errors;
  const detail = `${validationContext ?? 'request'}${first?.pointer ?? ''}: ${first?.reason ?? ''}`;
  return { status: 400, code: 'request/invalid', detail, errors };
}

type ZodFailure = FastifyError & { readonly validation: readonly ZodFastifySchemaValidationError[] };
