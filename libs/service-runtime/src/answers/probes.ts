import type { FastifyInstance } from 'fastify';

import type { HealthChecker } from '@signalbox/health-checker';

const PATHS = ['/health', '/health/live', '/health/ready', '/health/detailed'] as const;

/** `/health*`, open without credentials so that an orchestrator can ask. */
export function addProbes(http: FastifyInstance, health: HealthChecker): void {
  for (const path of PATHS) {
    http.get(path, { config: { public: true }, schema: { hide: true } }, async (_request, reply) => {
      const { statusCode, body } = health.answer(path);
      await reply.code(statusCode).header('cache-control', 'no-store').send(body);
    });
  }
}
