import { describe, expect, it } from 'vitest';

import { parseDuration } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['999999999999999ms', 999_999_999_999_999],
    ['0.000000000000001s', 1e-12],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '30', 's', '-1s', '1 s', '1d', '1m30s', '1e3ms', '1000000000000000ms', '1.0000000000000001s'])(
    'refuses "%s" and names it',
    (text) => {
      expect(() => parseDuration(text)).toThrow(
        new RangeError(`not a duration such as 250ms, 30s, 5m or 2h: "${text}"`),
      );
    },
  );
});
