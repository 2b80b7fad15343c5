import { describe, expect, it } from 'vitest';

import { CircuitBreaker } from './circuit-breaker.ts';

const rates = { failureRate: 0.5, windowCalls: 5, minimumCalls: 5 };
const growing = { initialMs: 1, maxMs: 1 };

/** As a caller without types would. */
const create = (options: unknown) => Reflect.construct(CircuitBreaker, [options]) as CircuitBreaker;

describe('the options of a breaker', () => {
  it.each([
    [{ recoveryTimeoutMs: 0 }, 'recoveryTimeoutMs: must be a number above 0, not 0'],
    [{ recoveryTimeoutMs: Infinity }, 'recoveryTimeoutMs: must be a number above 0, not Infinity'],
    [{ recoveryTimeoutMs: NaN }, 'recoveryTimeoutMs: must be a number above 0, not NaN'],
    [{ recoveryTimeoutMs: { initialMs: 0, maxMs: 1 } }, 'recoveryTimeoutMs.initialMs: must be a number above 0, not 0'],
    [{ recoveryTimeoutMs: { initialMs: 2, maxMs: 1 } }, 'recoveryTimeoutMs.maxMs: must be a number from 2, not 1'],
    [
      { recoveryTimeoutMs: { ...growing, maxMs: Infinity } },
      'recoveryTimeoutMs.maxMs: must be a number from 1, not Inf',
    ],
    [{ recoveryTimeoutMs: { ...growing, factor: 0.9 } }, 'recoveryTimeoutMs.factor: must be a number from 1, not 0.9'],
    [{ halfOpenPermits: 0 }, 'halfOpenPermits: must be an integer from 1 to 1000000, not 0'],
    [{ halfOpenPermits: 1.5 }, 'halfOpenPermits: must be an integer from 1 to 1000000, not 1.5'],
    [{ halfOpenPermits: 1_000_001 }, 'halfOpenPermits: must be an integer from 1 to 1000000, not 1000001'],
    [{ trip: { consecutiveFailures: 0 } }, 'trip.consecutiveFailures: must be an integer from 1'],
    [{ trip: { consecutiveFailures: Infinity } }, 'trip.consecutiveFailures: must be an integer from 1'],
    [{ trip: { ...rates, failureRate: 0 } }, 'trip.failureRate: must be a number above 0 and at most 1, not 0'],
    [{ trip: { ...rates, failureRate: 50 } }, 'trip.failureRate: must be a number above 0 and at most 1, not 50'],
    [{ trip: { ...rates, failureRate: NaN } }, 'trip.failureRate: must be a number above 0 and at most 1, not NaN'],
    [
      { trip: { ...rates, slowCallRate: 0, slowCallMs: 1 } },
      'trip.slowCallRate: must be a number above 0 and at most 1, not 0',
    ],
    [
      { trip: { ...rates, slowCallRate: 2, slowCallMs: 1 } },
      'trip.slowCallRate: must be a number above 0 and at most 1, not 2',
    ],
    [{ trip: { ...rates, slowCallRate: 1, slowCallMs: -1 } }, 'trip.slowCallMs: must be a number from 0, not -1'],
    [{ trip: { ...rates, windowCalls: 0 } }, 'trip.windowCalls: must be an integer from 1 to 1000000, not 0'],
    [
      { trip: { ...rates, windowCalls: 1_000_001 } },
      'trip.windowCalls: must be an integer from 1 to 1000000, not 1000',
    ],
    [{ trip: { ...rates, minimumCalls: 0 } }, 'trip.minimumCalls: must be an integer from 1 to 5, not 0'],
    [{ trip: { ...rates, minimumCalls: 6 } }, 'trip.minimumCalls: must be an integer from 1 to 5, not 6'],
    [
      { trip: { failureRate: 1, windowMs: 9, minimumCalls: 1 } },
      'trip.windowMs: must be a number from 10 to 86400000, not 9',
    ],
    [
      { trip: { failureRate: 1, windowMs: 86_400_001, minimumCalls: 1 } },
      'trip.windowMs: must be a number from 10 to 86400000, not 86400001',
    ],
    [{ trip: { failureRate: 1, windowMs: 10, minimumCalls: 0 } }, 'trip.minimumCalls: must be an integer from 1'],
    [{ now: () => NaN }, 'now(): must be a finite number of milliseconds, not NaN'],
  ])('are refused out of range, with field, range and value: %j', (options, message) => {
    expect(() => new CircuitBreaker(options)).toThrow(RangeError);
    expect(() => new CircuitBreaker(options)).toThrow(`CircuitBreaker ${message}`);
  });

  it.each([
    [null, 'options: must be of type object, not null'],
    ['inventory', 'options: must be of type object, not "inventory"'],
    [{ name: 5 }, 'name: must be of type string, not 5'],
    [{ name: null }, 'name: must be of type string, not null'],
    [{ stackTraces: 'yes' }, 'stackTraces: must be of type boolean, not "yes"'],
    [{ now: 5 }, 'now: must be of type function, not 5'],
    [{ now: { token: 'hunter2' } }, 'now: must be of type function, not an object'],
    [{ now: () => 5n }, 'now(): must be of type number, not 5'],
    [{ judgeError: null }, 'judgeError: must be of type function, not null'],
    [{ judgeResult: 'failure' }, 'judgeResult: must be of type function, not "failure"'],
    [{ judgeResult: 'x'.repeat(999) }, `judgeResult: must be of type function, not "${'x'.repeat(80)}…"`],
    [{ halfOpenPermits: '3' }, 'halfOpenPermits: must be of type number, not "3"'],
    [{ trip: 5 }, 'trip: must be of type object, not 5'],
    [{ trip: null }, 'trip: must be of type object, not null'],
    [{ trip: {} }, 'trip: must have consecutiveFailures, failureRate or slowCallRate'],
    [{ trip: { consecutiveFailures: '5' } }, 'trip.consecutiveFailures: must be of type number, not "5"'],
    [{ trip: { windowCalls: 5, minimumCalls: 1 } }, 'trip: must have consecutiveFailures, failureRate or slowCallRate'],
    [{ trip: { ...rates, failureRate: '0.5' } }, 'trip.failureRate: must be of type number, not "0.5"'],
    [{ trip: { ...rates, slowCallMs: 5 } }, 'trip.slowCallMs: must come with slowCallRate, but is 5 alone'],
    [{ trip: { ...rates, slowCallRate: 1 } }, 'trip.slowCallMs: must be of type number, not undefined'],
    [{ trip: { ...rates, windowCalls: undefined } }, 'trip.windowCalls: must be of type number, not undefined'],
    [{ trip: { ...rates, minimumCalls: undefined } }, 'trip.minimumCalls: must be of type number, not undefined'],
    [{ recoveryTimeoutMs: '5s' }, 'recoveryTimeoutMs: must be of type number, not "5s"'],
    [{ recoveryTimeoutMs: null }, 'recoveryTimeoutMs: must be of type object, not null'],
    [{ recoveryTimeoutMs: { initialMs: 1 } }, 'recoveryTimeoutMs.maxMs: must be of type number, not undefined'],
  ])('are refused where they are no such thing: %j', (options, message) => {
    expect(() => create(options)).toThrow(TypeError);
    expect(() => create(options)).toThrow(`CircuitBreaker ${message}`);
  });

  it.each([
    [
      { recoveryTimeout: 5 },
      'CircuitBreaker: has no option "recoveryTimeout"; there are name, trip, recoveryTimeoutMs, halfOpenPermits, ' +
        'judgeError, judgeResult, stackTraces, now',
    ],
    [
      { recoveryTimeoutMs: { ...growing, minMs: 1 } },
      'CircuitBreaker recoveryTimeoutMs: has no option "minMs"; there are initialMs, maxMs, factor',
    ],
    [
      { trip: { ...rates, consecutiveFailures: 5 } },
      'CircuitBreaker trip: has no option "failureRate"; there are consecutiveFailures',
    ],
    [
      { trip: { ...rates, windowMs: 100 } },
      'CircuitBreaker trip: has no option "windowCalls"; there are failureRate, slowCallRate, slowCallMs, windowMs, minimumCalls',
    ],
  ])('are refused where there are none of that name: %j', (options, message) => {
    expect(() => create(options)).toThrow(new TypeError(message));
  });

  it.each([
    { recoveryTimeoutMs: Number.MIN_VALUE },
    { recoveryTimeoutMs: { ...growing, factor: 1 } },
    { halfOpenPermits: 1 },
    { halfOpenPermits: 1_000_000 },
    { trip: { consecutiveFailures: 1 } },
    { trip: { consecutiveFailures: Number.MAX_SAFE_INTEGER } },
    { trip: { failureRate: 1, slowCallRate: 1, slowCallMs: 0, windowCalls: 1, minimumCalls: 1 } },
    { trip: { failureRate: Number.MIN_VALUE, windowCalls: 1_000_000, minimumCalls: 1_000_000 } },
    { trip: { failureRate: 1, windowMs: 10, minimumCalls: 1 } },
    { trip: { failureRate: 1, windowMs: 86_400_000, minimumCalls: Number.MAX_SAFE_INTEGER } },
  ])('are taken up to the ends of their ranges: %j', (options) => {
    expect(create(options).state).toBe('closed');
  });

  it('are as if left out where a part of them is undefined', () => {
    const { recoveryTimeoutMs } = create({ recoveryTimeoutMs: { ...growing, factor: undefined } }).snapshot();
    const byCalls = create({ trip: { ...rates, consecutiveFailures: undefined, windowMs: undefined } });
    const consecutive = create({ trip: { consecutiveFailures: 7, failureRate: undefined } });

    expect(recoveryTimeoutMs).toBe(1);
    expect(byCalls.snapshot().failureThreshold).toBe(3);
    expect(consecutive.snapshot().failureThreshold).toBe(7);
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
