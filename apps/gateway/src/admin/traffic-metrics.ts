import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

import type { Upstream } from '../upstreams/upstream.ts';

import { DURATION_BOUNDS_MS, OUTCOMES, type RouteTraffic, type Traffic } from '../proxy/traffic.ts';

/** Where the figures are taken from when they are asked for. */
export interface MeasuredRooms {
  readonly traffic: Traffic;
  readonly upstreams: { readonly all: readonly Upstream[] };
  readonly server: { readonly tunnels: number };
}

const BREAKER_STATES = ['closed', 'half-open', 'open'] as const;

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
  registry.registerMetric(new RouteDurations(traffic));
  addEndpointGauges(registry, upstreams);
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
    help: "State of an endpoint's circuit breaker: 0 closed, 1 half-open, 2 open.",
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

const DURATIONS = 'signalbox_gateway_request_duration_seconds';

/** A histogram whose buckets were counted elsewhere. */
class RouteDurations extends Histogram {
  readonly #traffic: Traffic;

  constructor(traffic: Traffic) {
    super({
      name: DURATIONS,
      help: 'Time from the head of a request to the end of its answer, by route.',
      registers: [],
    });
    this.#traffic = traffic;
  }

  override async get() {
    const empty = await super.get();
    return { ...empty, values: this.#traffic.routes.flatMap(toSeries) };
  }
}

function toSeries({ route, durations, durationSumMs }: RouteTraffic) {
  let count = 0;
  const buckets = durations.map((more, i) => {
    count += more;
    const bound = DURATION_BOUNDS_MS[i];
    const le = bound === undefined ? '+Inf' : bound / 1_000;
    return { metricName: `${DURATIONS}_bucket`, labels: { route, le }, value: count };
  });
  return [
    ...buckets,
    { metricName: `${DURATIONS}_sum`, labels: { route }, value: durationSumMs / 1_000 },
    { metricName: `${DURATIONS}_count`, labels: { route }, value: count },
  ];
}
