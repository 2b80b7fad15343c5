import { describe, expect, it } from 'vitest';

import { CircuitBreaker } from '@signalbox/circuit-breaker';
import { FakeClock } from '@signalbox/testkit';

import { circuitProbe, type ShownCircuit } from './circuit.ts';
import { HealthChecker } from './health-checker.ts';

function setUp() {
  const clock = new FakeClock();
  const breaker = new CircuitBreaker({ name: 'stock', trip: { consecutiveFailures: 1 }, now: () => clock.now() });
  const health = new HealthChecker({ clock });
  const ready = () => health.answer('/health/ready');
  return { clock, breaker, health, ready, [Symbol.asyncDispose]: () => health.close() };
}

describe('an open breaker', () => {
  it('keeps the service ready when a check that goes through it passed before', async () => {
    await using watched = setUp();
    const { clock, breaker, health, ready } = watched;
    health.addDependency('stock', () => breaker.execute(() => Promise.resolve()));
    health.start();
    await clock.advance(0);
    const { time } = ready().body.checks?.['stock'] ?? {};

    breaker.isolate();
    await clock.advance(60_000);

    expect(ready()).toMatchObject({ statusCode: 200, body: { checks: { stock: { status: 'pass', time } } } });
    expect(health.answer('/health/live').statusCode).toBe(200);
  });

  it('does not make the service ready when a check that goes through it failed before, nor when it never ran', async () => {
    await using watched = setUp();
    const { clock, breaker, health, ready } = watched;
    health.addDependency('stock', () => breaker.execute(() => Promise.reject(new Error('connection refused'))));
    health.start();
    await clock.advance(40_000);
    health.addDependency('prices', () => breaker.execute(() => Promise.resolve()));
    await clock.advance(0);

    expect(breaker.snapshot().totals.refused).toBeGreaterThan(1);
    expect(ready()).toMatchObject({
      statusCode: 503,
      body: { checks: { stock: { status: 'fail', error: 'connection refused' }, prices: { status: 'unknown' } } },
    });
  });

  it('is shown by its own check, which warns', async () => {
    await using watched = setUp();
    const { clock, breaker, health, ready } = watched;
    health.addDependency('breaker', circuitProbe(breaker), { intervalMs: 1_000 });
    health.start();
    await clock.advance(0);
    expect(ready().body.checks).toMatchObject({ breaker: { status: 'pass' } });

    breaker.isolate();
    await clock.advance(1_100);

    expect(ready()).toMatchObject({
      statusCode: 200,
      body: { checks: { breaker: { status: 'warn', details: 'stock is isolated' } } },
    });
  });
});

it('refuses to show what is no breaker', () => {
  expect(() => circuitProbe({ name: 'stock' } as unknown as ShownCircuit)).toThrow(
    new TypeError('circuitProbe breaker.snapshot: must be of type function, not undefined'),
  );
});
