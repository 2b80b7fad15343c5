import { HEALTH_PATHS, type HealthChecker } from './health-checker.ts';
import { toHttpAnswer } from './http-answer.ts';
import { requireMethods, requireType } from './validation.ts';

interface Request {
  readonly headers: { readonly accept?: string | undefined };
}

interface Reply {
  code(statusCode: number): Reply;
  headers(headers: Readonly<Record<string, string>>): Reply;
  send(body: string): unknown;
}

/** As much of a Fastify instance as the plugin needs, so that whoever does not use Fastify needs none of it. */
export interface HealthRouter {
  get(path: string, options: object, handler: (request: Request, reply: Reply) => void): unknown;
}

export interface HealthPluginOptions {
  readonly health: HealthChecker;
  /** Given to each route, such as `config` and `schema`. @default none */
  readonly routeOptions?: object | undefined;
}

/**
 * A Fastify plugin that answers the probes: `await app.register(healthPlugin, { health })`. Fails with a TypeError for what is no HealthChecker
 * and for route options that are none. Other options, such as `prefix`, are Fastify's own.
 */
export function healthPlugin(
  router: HealthRouter,
  { health, routeOptions = {} }: HealthPluginOptions,
  done: (error?: Error) => void,
): void {
  try {
    requireMethods('healthPlugin health', health, 'answer');
    requireType('healthPlugin routeOptions', routeOptions, 'object');
  } catch (error) {
    done(error as Error); // what a plugin throws ends the process: Fastify rejects with what it is told
    return;
  }
  for (const path of HEALTH_PATHS) {
    router.get(path, routeOptions, (request, reply) => {
      const { statusCode, headers, body } = toHttpAnswer(health.answer(path), request.headers.accept);
      reply.code(statusCode).headers(headers).send(body);
    });
  }
  done();
}
