import type { FastifyInstance } from 'fastify';

import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Seconds; from a cached read to a long poll's edge. */
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10];

/** `/metrics` in Prometheus' text format, open without credentials, with the process' own figures and one histogram of requests. */
export function addMetrics(http: FastifyInstance): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'signalbox_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  });
  http.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    durations.labels(request.method, route, String(reply.statusCode)).observe(reply.elapsedTime / 1_000);
    done();
  });
  http.get('/metrics', { config: { public: true }, schema: { hide: true } }, async (_request, reply) => {
    await reply
      .type(registry.contentType)
      .serializer(String)
      .send(await registry.metrics());
  });
  return registry;
}
