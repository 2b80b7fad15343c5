import { describe, expect, it } from 'vitest';

import { CircuitBreaker } from './circuit-breaker.ts';

const rates = { failureRate: 0.5, windowCalls: 5, minimumCalls: 5 };

describe('the options of a breaker', () => {
  it.each([
    [{ recoveryTimeoutMs: 0 }, 'recoveryTimeoutMs: must be a number above 0, not 0'],
    [{ recoveryTimeoutMs: Infinity }, 'recoveryTimeoutMs: must be a number above 0, not Infinity'],
    [{ recoveryTimeoutMs: { initialMs: 0, maxMs: 1 } }, 'recoveryTimeoutMs.initialMs: must be a number above 0, not 0'],
    [{ recoveryTimeoutMs: { initialMs: 2, maxMs: 1 } }, 'recoveryTimeoutMs.maxMs: must be a number from 2, not 1'],
    [
      { recoveryTimeoutMs: { initialMs: 1, maxMs: 1, factor: 0.5 } },
      'recoveryTimeoutMs.factor: must be a number from 1',
    ],
    [{ halfOpenPermits: 1.5 }, 'halfOpenPermits: must be an integer from 1 to 1000000, not 1.5'],
    [{ trip: { consecutiveFailures: 0 } }, 'trip.consecutiveFailures: must be an integer from 1'],
    [{ trip: { ...rates, failureRate: 0 } }, 'trip.failureRate: must be a number above 0 and at most 1, not 0'],
    [
      { trip: { ...rates, slowCallRate: 2, slowCallMs: 1 } },
      'trip.slowCallRate: must be a number above 0 and at most 1',
    ],
    [{ trip: { ...rates, slowCallRate: 1 } }, 'trip.slowCallMs: must be a number from 0, not undefined'],
    [{ trip: { ...rates, windowCalls: 0 } }, 'trip.windowCalls: must be an integer from 1 to 1000000, not 0'],
    [{ trip: { ...rates, minimumCalls: 6 } }, 'trip.minimumCalls: must be an integer from 1 to 5, not 6'],
    [{ trip: { failureRate: 1, windowMs: 9, minimumCalls: 1 } }, 'trip.windowMs: must be a number from 10 and at most'],
    [{ trip: { failureRate: 1, windowMs: 10, minimumCalls: 0 } }, 'trip.minimumCalls: must be an integer from 1'],
  ])('are refused out of range, with field, range and value: %j', (options, message) => {
    expect(() => new CircuitBreaker(options)).toThrow(RangeError);
    expect(() => new CircuitBreaker(options)).toThrow(`CircuitBreaker ${message}`);
  });

  it.each([
    [{ name: 5 }, 'name: must be of type string, not 5'],
    [{ stackTraces: 'yes' }, 'stackTraces: must be of type boolean, not yes'],
    [{ now: 5 }, 'now: must be of type function, not 5'],
    [{ judgeError: null }, 'judgeError: must be of type function, not null'],
    [{ judgeResult: 'failure' }, 'judgeResult: must be of type function, not failure'],
    [{ trip: 5 }, 'trip: must be of type object, not 5'],
    [{ trip: { windowCalls: 5, minimumCalls: 1 } }, 'trip: must have consecutiveFailures, failureRate or slowCallRate'],
    [{ trip: { ...rates, slowCallMs: 5 } }, 'trip.slowCallMs: must come with slowCallRate, but is 5 alone'],
    [{ recoveryTimeoutMs: '5s' }, 'recoveryTimeoutMs: must be of type object, not 5s'],
  ])('are refused where they are no such thing: %j', (options, message) => {
    const create = () => Reflect.construct(CircuitBreaker, [options]) as unknown;

    expect(create).toThrow(TypeError);
    expect(create).toThrow(`CircuitBreaker ${message}`);
  });

  it('have their defaults where they are undefined', async () => {
    const before = performance.timeOrigin + performance.now();
    const breaker = Reflect.construct(CircuitBreaker, [
      {
        name: undefined,
        trip: undefined,
        recoveryTimeoutMs: undefined,
        halfOpenPermits: undefined,
        judgeError: undefined,
        judgeResult: undefined,
        stackTraces: undefined,
        now: undefined,
      },
    ]) as CircuitBreaker; // what a caller without types may pass

    await expect(breaker.execute(() => Promise.reject(new Error('down')))).rejects.toThrow('down');

    const { lastFailureTime, ...rest } = breaker.snapshot();
    expect(lastFailureTime).toBeGreaterThanOrEqual(before);
    expect(rest).toEqual({
      name: 'circuit',
      state: 'closed',
      failureCount: 1,
      failureThreshold: 5,
      recoveryTimeoutMs: 60_000,
      retryAfterMs: 0,
      totals: { succeeded: 0, failed: 1, slow: 0, uncounted: 0, refused: 0 },
    });
  });
});
