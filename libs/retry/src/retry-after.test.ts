import { describe, expect, it } from 'vitest';

import { parseRetryAfter } from './retry-after.ts';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 30);

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    [' 120 ', 120_000],
    ['12345678901', 12_345_678_901_000],
    ['9'.repeat(400), Infinity],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 7_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 7_000],
    ['Sun Nov  6 08:49:37 1994', 7_000],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  ])('reads "%s"', (value, ms) => {
    expect(parseRetryAfter(value, NOW)).toBe(ms);
  });

  it.each(['', '-1', '1.5', 'soon', '1994-11-06', 'Sun, 99 Nov 1994 08:49:37 GMT'])(
    'makes nothing of "%s"',
    (value) => {
      expect(parseRetryAfter(value, NOW)).toBeUndefined();
    },
  );
});
