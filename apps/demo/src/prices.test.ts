import { describe, expect, it } from 'vitest';

import { grossPrice } from './prices.ts';

describe('grossPrice', () => {
  it.each([
    [48, 21, 'nearest', 58.08],
    [112.5, 0, 'nearest', 112.5],
    [0.11, 20, 'nearest', 0.13],
    [0.11, 20, 'up', 0.14],
  ] as const)('adds to %d a VAT of %d %%, rounding %s', (...[netPrice, vatPercent, rounding, gross]) => {
    expect(grossPrice(netPrice, { vatPercent, rounding })).toBe(gross);
  });
});
