import * as prometheus from 'prom-client';
import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { HealthChecker } from './health-checker.ts';
import { exportHealthMetrics } from './prometheus.ts';

describe('the metrics of health', () => {
  it('say at each scrape how every check stands and whether the service is ready', async () => {
    const clock = new FakeClock();
    const registry = new prometheus.Registry();
    const health = new HealthChecker({ clock }).addDependency('db', () => clock.sleep(250));
    exportHealthMetrics(prometheus, health, { registry });

    const before = (await registry.metrics()).split('\n');
    health.start();
    await clock.advance(250);
    const after = (await registry.metrics()).split('\n');
    await health.close();

    expect(before).toEqual(
      expect.arrayContaining([
        'signalbox_health_ready 0',
        'signalbox_health_check_status{check="db",status="unknown"} 1',
        'signalbox_health_check_status{check="db",status="pass"} 0',
      ]),
    );
    expect(before.filter((line) => line.startsWith('signalbox_health_check_response_seconds'))).toEqual([]);
    expect(after).toEqual(
      expect.arrayContaining([
        '# TYPE signalbox_health_ready gauge',
        'signalbox_health_ready 1',
        'signalbox_health_check_status{check="db",status="unknown"} 0',
        'signalbox_health_check_status{check="db",status="pass"} 1',
        'signalbox_health_check_status{check="db",status="warn"} 0',
        'signalbox_health_check_status{check="db",status="fail"} 0',
        'signalbox_health_check_response_seconds{check="db"} 0.25',
      ]),
    );
  });

  it('are refused without a client or a checker, and with another option, before any is registered', () => {
    const registry = new prometheus.Registry();
    const [noClient, noHealth] = [{}, {}] as unknown as [typeof prometheus, HealthChecker]; // as without types

    expect(() => {
      exportHealthMetrics(noClient, new HealthChecker());
    }).toThrow(new TypeError('exportHealthMetrics client.Gauge: must be of type function, not undefined'));
    expect(() => {
      exportHealthMetrics(prometheus, noHealth, { registry });
    }).toThrow(new TypeError('exportHealthMetrics health.answer: must be of type function, not undefined'));
    expect(() => {
      exportHealthMetrics(prometheus, new HealthChecker(), { register: registry } as object);
    }).toThrow(new TypeError('exportHealthMetrics: has no option "register"; there are registry'));
    expect(registry.getMetricsAsArray()).toEqual([]);
  });
});
