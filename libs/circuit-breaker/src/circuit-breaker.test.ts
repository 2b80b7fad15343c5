import { describe, expect, it } from 'vitest';

import type { CircuitEvents } from './events.ts';
import type { CircuitBreakerOptions } from './options.ts';

import { CircuitBreaker } from './circuit-breaker.ts';

const TIMEOUT = 1_000;

function createBreaker(options: CircuitBreakerOptions = {}) {
  const time = { now: 0 };
  const breaker = new CircuitBreaker({ recoveryTimeoutMs: TIMEOUT, now: () => time.now, ...options });
  const changes: CircuitEvents['stateChange'][] = [];
  breaker.on('stateChange', (change) => changes.push(change));
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
      totals: { succeeded: 0, failed: 5, slow: 0, uncounted: 0, refused: 0 },
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

  it('lets the caller say what an error says of the other side', async () => {
    const { breaker, fail } = createBreaker({ trip: { consecutiveFailures: 1 }, judgeError: () => 'success' });

    await fail();

    expect(breaker.snapshot()).toMatchObject({ state: 'closed', totals: { succeeded: 1, failed: 0 } });
  });

  it('lets the caller say which results are failures, and hands them on', async () => {
    const judgeResult = (result: unknown) => (result === 503 ? 'failure' : 'success');
    const { breaker } = createBreaker({ trip: { consecutiveFailures: 1 }, judgeResult });

    await expect(breaker.execute(() => Promise.resolve(200))).resolves.toBe(200);
    expect(breaker.state).toBe('closed');
    await expect(breaker.execute(() => Promise.resolve(503))).resolves.toBe(503);
    expect(breaker.state).toBe('open');
  });

  it('gives the permit of a probe back whose error is ignored', async () => {
    const judgeError = (error: unknown) => (error === 'gone' ? 'ignored' : 'failure');
    const { breaker, time } = await openBreaker({ judgeError });
    time.now = TIMEOUT;

    breaker.tryAcquire()?.failed('gone');

    expect(breaker.state).toBe('half-open');
    expect(breaker.tryAcquire()).toBeDefined();
  });

  it('counts a call as failed whose error cannot be judged, so that a probe comes back', () => {
    const { breaker, time } = createBreaker({
      trip: { consecutiveFailures: 1 },
      judgeError: () => {
        throw new Error('no judge');
      },
    });
    const permit = breaker.tryAcquire();

    expect(() => permit?.failed('down')).toThrow('no judge');
    expect(breaker.state).toBe('open');
    time.now = TIMEOUT;
    expect(() => breaker.tryAcquire()?.failed('down')).toThrow('no judge');
    expect(breaker.state).toBe('open');
  });

  it('opens on a share of slow calls, whether they succeed or fail', () => {
    const { breaker, time } = createBreaker({
      trip: { slowCallRate: 0.5, slowCallMs: 100, windowCalls: 10, minimumCalls: 4 },
    });
    const take = (ms: number, outcome: 'succeeded' | 'failed') => {
      const permit = breaker.tryAcquire();
      time.now += ms;
      permit?.[outcome]();
    };

    take(99, 'failed');
    take(99, 'failed');
    take(100, 'succeeded');
    expect(breaker.state).toBe('closed');
    take(250, 'failed');

    expect(breaker.snapshot()).toMatchObject({ state: 'open', failureThreshold: Infinity, totals: { slow: 2 } });
  });

  it('times the promise of execute where slow calls count', async () => {
    const { breaker, time } = createBreaker({
      trip: { slowCallRate: 1, slowCallMs: 100, windowCalls: 1, minimumCalls: 1 },
    });
    const slowly = () => {
      time.now += 100;
      return Promise.resolve();
    };

    await breaker.execute(slowly);

    expect(breaker.state).toBe('open');
  });

  it('looks at the calls of a stretch of time, and forgets them with it', () => {
    const { breaker, time } = createBreaker({ trip: { failureRate: 0.5, windowMs: 1_000, minimumCalls: 3 } });
    const failAt = (now: number) => {
      time.now = now;
      breaker.tryAcquire()?.failed();
    };

    failAt(0);
    failAt(500);
    failAt(1_050);
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', failureCount: 2 });
    failAt(1_100);

    expect(breaker.snapshot()).toMatchObject({ state: 'open', failureCount: 3, failureThreshold: 2 });
    time.now = Number.MAX_SAFE_INTEGER; // emptying tenth by tenth, however many have passed, would not end
    expect(breaker.snapshot().failureCount).toBe(0);
  });

  it('waits longer each time that the probes fail, up to a bound, and forgets that on closing', async () => {
    const { breaker, time } = await openBreaker({ recoveryTimeoutMs: { initialMs: 100, maxMs: 300 } });
    const waits = [];
    for (let i = 0; i < 4; i++) {
      waits.push(breaker.snapshot().retryAfterMs);
      time.now += breaker.snapshot().retryAfterMs;
      breaker.tryAcquire()?.failed();
    }
    time.now += breaker.snapshot().retryAfterMs;
    breaker.tryAcquire()?.succeeded();

    expect(waits).toEqual([100, 200, 300, 300]);
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', recoveryTimeoutMs: 100 });
  });

  it('refuses every call while isolated, until it is reset', async () => {
    const { breaker, succeed, time } = createBreaker();
    breaker.isolate();
    time.now = 10 * TIMEOUT;

    await expect(succeed()).rejects.toMatchObject({ state: 'isolated', retryAfterMs: Infinity });
    breaker.reset();

    await expect(succeed()).resolves.toBe('ok');
  });

  it('begins with nothing counted after a reset', async () => {
    const { breaker, fail } = createBreaker({ trip: { consecutiveFailures: 2 } });
    await fail();
    breaker.reset();

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
    const heard: CircuitEvents['stateChange'][] = [];
    breaker.on('stateChange', (change) => heard.push(change))();

    await fail();

    expect(heard).toEqual([]);
  });
});
