import { describe, expect, it } from 'vitest';

import { type BackoffOptions, decorrelatedBackoff, exponentialBackoff } from './backoff.ts';

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
    [{ initialMs: -1 }, 'initialMs: must be a number from 0 to 30000, not -1'],
    [{ initialMs: NaN }, 'initialMs: must be a number from 0 to 30000, not NaN'],
    [{ initialMs: 2, maxMs: 1 }, 'initialMs: must be a number from 0 to 1, not 2'],
    [{ maxMs: -1 }, 'maxMs: must be a number from 0 to 9007199254740991, not -1'],
    [{ maxMs: NaN }, 'maxMs: must be a number from 0 to 9007199254740991, not NaN'],
    [{ maxMs: Infinity }, 'maxMs: must be a number from 0 to 9007199254740991, not Infinity'],
    [{ factor: 0.9 }, 'factor: must be a number from 1 to 9007199254740991, not 0.9'],
    [{ factor: Infinity }, 'factor: must be a number from 1 to 9007199254740991, not Infinity'],
  ])('names an option out of range: %j', (options, message) => {
    expect(() => exponentialBackoff(options)).toThrow(new RangeError(`exponentialBackoff ${message}`));
  });

  it('takes options up to the ends of their ranges', () => {
    expect(exponentialBackoff({ initialMs: 0, maxMs: 0, factor: 1 })(3)).toBe(0);
    expect(
      exponentialBackoff({
        initialMs: Number.MAX_SAFE_INTEGER,
        maxMs: Number.MAX_SAFE_INTEGER,
        factor: Number.MAX_SAFE_INTEGER,
        random: () => 0.5,
      })(9),
    ).toBe(Number.MAX_SAFE_INTEGER / 2);
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
    expect(() => decorrelatedBackoff({ factor: 0 })).toThrow(
      new RangeError('decorrelatedBackoff factor: must be a number from 1 to 9007199254740991, not 0'),
    );
  });
});

describe.each([exponentialBackoff, decorrelatedBackoff])('%o', (create) => {
  it.each([
    [null, 'options: must be of type object, not null'],
    [{ initialMs: '100' }, 'initialMs: must be of type number, not "100"'],
    [{ maxMs: null }, 'maxMs: must be of type number, not null'],
    [{ factor: {} }, 'factor: must be of type number, not an object'],
    [{ random: 0.5 }, 'random: must be of type function, not 0.5'],
  ])('refuses %j', (options, message) => {
    expect(() => create(options as BackoffOptions)).toThrow(new TypeError(`${create.name} ${message}`));
  });

  it('refuses an option that it does not have', () => {
    expect(() => create({ jitter: 'full' } as BackoffOptions)).toThrow(
      new TypeError(`${create.name}: has no option "jitter"; there are initialMs, maxMs, factor, random`),
    );
  });

  it('draws by chance', () => {
    const backoff = create();

    expect(new Set(Array.from({ length: 20 }, () => backoff(2, 100))).size).toBeGreaterThan(1);
  });
});

it.each([exponentialBackoff, decorrelatedBackoff])('%o has its defaults where an option is undefined', (create) => {
  const random = () => 0.5;
  const options = { initialMs: undefined, maxMs: undefined, factor: undefined, random };

  expect(create(options)(1, 150)).toBe(create({ random })(1, 150));
});
