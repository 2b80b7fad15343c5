import { describe, expect, it } from 'vitest';

import { RetryBudget } from './retry-budget.ts';

function spendAll(budget: RetryBudget): number {
  let spent = 0;
  while (budget.trySpend()) {
    spent += 1;
  }
  return spent;
}

describe('RetryBudget', () => {
  it('allows a fifth of the calls, ten a second besides, and a burst of a hundred by default', () => {
    const time = { now: 0 };
    const budget = new RetryBudget({
      now: () => time.now,
      share: undefined,
      minimumPerSecond: undefined,
      burst: undefined,
    });

    expect(spendAll(budget)).toBe(10);
    for (let i = 0; i < 50; i++) {
      budget.countCall();
    }
    expect(spendAll(budget)).toBe(10);
    time.now = 2_500;
    expect(spendAll(budget)).toBe(25);
    time.now = 3_600_000;
    expect(spendAll(budget)).toBe(100);
  });

  it('never allows more than its burst, its share and its minimum together, whatever comes', () => {
    const time = { now: 0 };
    const budget = new RetryBudget({ share: 0.3, minimumPerSecond: 2, burst: 20, now: () => time.now });
    let calls = 0;
    let retries = 0;
    for (let step = 1; step <= 5_000; step++) {
      time.now += (step * 7_919) % 40;
      if (step % 3 !== 0) {
        budget.countCall();
        calls += 1;
      }
      retries += budget.trySpend() ? 1 : 0;
      expect(retries).toBeLessThanOrEqual(20 + 0.3 * calls + (2 * time.now) / 1_000);
    }
    expect(retries).toBeGreaterThan(0.3 * calls);
  });

  it.each([
    [{ share: -1 }, 'share: must be from 0 to 10, not -1'],
    [{ minimumPerSecond: Number.NaN }, 'minimumPerSecond: must be from 0 to 1000000, not NaN'],
    [{ burst: 0 }, 'burst: must be from 1 to 1000000, not 0'],
  ])('names an option out of range: %j', (options, message) => {
    expect(() => new RetryBudget(options)).toThrow(new RangeError(`RetryBudget ${message}`));
  });
});
