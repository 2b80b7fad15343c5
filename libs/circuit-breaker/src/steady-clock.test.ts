import { describe, expect, it } from 'vitest';

import { CircuitBreaker } from './circuit-breaker.ts';
import { steadied } from './steady-clock.ts';

function openBreaker() {
  const time = { now: 100_000 };
  const breaker = new CircuitBreaker({
    trip: { consecutiveFailures: 1 },
    recoveryTimeoutMs: 1_000,
    now: () => time.now,
  });
  return { breaker, time };
}

describe('a breaker whose clock is set back', () => {
  it('probes no later than if it had not been', () => {
    const { breaker, time } = openBreaker();
    breaker.tryAcquire()?.failed();
    time.now = 0;

    expect(breaker.snapshot().retryAfterMs).toBe(1_000);
    time.now = 1_000;
    expect(breaker.tryAcquire()).toBeDefined();
  });

  it('forgets the calls of its window as time goes on', () => {
    const time = { now: 100_000 };
    const trip = { failureRate: 0.5, windowMs: 1_000, minimumCalls: 10 };
    const breaker = new CircuitBreaker({ trip, now: () => time.now });
    breaker.tryAcquire()?.failed();
    time.now = 0;

    expect(breaker.snapshot().failureCount).toBe(1);
    time.now = 1_100;
    expect(breaker.snapshot().failureCount).toBe(0);
  });
});

describe('a breaker whose clock answers no number for a while', () => {
  it.each([NaN, Infinity, -Infinity])('opens and probes all the same: %d', (noTime) => {
    const { breaker, time } = openBreaker();
    const permit = breaker.tryAcquire();
    time.now = noTime;
    permit?.failed();

    expect(breaker.snapshot()).toMatchObject({ state: 'open', retryAfterMs: 1_000, lastFailureTime: 100_000 });
    time.now = 101_000;
    expect(breaker.tryAcquire()).toBeDefined();
  });
});

describe('a breaker whose clock begins below zero', () => {
  it('forgets the calls of its window', () => {
    const time = { now: -5_000_050 };
    const trip = { failureRate: 0.5, windowMs: 1_000, minimumCalls: 2 };
    const breaker = new CircuitBreaker({ trip, now: () => time.now });
    breaker.tryAcquire()?.failed();

    time.now += 1_100;

    expect(breaker.snapshot().failureCount).toBe(0);
  });
});

describe('a steadied clock', () => {
  it('is the clock itself as long as that goes on', () => {
    const times = [5, 5, 7, 100];
    const now = steadied(() => times.shift() ?? 0);

    expect([now(), now(), now()]).toEqual([5, 7, 100]);
  });
});
