import { describe, expect, it } from 'vitest';

import { median, percentile } from './statistics.ts';

describe('percentile', () => {
  it('is the middle value of an odd number of samples in any order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('interpolates between neighbours', () => {
    expect(median([1, 2, 3, 4])).toBe(2.5);
    expect(percentile([0, 100], 0.99)).toBe(99);
  });

  it('refuses to make a figure out of nothing, or a share that is none', () => {
    expect(() => median([])).toThrow('samples');
    expect(() => percentile([1], 99)).toThrow('not 99');
  });
});
