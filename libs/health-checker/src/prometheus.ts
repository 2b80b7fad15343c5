import type { CheckBody } from './health-body.ts';
import type { HealthChecker } from './health-checker.ts';

import { requireMethods, requireOptions } from './validation.ts';

type Labels = Partial<Record<string, string | number>>;

interface PrometheusGauge {
  /** Sets the series with these labels. */
  set(labels: Labels, value: number): void;
  /** Forgets all series. */
  reset(): void;
}

interface PrometheusGaugeOptions<Registry> {
  name: string;
  help: string;
  labelNames: string[];
  registers?: Registry[];
  /** Called when the metric is scraped. */
  collect: () => void;
}

/** What is used of prom-client, which is passed in: `import * as prometheus from 'prom-client'`. */
export interface PrometheusClient<Registry> {
  readonly Gauge: new (options: PrometheusGaugeOptions<Registry>) => PrometheusGauge;
}

export interface HealthMetricsOptions<Registry> {
  /** Where the metrics are registered. @default the client's own default registry */
  readonly registry?: Registry | undefined;
}

interface Definition {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly fill: (gauge: PrometheusGauge, health: HealthChecker) => void;
}

const STATUSES: readonly CheckBody['status'][] = ['pass', 'warn', 'fail', 'unknown'];
const MS_PER_SECOND = 1_000;

const DEFINITIONS: readonly Definition[] = [
  {
    name: 'signalbox_health_ready',
    help: 'Whether the service is ready: 1 or 0',
    labelNames: [],
    fill: (gauge, health) => {
      gauge.set({}, health.answer('/health/ready').statusCode === 200 ? 1 : 0);
    },
  },
  {
    name: 'signalbox_health_check_status',
    help: 'Whether the check has the status: 1 or 0',
    labelNames: ['check', 'status'],
    fill: (gauge, health) => {
      for (const [check, body] of checksOf(health)) {
        for (const status of STATUSES) {
          gauge.set({ check, status }, status === body.status ? 1 : 0);
        }
      }
    },
  },
  {
    name: 'signalbox_health_check_response_seconds',
    help: 'How long the last run of the check took',
    labelNames: ['check'],
    fill: (gauge, health) => {
      for (const [check, { responseTimeMs }] of checksOf(health)) {
        if (responseTimeMs !== undefined) {
          gauge.set({ check }, responseTimeMs / MS_PER_SECOND);
        }
      }
    },
  },
];

/**
 * Registers metrics that read what the checker saw last whenever they are scraped; no check is run for them. Throws what the client throws
 * where metrics of these names are registered already, and a TypeError for what is no client or no HealthChecker. The names stand in the README.
 */
export function exportHealthMetrics<Registry>(
  client: PrometheusClient<Registry>,
  health: HealthChecker,
  options: HealthMetricsOptions<Registry> = {},
): void {
  requireMethods('exportHealthMetrics client', client, 'Gauge');
  requireMethods('exportHealthMetrics health', health, 'answer');
  requireOptions('exportHealthMetrics', options, ['registry']);
  const { registry } = options;
  for (const { name, help, labelNames, fill } of DEFINITIONS) {
    const gauge = new client.Gauge({
      name,
      help,
      labelNames: [...labelNames],
      ...(registry !== undefined && { registers: [registry] }),
      collect: () => {
        gauge.reset();
        fill(gauge, health);
      },
    });
  }
}

function checksOf(health: HealthChecker): readonly [string, CheckBody][] {
  return Object.entries(health.answer('/health/detailed').body.checks ?? {});
}
