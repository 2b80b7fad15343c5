import { describe, expect, it } from 'vitest';

import { decorrelatedBackoff, exponentialBackoff } from './backoff.ts';

const almostOne = () => 1 - Number.EPSILON;

describe('exponentialBackoff', () => {
  it('doubles its bound from 100 ms up to 30 s by default', () => {
    const backoff = exponentialBackoff({ random: almostOne });

    expect([0, 1, 2, 8, 9, 5_000].map((attempt) => Math.round(backoff(attempt)))).toEqual([
      100, 200, 400, 25_600, 30_000, 30_000,
    ]);
  });

  it('waits anything from nothing to the bound', () => {
    expect(exponentialBackoff({ random: () => 0 })(7)).toBe(0);
    expect(exponentialBackoff({ random: () => 0.5 })(1)).toBe(100);
  });

  it('keeps its bound with a factor of one', () => {
    const backoff = exponentialBackoff({ initialMs: 50, factor: 1, random: () => 0.5 });

    expect([backoff(0), backoff(100)]).toEqual([25, 25]);
  });

  it('keeps a bound of zero however often it was tried', () => {
    expect(exponentialBackoff({ initialMs: 0 })(5_000)).toBe(0);
  });

  it.each([
    [{ initialMs: -1 }, 'initialMs: must be from 0 to 30000, not -1'],
    [{ initialMs: 2, maxMs: 1 }, 'initialMs: must be from 0 to 1, not 2'],
    [{ maxMs: Number.NaN, initialMs: 0 }, 'not NaN'],
    [{ factor: 0.5 }, 'factor: must be from 1'],
  ])('names an option out of range: %j', (options, message) => {
    expect(() => exponentialBackoff(options)).toThrow(RangeError);
    expect(() => exponentialBackoff(options)).toThrow(message.startsWith('not') ? /0 to NaN/ : message);
  });
});

describe('decorrelatedBackoff', () => {
  it('waits from the first bound to three times the wait before, up to 30 s, by default', () => {
    expect(decorrelatedBackoff({ random: () => 0 })(5, 9_000)).toBe(100);
    expect(Math.round(decorrelatedBackoff({ random: almostOne })(0, 0))).toBe(300);
    expect(Math.round(decorrelatedBackoff({ random: almostOne })(1, 1_000))).toBe(3_000);
    expect(decorrelatedBackoff({ random: almostOne })(9, 29_000)).toBe(30_000);
  });

  it('names an option out of range', () => {
    expect(() => decorrelatedBackoff({ factor: 0 })).toThrow('decorrelatedBackoff factor: must be from 1');
  });
});

it.each([exponentialBackoff, decorrelatedBackoff])('%o has its defaults where an option is undefined', (create) => {
  const random = () => 0.5;
  const options = { initialMs: undefined, maxMs: undefined, factor: undefined, random };

  expect(create(options)(1, 150)).toBe(create({ random })(1, 150));
});
