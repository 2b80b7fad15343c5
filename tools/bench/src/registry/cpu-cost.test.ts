import { spawn } from 'node:child_process';
import { scryptSync } from 'node:crypto';
import { once } from 'node:events';
import { platform } from 'node:os';
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

describe.runIf(platform() === 'linux')('the cost of an operation', () => {
  it('is the CPU time of the process for each', async () => {
    const burn = () => Promise.resolve(scryptSync('some', 'work', 64, { N: 2 ** 14 }));

    const load = { connections: [1], operations: 10, operate: burn };
    const cost = await cpuCost({ ...load, pid: process.pid });

    expect(cost).toBeGreaterThan(1_000);
  });

  it('refuses to answer what it could not see', async () => {
    const idle = spawn('sleep', ['60']);
    await once(idle, 'spawn');
    const load = { connections: [1], operations: 1, operate: () => Promise.resolve() };

    await expect(cpuCost({ ...load, pid: idle.pid ?? 0 })).rejects.toThrow('too few to measure');

    idle.kill();
    await once(idle, 'close');
  });
});
