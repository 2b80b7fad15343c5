import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { type ZodTypeProvider } from 'fastify-type-provider-zod';
import * as prometheus from 'prom-client';

import { exportHealthMetrics, type HealthChecker } from '@signalbox/health-checker';

import type { CommonSettings } from './settings.ts';

import { addMetrics } from './answers/metrics.ts';
import { addOpenApi } from './answers/openapi.ts';
import { addProbes } from './answers/probes.ts';
import { errorHandler, notFoundHandler, type ToProblem } from './answers/problems.ts';
import { validatorCompiler } from './answers/validation.ts';
import { AccessControl } from './auth/access-control.ts';
import { type Identity, isAllowed, type Permission, type Scope } from './auth/permissions.ts';
import { ProblemError, UnavailableError } from './errors.ts';
import { requireInteger } from './integer-option.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered without credentials. */
    public?: boolean;
  }
  interface FastifyRequest {
    /** Who calls; null on a public route. */
    identity: Identity | null;
  }
}

export interface ServiceOptions {
  /** Name in logs and in the API's description. */
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly settings: CommonSettings;
  readonly health: HealthChecker;
  /** The app's one place where its errors become answers. */
  readonly toProblem: ToProblem;
  /** Largest request body in bytes: an integer from 1 to 104857600. @default 1048576 */
  readonly bodyLimitBytes?: number;
  /** Where log lines go. @default standard output */
  readonly logStream?: { write(line: string): void };
}

/** A Fastify instance whose routes are typed by zod schemas. */
export type ServiceHttp = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

export interface Service {
  readonly http: ServiceHttp;
  readonly log: FastifyBaseLogger;
  readonly access: AccessControl;
  readonly metrics: prometheus.Registry;
  /** Starts answering. Rejects with an UnavailableError of one line when the address is taken. */
  readonly listen: () => Promise<AddressInfo>;
  /** What the settings say, for `runMain`. */
  readonly drainNoticeMs: number;
  /** Readiness turns 503, and resolves once the notice is over that the settings ask for; idempotent. */
  readonly drain: () => Promise<void>;
  /** Drains, then listening stops and requests under way are answered; idempotent. */
  readonly close: () => Promise<void>;
}

const DEFAULT_BODY_LIMIT_BYTES = 1_048_576;

/**
 * A service as all of them are: zod routes, problem+json errors, `/health*`, `/metrics`, `/openapi.json`, `/docs`, structured logs,
 * and every route closed to strangers that is not marked `config: { public: true }`.
 *
 * Rejects with a RangeError for an option out of range.
 */
export async function createService(options: ServiceOptions): Promise<Service> {
  const { settings, health, bodyLimitBytes = DEFAULT_BODY_LIMIT_BYTES } = options;
  requireInteger('Service bodyLimitBytes', bodyLimitBytes, { from: 1, to: 104_857_600 });
  const access = AccessControl.fromSettings(settings);
  const answerError = errorHandler(options.toProblem);
  const http: ServiceHttp = fastify({
    logger: {
      name: options.name,
      level: settings.logLevel,
      ...(options.logStream && { stream: options.logStream }),
    },
    logController: new LogController({ disableRequestLogging: true }),
    // A logger for each request would cost more than most requests log; what fails is logged with its route instead.
    childLoggerFactory: (logger) => logger,
    bodyLimit: bodyLimitBytes,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512 },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  http.setValidatorCompiler(validatorCompiler);
  // Response schemas document and type an answer; what the app itself made is not parsed again.
  http.setSerializerCompiler(() => JSON.stringify);
  http.setErrorHandler(answerError);
  http.setNotFoundHandler(notFoundHandler);
  closeToStrangers(http, access);
  if (settings.logLevel === 'debug' || settings.logLevel === 'trace') {
    logRequests(http);
  }
  await addOpenApi(http, {
    title: `Signalbox ${options.name}`,
    description: options.description,
    version: options.version,
  });
  const metrics = addMetrics(http);
  addProbes(http, health);
  exportHealthMetrics(prometheus, health, { registry: metrics });
  if (access.isOpenToEveryone) {
    http.log.warn({ host: settings.host }, 'SIGNALBOX_AUTH=none: the control API is open to everyone who can reach it');
  }
  const { drainNoticeMs } = settings;
  const drain = () => health.drain({ noticeMs: drainNoticeMs });
  return {
    http,
    log: http.log,
    access,
    metrics,
    listen: () => listen(http, settings),
    drainNoticeMs,
    drain,
    close: async () => {
      await drain();
      await http.close();
    },
  };
}

/**
 * Ends the request with 403 unless its caller has the permission within the scope.
 * A route calls it once it knows which service and environment it is about.
 */
export function authorize(request: FastifyRequest, permission: Permission, scope?: Scope): void {
  const { identity } = request;
  if (identity === null || !isAllowed(identity, permission, scope)) {
    const within = [scope?.service, scope?.environment].filter((part) => part !== undefined).join('/');
    throw new ProblemError({
      status: 403,
      code: 'auth/forbidden',
      detail: `${identity?.name ?? 'nobody'} may not ${permission}${within === '' ? '' : ` ${within}`}`,
    });
  }
}

function closeToStrangers(http: ServiceHttp, access: AccessControl): void {
  http.decorateRequest('identity', null);
  http.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.public === true || request.is404) {
      done();
      return;
    }
    const identity = access.identify(request.headers);
    if (identity === undefined) {
      void reply.header('www-authenticate', 'Bearer realm="signalbox", Basic realm="signalbox"');
      done(
        new ProblemError({
          status: 401,
          code: 'auth/unknown-caller',
          detail: access.refusal(request.headers),
        }),
      );
      return;
    }
    request.identity = identity;
    done();
  });
}

function logRequests(http: ServiceHttp): void {
  http.addHook('onResponse', (request, reply, done) => {
    const { method, identity, routeOptions } = request;
    const ms = Math.round(reply.elapsedTime);
    request.log.debug(
      { method, route: routeOptions.url, status: reply.statusCode, ms, caller: identity?.name },
      'answered',
    );
    done();
  });
}

async function listen(http: ServiceHttp, { host, port }: CommonSettings): Promise<AddressInfo> {
  try {
    await http.listen({ host, port, listenTextResolver: (address) => `listening on ${address}` });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException; // listen rejects with a system error
    const reason = code === 'EADDRINUSE' ? 'is taken' : `can not be listened on: ${message}`;
    throw new UnavailableError(`port ${port} on ${host} ${reason}`, { cause: error });
  }
  return http.server.address() as AddressInfo; // a TCP server that listens has an AddressInfo
}
