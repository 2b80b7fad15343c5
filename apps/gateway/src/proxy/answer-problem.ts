import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Deadlines } from '../deadlines/deadlines.ts';

import { endAfterBody } from './linger.ts';
import { type GatewayProblem, toAnswer } from './problems.ts';

export interface AnswerCircumstances {
  /** Whether the client is still sending: its connection then ends, since where the next request begins is not waited for. */
  readonly isBodyPending: boolean;
  /** Whether the connection is to end anyway. */
  readonly isLast: boolean;
  readonly deadlines: Deadlines;
}

/** Answers with a problem of the gateway's own. */
export function answerProblem(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  problem: GatewayProblem,
  { isBodyPending, isLast, deadlines }: AnswerCircumstances,
): void {
  const { status, fields, body } = toAnswer(problem);
  if (isLast || isBodyPending) {
    response.shouldKeepAlive = false;
  }
  response.writeHead(status, fields);
  if (isBodyPending) {
    response.write(body);
    endAfterBody(request, response, deadlines);
  } else {
    response.end(body);
  }
}
