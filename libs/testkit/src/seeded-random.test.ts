import { describe, expect, it } from 'vitest';

import { seededIntegers, seededRandom } from './seeded-random.ts';

const take = (seed: number, count: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random());
};

describe('seededRandom', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    expect(take(7, 20)).toEqual(take(7, 20));
    expect(take(7, 20)).not.toEqual(take(8, 20));
  });

  it('stays from 0 up to 1, and reaches every tenth of it about as often', () => {
    const numbers = take(1, 10_000);
    const tenths = Array.from({ length: 10 }, (_, i) => numbers.filter((n) => Math.floor(n * 10) === i).length);

    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(Math.min(...tenths)).toBeGreaterThan(900); // a thousand each, within ten in a hundred
    expect(Math.max(...tenths)).toBeLessThan(1_100);
  });
});

describe('seededIntegers', () => {
  it('gives whole numbers below the bound, and each of them', () => {
    const below = seededIntegers(1);

    expect([...new Set(Array.from({ length: 200 }, () => below(5)))].sort()).toEqual([0, 1, 2, 3, 4]);
  });
});
