import type { CircuitBreaker, CircuitSnapshot } from './circuit-breaker.ts';
import type { CircuitState } from './state.ts';

import { requireFunction, requireOptions, requireType, shown } from './validation.ts';

type Labels = Partial<Record<string, string | number>>;

interface PrometheusMetric {
  /** Adds to the series with these labels. */
  inc(labels: Labels, value: number): void;
  /** Forgets all series. */
  reset(): void;
}

interface PrometheusMetricOptions<Registry> {
  name: string;
  help: string;
  labelNames: string[];
  registers?: Registry[];
  /** Called when the metric is scraped. */
  collect: () => void;
}

type PrometheusMetricClass<Registry> = new (options: PrometheusMetricOptions<Registry>) => PrometheusMetric;

/** What is used of prom-client, which is passed in: `import * as prometheus from 'prom-client'`. */
export interface PrometheusClient<Registry> {
  readonly Gauge: PrometheusMetricClass<Registry>;
  readonly Counter: PrometheusMetricClass<Registry>;
}

interface Series {
  readonly labels?: Labels;
  readonly value: number;
}

interface Definition {
  readonly name: string;
  readonly help: string;
  readonly kind: keyof PrometheusClient<unknown>;
  readonly labelNames: readonly string[];
  readonly read: (snapshot: CircuitSnapshot) => readonly Series[];
}

const STATES: readonly CircuitState[] = ['closed', 'open', 'half-open', 'isolated'];
const OUTCOMES = ['succeeded', 'failed', 'uncounted', 'refused'] as const;

const DEFINITIONS: readonly Definition[] = [
  {
    name: 'signalbox_circuit_breaker_state',
    help: 'Whether the breaker is in the state: 1 or 0',
    kind: 'Gauge',
    labelNames: ['state'],
    read: (snapshot) => STATES.map((state) => ({ labels: { state }, value: state === snapshot.state ? 1 : 0 })),
  },
  {
    name: 'signalbox_circuit_breaker_failures',
    help: 'Failures that count towards opening',
    kind: 'Gauge',
    labelNames: [],
    read: ({ failureCount }) => [{ value: failureCount }],
  },
  {
    name: 'signalbox_circuit_breaker_calls_total',
    help: 'Calls by what became of them',
    kind: 'Counter',
    labelNames: ['outcome'],
    read: ({ totals }) => OUTCOMES.map((outcome) => ({ labels: { outcome }, value: totals[outcome] })),
  },
  {
    name: 'signalbox_circuit_breaker_slow_calls_total',
    help: 'Calls that succeeded or failed slowly',
    kind: 'Counter',
    labelNames: [],
    read: ({ totals }) => [{ value: totals.slow }],
  },
];

export interface CircuitMetricsOptions<Registry> {
  /** Where the metrics are registered. @default the client's own default registry */
  readonly registry?: Registry | undefined;
}

/**
 * Registers metrics that read the breakers whenever they are scraped, each series with the label `breaker`; breakers of one name are
 * added up. Throws what the client throws where metrics of these names are registered already, and a TypeError for what is no client, no
 * breakers or no such option. The names stand in the README.
 */
export function exportCircuitMetrics<Registry>(
  client: PrometheusClient<Registry>,
  breakers: Iterable<CircuitBreaker>,
  options: CircuitMetricsOptions<Registry> = {},
): void {
  requireClient(client);
  requireIterable(breakers);
  requireType('exportCircuitMetrics options', options, 'object');
  requireOptions('exportCircuitMetrics', options, ['registry']);
  const { registry } = options;
  for (const { name, help, kind, labelNames, read } of DEFINITIONS) {
    const metric = new client[kind]({
      name,
      help,
      labelNames: ['breaker', ...labelNames],
      ...(registry !== undefined && { registers: [registry] }),
      collect: () => {
        refill(metric, breakers, read);
      },
    });
  }
}

function requireClient(client: object): void {
  requireType('exportCircuitMetrics client', client, 'object');
  for (const metric of ['Gauge', 'Counter']) {
    requireFunction(`exportCircuitMetrics client.${metric}`, Reflect.get(client, metric));
  }
}

function requireIterable(breakers: unknown): void {
  if (typeof breakers !== 'object' || breakers === null || !(Symbol.iterator in breakers)) {
    throw new TypeError(`exportCircuitMetrics breakers: must be breakers to go through, not ${shown(breakers)}`);
  }
}

function refill(metric: PrometheusMetric, breakers: Iterable<CircuitBreaker>, read: Definition['read']): void {
  metric.reset();
  for (const breaker of breakers) {
    const snapshot = breaker.snapshot();
    for (const { labels, value } of read(snapshot)) {
      metric.inc({ breaker: snapshot.name, ...labels }, value);
    }
  }
}
