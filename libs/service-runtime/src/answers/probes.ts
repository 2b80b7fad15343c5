import type { FastifyInstance } from 'fastify';

import { type HealthChecker, healthPlugin } from '@signalbox/health-checker';

/** `/health*`, open without credentials so that an orchestrator can ask. */
export function addProbes(http: FastifyInstance, health: HealthChecker): void {
  http.register(healthPlugin, { health, routeOptions: { config: { public: true }, schema: { hide: true } } });
}
