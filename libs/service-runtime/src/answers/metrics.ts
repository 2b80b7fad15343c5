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
  const observe = observerOf(durations);
  http.addHook('onResponse', (request, reply, done) => {
    observe(
      { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode },
      reply.elapsedTime,
    );
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

interface Answer {
  readonly method: string;
  readonly route: string;
  readonly status: number;
}

interface Observer {
  observe(seconds: number): void;
}

/** Keeps the child of each set of labels: there are few, and finding one costs the library more than observing. */
function observerOf(durations: Histogram<'method' | 'route' | 'status'>) {
  const routes = new Map<string, Map<string, Map<number, Observer>>>();
  return ({ method, route, status }: Answer, elapsedMs: number) => {
    // One map in another: a key made of all three would be put together and hashed for every request.
    const methods = entryOf(routes, route, () => new Map<string, Map<number, Observer>>());
    const statuses = entryOf(methods, method, () => new Map<number, Observer>());
    const child = entryOf(statuses, status, () => durations.labels({ method, route, status: String(status) }));
    child.observe(elapsedMs / 1_000);
  };
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}
