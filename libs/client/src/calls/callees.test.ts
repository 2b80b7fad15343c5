import { describe, expect, it } from 'vitest';

import { CircuitBreakerRegistry } from '@signalbox/circuit-breaker';
import { LoadBalancer } from '@signalbox/load-balancer';
import { RetryBudget } from '@signalbox/retry';
import { FakeClock } from '@signalbox/testkit';

import type { ServiceWatch } from '../registry/service-watch.ts';

import { Callee } from './callee.ts';
import { Callees } from './callees.ts';

const TEN_MINUTES_MS = 600_000;

/** Knows of no instances, and takes its name off the list when it is closed. */
class EmptyWatch implements ServiceWatch {
  readonly instances = [];
  readonly ready = Promise.resolve();
  readonly service: string;
  readonly #watched: Set<string>;

  constructor(service: string, watched: Set<string>) {
    this.service = service;
    this.#watched = watched;
    watched.add(service);
  }

  onChange(): () => void {
    return () => undefined;
  }

  close(): void {
    this.#watched.delete(this.service);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function calleesUpTo(max: number) {
  const clock = new FakeClock();
  const now = () => clock.now();
  const watched = new Set<string>();
  const create = (service: string) =>
    new Callee({
      watch: new EmptyWatch(service, watched),
      balancer: new LoadBalancer({ now }),
      breakers: new CircuitBreakerRegistry(),
      budget: new RetryBudget({ now }),
      now,
    });
  return { clock, watched, callees: new Callees({ max, now, create }) };
}

describe('a service that is called by a name in an address', () => {
  it('is watched until ten minutes have passed without a call and another is called', async () => {
    const { clock, watched, callees } = calleesUpTo(10);
    callees.borrow('orders');
    await clock.advance(TEN_MINUTES_MS - 1);
    callees.borrow('inventory');
    expect([...watched]).toEqual(['orders', 'inventory']);

    await clock.advance(1);
    callees.borrow('payments');

    expect([...watched]).toEqual(['inventory', 'payments']);
  });

  it('gives way to another where there is no more room, the longest unused first', async () => {
    const { clock, watched, callees } = calleesUpTo(2);
    const orders = callees.borrow('orders');
    await clock.advance(1);
    callees.borrow('inventory');
    await clock.advance(1);
    expect(callees.borrow('orders')).toBe(orders);

    callees.borrow('payments');

    expect([...watched]).toEqual(['orders', 'payments']);
  });

  it('gives way to no name that can not be', () => {
    const { watched, callees } = calleesUpTo(1);
    callees.borrow('orders');

    expect(() => callees.borrow('::1')).toThrow(/^service must be /);

    expect([...watched]).toEqual(['orders']);
  });
});

describe('a service that somebody holds', () => {
  it('stays, however long it is not called, and takes room', async () => {
    const { clock, watched, callees } = calleesUpTo(2);
    callees.borrow('orders');
    callees.hold('orders');
    await clock.advance(TEN_MINUTES_MS);
    callees.hold('inventory');

    expect(() => callees.borrow('payments')).toThrow(
      new RangeError('maxServices: 2 services are called already, "payments" is one more'),
    );
    expect([...watched]).toEqual(['orders', 'inventory']);
  });
});
