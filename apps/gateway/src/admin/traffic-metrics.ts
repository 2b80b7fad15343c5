import { Counter, Gauge, type Registry } from 'prom-client';

import type { Upstream } from '../upstreams/upstream.ts';

import { DURATION_BOUNDS_MS, OUTCOMES, type Traffic } from '../proxy/traffic.ts';

/** Where the figures are taken from when they are asked for. */
export interface MeasuredRooms {
  readonly traffic: Traffic;
  readonly upstreams: { readonly all: readonly Upstream[] };
  readonly server: { readonly tunnels: number };
}

const BREAKER_STATES = ['closed', 'half-open', 'open', 'isolated'] as const;

/** Adds the data port's figures to `/metrics`. The hot path counts in plain fields; they are read here, once a scrape. */
export function addTrafficMetrics(registry: Registry, { traffic, upstreams, server }: MeasuredRooms): void {
  const registers = [registry];
  new Counter({
    name: 'signalbox_gateway_requests_total',
    help: 'Requests by route and class of status; client-gone: the client left before the answer.',
    labelNames: ['route', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const { route, outcomes } of traffic.routes) {
        OUTCOMES.forEach((outcome, i) => {
          this.inc({ route, outcome }, outcomes[i]);
        });
      }
    },
  });
  new Counter({
    name: 'signalbox_gateway_retries_total',
    help: 'Attempts beyond the first, by route.',
    labelNames: ['route'],
    registers,
    collect() {
      this.reset();
      for (const { route, retries } of traffic.routes) {
        this.inc({ route }, retries);
      }
    },
  });
  new Counter({
    name: 'signalbox_gateway_refusals_total',
    help: 'Requests that no route was asked for or none took, by code of the problem.',
    labelNames: ['code'],
    registers,
    collect() {
      this.reset();
      for (const [code, count] of traffic.refusals) {
        this.inc({ code }, count);
      }
    },
  });
  addDurations(registry, traffic);
  addEndpointGauges(registry, upstreams);
  addPanicMetrics(registry, upstreams);
  new Gauge({
    name: 'signalbox_gateway_websockets',
    help: 'WebSocket connections open through the gateway.',
    registers,
    collect() {
      this.set(server.tunnels);
    },
  });
}

function addEndpointGauges(registry: Registry, upstreams: MeasuredRooms['upstreams']): void {
  const registers = [registry];
  new Gauge({
    name: 'signalbox_gateway_endpoint_requests',
    help: 'Requests under way to an endpoint.',
    labelNames: ['service', 'instance'],
    registers,
    collect() {
      this.reset();
      for (const { service, endpoints } of upstreams.all) {
        endpoints.forEach(({ id, inFlight }) => {
          this.set({ service, instance: id }, inFlight);
        });
      }
    },
  });
  new Gauge({
    name: 'signalbox_gateway_endpoint_breaker',
    help: "State of an endpoint's circuit breaker: 0 closed, 1 half-open, 2 open, 3 isolated.",
    labelNames: ['service', 'instance'],
    registers,
    collect() {
      this.reset();
      for (const { service, endpoints } of upstreams.all) {
        endpoints.forEach(({ id, breaker }) => {
          this.set({ service, instance: id }, BREAKER_STATES.indexOf(breaker.state));
        });
      }
    },
  });
}

function addPanicMetrics(registry: Registry, upstreams: MeasuredRooms['upstreams']): void {
  const registers = [registry];
  new Gauge({
    name: 'signalbox_gateway_panic',
    help: 'Whether the breakers of a service are not heeded, as they would hold back most of what answers: 1 or 0.',
    labelNames: ['service'],
    registers,
    collect() {
      this.reset();
      for (const { service, isPanicking } of upstreams.all) {
        this.set({ service }, Number(isPanicking));
      }
    },
  });
  new Counter({
    name: 'signalbox_gateway_unguarded_requests_total',
    help: 'Attempts sent to an instance in spite of its breaker, by service.',
    labelNames: ['service'],
    registers,
    collect() {
      this.reset();
      for (const { service, unguarded } of upstreams.all) {
        this.inc({ service }, unguarded);
      }
    },
  });
}

const DURATIONS = 'signalbox_gateway_request_duration_seconds';
const HELP = 'Time from the head of a request to the end of its answer, by route';

/** The series of a histogram, each a counter: prom-client's own histogram can't be given buckets that were counted elsewhere. */
function addDurations(registry: Registry, traffic: Traffic): void {
  const registers = [registry];
  new Counter({
    name: `${DURATIONS}_bucket`,
    help: `${HELP}: requests that took no longer than le.`,
    labelNames: ['route', 'le'],
    registers,
    collect() {
      this.reset();
      for (const { route, durations } of traffic.routes) {
        let count = 0;
        durations.forEach((more, i) => {
          count += more;
          this.inc({ route, le: bucketLabel(i) }, count);
        });
      }
    },
  });
  new Counter({
    name: `${DURATIONS}_sum`,
    help: `${HELP}: all together.`,
    labelNames: ['route'],
    registers,
    collect() {
      this.reset();
      for (const { route, durationSumMs } of traffic.routes) {
        this.inc({ route }, durationSumMs / 1_000);
      }
    },
  });
  new Counter({
    name: `${DURATIONS}_count`,
    help: `${HELP}: how many.`,
    labelNames: ['route'],
    registers,
    collect() {
      this.reset();
      for (const { route, durations } of traffic.routes) {
        this.inc({ route }, sum(durations));
      }
    },
  });
}

function bucketLabel(i: number): string {
  const bound = DURATION_BOUNDS_MS[i];
  return bound === undefined ? '+Inf' : String(bound / 1_000);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
