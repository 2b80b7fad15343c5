import { describe, expect, it } from 'vitest';

import type { CircuitBreakerOptions } from './options.ts';

import { CircuitBreaker, type StateChange } from './circuit-breaker.ts';
import { CircuitBreakerOpenError } from './errors.ts';

const TIMEOUT = 1_000;

function createBreaker(options: CircuitBreakerOptions = {}) {
  const time = { now: 0 };
  const breaker = new CircuitBreaker({ recoveryTimeoutMs: TIMEOUT, now: () => time.now, ...options });
  const changes: StateChange[] = [];
  breaker.onStateChange((change) => changes.push(change));
  const succeed = () => breaker.execute(() => Promise.resolve('ok'));
  const fail = () => breaker.execute(() => Promise.reject(new Error('down'))).catch(() => undefined);
  return { breaker, changes, time, succeed, fail };
}

async function openBreaker(options: CircuitBreakerOptions = {}) {
  const created = createBreaker({ trip: { consecutiveFailures: 1 }, ...options });
  await created.fail();
  return created;
}

describe('CircuitBreaker', () => {
  it('hands on what a call resolves and rejects with', async () => {
    const { breaker } = createBreaker();

    await expect(breaker.execute(() => Promise.resolve(7))).resolves.toBe(7);
    await expect(breaker.execute(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
  });

  it('counts a call that throws as one that rejects', async () => {
    const { breaker } = createBreaker({ trip: { consecutiveFailures: 1 } });
    const throws = () => {
      throw new Error('thrown');
    };

    await expect(breaker.execute(throws)).rejects.toThrow('thrown');
    expect(breaker.state).toBe('open');
  });

  it('opens after five failures in a row by default, and stays open for 60 s', async () => {
    const time = { now: 0 };
    const breaker = new CircuitBreaker({ now: () => time.now });
    const fail = () => breaker.execute(() => Promise.reject(new Error('down'))).catch(() => undefined);
    for (let i = 0; i < 4; i++) {
      await fail();
    }

    expect(breaker.state).toBe('closed');
    await fail();
    expect(breaker.snapshot()).toEqual({
      name: 'circuit',
      state: 'open',
      failureCount: 5,
      failureThreshold: 5,
      lastFailureTime: 0,
      recoveryTimeoutMs: 60_000,
      retryAfterMs: 60_000,
    });
  });

  it('begins to count anew after a success', async () => {
    const { breaker, fail, succeed } = createBreaker({ trip: { consecutiveFailures: 2 } });

    await fail();
    await succeed();
    await fail();

    expect(breaker.state).toBe('closed');
  });

  it('does not call what it refuses, and says when to come back', async () => {
    const { breaker, time } = await openBreaker({ name: 'inventory' });
    time.now = 400;
    let called = false;

    const refused = breaker.execute(() => {
      called = true;
      return Promise.resolve();
    });

    await expect(refused).rejects.toMatchObject({
      code: 'SIGNALBOX_CIRCUIT_OPEN',
      breaker: 'inventory',
      retryAfterMs: 600,
    });
    expect(called).toBe(false);
  });

  it('takes no stack for a refusal and leaves the stacks of others alone', () => {
    expect(new CircuitBreakerOpenError('x', 0).stack).not.toMatch(/\n +at /);
    expect(new Error('other').stack).toMatch(/\n +at /);
  });

  it('closes after one successful probe by default', async () => {
    const { breaker, changes, succeed, time } = await openBreaker();
    time.now = TIMEOUT;

    await succeed();

    expect(breaker.state).toBe('closed');
    expect(changes.map(({ to }) => to)).toEqual(['open', 'half-open', 'closed']);
  });

  it('opens again when the probe fails', async () => {
    const { breaker, fail, time } = await openBreaker();
    time.now = TIMEOUT;

    await fail();

    expect(breaker.snapshot()).toMatchObject({ state: 'open', retryAfterMs: TIMEOUT });
  });

  it('lets no more through than it has permits, and decides when all of them are in', async () => {
    const { breaker, time } = await openBreaker({ halfOpenPermits: 2 });
    time.now = TIMEOUT;

    const first = breaker.tryAcquire();
    const second = breaker.tryAcquire();

    expect(breaker.tryAcquire()).toBeUndefined();
    first?.succeeded();
    expect(breaker.state).toBe('half-open');
    second?.succeeded();
    expect(breaker.state).toBe('closed');
  });

  it('gives a permit back that was cancelled', async () => {
    const { breaker, time } = await openBreaker();
    time.now = TIMEOUT;

    breaker.tryAcquire()?.cancelled();

    expect(breaker.tryAcquire()).toBeDefined();
  });

  it('is not wedged by a probe that hangs', async () => {
    const { breaker, time } = await openBreaker();
    time.now = TIMEOUT;
    const hung = breaker.tryAcquire();
    time.now = 2 * TIMEOUT;

    const next = breaker.tryAcquire();

    expect(breaker.tryAcquire()).toBeUndefined();
    next?.succeeded();
    expect(breaker.state).toBe('closed');
    hung?.failed();
    expect(breaker.snapshot().failureCount).toBe(0);
  });

  it('closes on probes that succeed, even if each takes longer than the recovery timeout', async () => {
    const { breaker, time } = await openBreaker();
    time.now = TIMEOUT;
    const slow = breaker.tryAcquire();
    time.now = 2 * TIMEOUT;
    breaker.tryAcquire();

    slow?.succeeded();

    expect(breaker.state).toBe('closed');
  });

  it('does not note the time of a failure that no longer counts', async () => {
    const { breaker, fail, time } = createBreaker({ trip: { consecutiveFailures: 1 } });
    const early = breaker.tryAcquire();
    await fail();
    time.now = 500;

    early?.failed();

    expect(breaker.snapshot().lastFailureTime).toBe(0);
  });

  it('ignores the result of a call that began before the last change of state', async () => {
    const { breaker, fail, time } = createBreaker({ trip: { consecutiveFailures: 1 } });
    const early = breaker.tryAcquire();
    await fail();
    time.now = TIMEOUT;
    const probe = breaker.tryAcquire();

    early?.succeeded();

    expect(breaker.state).toBe('half-open');
    probe?.failed();
    expect(breaker.state).toBe('open');
  });

  it('settles a permit once', () => {
    const { breaker } = createBreaker({ trip: { consecutiveFailures: 2 } });
    const permit = breaker.tryAcquire();

    permit?.failed();
    permit?.failed();

    expect(breaker.snapshot().failureCount).toBe(1);
  });

  it('lets the caller say what is no failure of the other side', async () => {
    const { breaker, fail } = createBreaker({ trip: { consecutiveFailures: 1 }, isFailure: () => false });

    await fail();

    expect(breaker.state).toBe('closed');
  });

  it('opens on a share of failures once there were enough calls', async () => {
    const { breaker, fail, succeed } = createBreaker({ trip: { failureRate: 0.5, windowCalls: 10, minimumCalls: 4 } });

    await fail();
    await fail();
    await succeed();
    expect(breaker.state).toBe('closed');
    await fail();

    expect(breaker.state).toBe('open');
  });

  it('opens at the very share that was asked for, whatever floating point makes of it', () => {
    const { breaker } = createBreaker({ trip: { failureRate: 0.07, windowCalls: 100, minimumCalls: 100 } });
    for (let i = 0; i < 93; i++) {
      breaker.tryAcquire()?.succeeded();
    }
    for (let i = 0; i < 7; i++) {
      breaker.tryAcquire()?.failed();
    }

    expect(breaker.snapshot()).toMatchObject({ state: 'open', failureCount: 7, failureThreshold: 7 });
  });

  it('forgets calls that have left the window', async () => {
    const { breaker, fail, succeed } = createBreaker({ trip: { failureRate: 0.5, windowCalls: 4, minimumCalls: 4 } });
    await fail();
    for (let i = 0; i < 4; i++) {
      await succeed();
    }

    await fail();

    expect(breaker.snapshot()).toMatchObject({ state: 'closed', failureCount: 1, failureThreshold: 2 });
  });

  it('tells no listener that was taken away', async () => {
    const { breaker, fail } = createBreaker({ trip: { consecutiveFailures: 1 } });
    const heard: StateChange[] = [];
    breaker.onStateChange((change) => heard.push(change))();

    await fail();

    expect(heard).toEqual([]);
  });

  it.each([
    [{ recoveryTimeoutMs: 0 }, 'recoveryTimeoutMs: must be a number above 0, not 0'],
    [{ recoveryTimeoutMs: Infinity }, 'not Infinity'],
    [{ halfOpenPermits: 1.5 }, 'halfOpenPermits: must be an integer from 1 to 1000000, not 1.5'],
    [{ trip: { consecutiveFailures: 0 } }, 'trip.consecutiveFailures: must be an integer from 1'],
    [
      { trip: { failureRate: 0, windowCalls: 1, minimumCalls: 1 } },
      'trip.failureRate: must be above 0 and at most 1, not 0',
    ],
    [{ trip: { failureRate: 1, windowCalls: 0, minimumCalls: 1 } }, 'trip.windowCalls'],
    [
      { trip: { failureRate: 1, windowCalls: 5, minimumCalls: 6 } },
      'trip.minimumCalls: must be an integer from 1 to 5, not 6',
    ],
  ])('names an option out of range: %j', (options, message) => {
    expect(() => new CircuitBreaker(options)).toThrow(RangeError);
    expect(() => new CircuitBreaker(options)).toThrow(message);
  });
});
