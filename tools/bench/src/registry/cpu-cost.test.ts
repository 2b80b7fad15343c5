import { describe, expect, it } from 'vitest';

import { cpuCost } from './cpu-cost.ts';
import { inParallel } from './in-parallel.ts';

describe('operations in parallel', () => {
  it('runs each once, and one at a time on a connection', async () => {
    const done: number[] = [];
    const busy = new Set<string>();

    await inParallel(['a', 'b'], 5, async (connection, n) => {
      expect(busy.has(connection)).toBe(false);
      busy.add(connection);
      await Promise.resolve();
      busy.delete(connection);
      done.push(n);
    });

    expect(done.toSorted()).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('the cost of an operation', () => {
  const load = { connections: ['a', 'b'], operations: 4 };

  it('is the CPU time that the server spent meanwhile, for each', async () => {
    let spent = 7;
    const operate = () => Promise.resolve((spent += 0.000_5));

    expect(await cpuCost({ ...load, cpuSeconds: () => spent, operate })).toBeCloseTo(500);
  });

  it('refuses to answer what it could not see', async () => {
    const operate = () => Promise.resolve();

    await expect(cpuCost({ ...load, cpuSeconds: () => 7, operate })).rejects.toThrow('too few to measure');
  });
});
