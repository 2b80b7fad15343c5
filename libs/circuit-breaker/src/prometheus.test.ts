import * as prometheus from 'prom-client';
import { describe, expect, it } from 'vitest';

import { CircuitBreaker } from './circuit-breaker.ts';
import { exportCircuitMetrics } from './prometheus.ts';

describe('the metrics of breakers', () => {
  it('say at each scrape where every breaker stands and what became of its calls', async () => {
    const registry = new prometheus.Registry();
    const stock = new CircuitBreaker({ name: 'stock', trip: { consecutiveFailures: 2 }, now: () => 0 });
    const prices = new CircuitBreaker({
      name: 'prices',
      trip: { slowCallRate: 1, slowCallMs: 0, windowCalls: 10, minimumCalls: 10 },
      now: () => 0,
    });
    exportCircuitMetrics(prometheus, [stock, prices], { registry });
    await registry.metrics();

    stock.tryAcquire()?.succeeded();
    stock.tryAcquire()?.failed();
    stock.tryAcquire()?.cancelled();
    stock.tryAcquire()?.failed();
    stock.tryAcquire();
    prices.tryAcquire()?.succeeded();
    const lines = (await registry.metrics()).split('\n');

    expect(lines).toEqual(
      expect.arrayContaining([
        '# TYPE signalbox_circuit_breaker_state gauge',
        'signalbox_circuit_breaker_state{breaker="stock",state="closed"} 0',
        'signalbox_circuit_breaker_state{breaker="stock",state="open"} 1',
        'signalbox_circuit_breaker_state{breaker="prices",state="closed"} 1',
        'signalbox_circuit_breaker_failures{breaker="stock"} 2',
        '# TYPE signalbox_circuit_breaker_calls_total counter',
        'signalbox_circuit_breaker_calls_total{breaker="stock",outcome="succeeded"} 1',
        'signalbox_circuit_breaker_calls_total{breaker="stock",outcome="failed"} 2',
        'signalbox_circuit_breaker_calls_total{breaker="stock",outcome="uncounted"} 1',
        'signalbox_circuit_breaker_calls_total{breaker="stock",outcome="refused"} 1',
        'signalbox_circuit_breaker_slow_calls_total{breaker="prices"} 1',
      ]),
    );
  });

  it('lose the series of a breaker that is gone, and get those of a new one', async () => {
    const registry = new prometheus.Registry();
    const breakers = [new CircuitBreaker({ name: 'old' })];
    exportCircuitMetrics(prometheus, breakers, { registry });
    await registry.metrics();

    breakers[0] = new CircuitBreaker({ name: 'new' });
    const text = await registry.metrics();

    expect(text).toContain('breaker="new"');
    expect(text).not.toContain('breaker="old"');
  });

  it('go to the default registry unless told otherwise', async () => {
    exportCircuitMetrics(prometheus, [new CircuitBreaker({ name: 'default' })]);

    expect(await prometheus.register.metrics()).toContain('signalbox_circuit_breaker_failures{breaker="default"} 0');
    prometheus.register.clear();
  });

  it.each([
    [{}, [], {}, ' client.Gauge: must be of type function, not undefined'],
    [{ Gauge: prometheus.Gauge }, [], {}, ' client.Counter: must be of type function, not undefined'],
    [prometheus, undefined, {}, ' breakers: must be breakers to go through, not undefined'],
    [prometheus, new CircuitBreaker(), {}, ' breakers: must be breakers to go through, not an object'],
    [prometheus, [], null, ' options: must be of type object, not null'],
    [prometheus, [], { register: 1 }, ': has no option "register"; there are registry'],
  ])('are refused where they can not be exported: %#', (...[client, breakers, options, message]) => {
    const given = [client, breakers, options] as Parameters<typeof exportCircuitMetrics>; // as without types

    expect(() => {
      exportCircuitMetrics(...given);
    }).toThrow(new TypeError(`exportCircuitMetrics${message}`));
  });
});
