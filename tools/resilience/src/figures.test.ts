import { describe, expect, it } from 'vitest';

import { quantile, toFigures } from './figures.ts';

describe('toFigures', () => {
  it('counts calls, waits and where requests went', () => {
    const outcomes = [
      { failed: true, tookMs: 5 },
      { failed: false, tookMs: 10.4 },
      { failed: false, tookMs: 900 },
    ];
    const attempts = new Map([
      ['steady-1', 2],
      ['failing', 1],
      ['slow', 1],
    ]);

    expect(toFigures({ name: 'retry', outcomes, attempts })).toEqual({
      name: 'retry',
      calls: 3,
      failed: 1,
      failedPercent: 33.3,
      p90Ms: 900,
      p99Ms: 900,
      requests: { perCall: 1.33, toFailingPercent: 25, toSlowPercent: 25 },
    });
  });

  it('says nothing of requests that nobody counted', () => {
    const outcomes = [{ failed: false, tookMs: 5 }];

    expect(toFigures({ name: 'retry', outcomes, attempts: undefined })).not.toHaveProperty('requests');
  });
});

describe('quantile', () => {
  it.each([
    [[3, 1, 2], 0.5, 2],
    [[3, 1, 2, 4], 0.5, 2],
    [Array.from({ length: 100 }, (_, i) => i + 1), 0.99, 99],
    [[7], 0.99, 7],
    [[], 0.5, 0],
  ])('of %j at %d is %d', (values, share, expected) => {
    expect(quantile(values, share)).toBe(expected);
  });
});
