import type { IncomingMessage, ServerResponse } from 'node:http';

import { HEALTH_PATHS, type HealthChecker } from './health-checker.ts';
import { toHttpAnswer } from './http-answer.ts';
import { requireMethods } from './validation.ts';

/** Answers a request for a probe; any other it leaves alone and returns false. */
export type HealthHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Answers the probes in a server of `node:http`, at the root of its paths. Throws a TypeError for what is no HealthChecker. */
export function healthHandler(health: HealthChecker): HealthHandler {
  requireMethods('healthHandler health', health, 'answer');
  return (request, response) => {
    const [pathname] = (request.url ?? '').split('?');
    const path = HEALTH_PATHS.find((each) => each === pathname);
    if (path === undefined) {
      return false;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return true;
    }
    const { statusCode, headers, body } = toHttpAnswer(health.answer(path), request.headers.accept);
    response.writeHead(statusCode, { ...headers, 'content-length': Buffer.byteLength(body) });
    response.end(body); // what answers HEAD has no body: Node leaves it out
    return true;
  };
}
