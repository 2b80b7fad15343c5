import { describe, expect, it } from 'vitest';

import { interleave } from './rounds.ts';

describe('interleave', () => {
  it('runs every contender in every round, beginning with another each time, and drops the warm-ups', async () => {
    const order: string[] = [];
    const contender = (name: string) => ({ name, run: () => order.push(name) });

    const figures = await interleave([contender('a'), contender('b')], { rounds: 2, warmUps: 1 });

    expect(order).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
    expect([...figures]).toEqual([
      ['a', [4, 5]],
      ['b', [3, 6]],
    ]);
  });
});
