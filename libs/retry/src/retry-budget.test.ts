import { describe, expect, it } from 'vitest';

import { RetryBudget, type RetryBudgetOptions } from './retry-budget.ts';

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
    for (let i = 0; i < 400; i++) {
      budget.countCall();
    }
    expect(spendAll(budget)).toBe(80);
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
    [{ share: -1 }, 'share: must be a number from 0 to 10, not -1'],
    [{ share: 10.1 }, 'share: must be a number from 0 to 10, not 10.1'],
    [{ minimumPerSecond: -1 }, 'minimumPerSecond: must be a number from 0 to 1000000, not -1'],
    [{ minimumPerSecond: NaN }, 'minimumPerSecond: must be a number from 0 to 1000000, not NaN'],
    [{ minimumPerSecond: 1_000_001 }, 'minimumPerSecond: must be a number from 0 to 1000000, not 1000001'],
    [{ burst: 0 }, 'burst: must be a number from 1 to 1000000, not 0'],
    [{ burst: Infinity }, 'burst: must be a number from 1 to 1000000, not Infinity'],
    [{ now: () => NaN }, 'now(): must be a finite number of milliseconds, not NaN'],
  ])('names an option out of range: %j', (options, message) => {
    expect(() => new RetryBudget(options)).toThrow(new RangeError(`RetryBudget ${message}`));
  });

  it.each([
    [null, ' options: must be of type object, not null'],
    [{ share: '0.2' }, ' share: must be of type number, not "0.2"'],
    [{ minimumPerSecond: null }, ' minimumPerSecond: must be of type number, not null'],
    [{ burst: 5n }, ' burst: must be of type number, not 5'],
    [{ now: 0 }, ' now: must be of type function, not 0'],
    [{ percent: 20 }, ': has no option "percent"; there are share, minimumPerSecond, burst, now'],
  ])('refuses what is no such option: %o', (options, message) => {
    expect(() => new RetryBudget(options as RetryBudgetOptions)).toThrow(new TypeError(`RetryBudget${message}`));
  });

  it('takes options up to the ends of their ranges', () => {
    expect(spendAll(new RetryBudget({ share: 0, minimumPerSecond: 0, burst: 1 }))).toBe(0);
    expect(spendAll(new RetryBudget({ share: 10, minimumPerSecond: 1_000_000, burst: 1_000_000, now: () => 0 }))).toBe(
      1_000_000,
    );
  });

  it('goes by the clock of the process unless it is given one', () => {
    const budget = new RetryBudget({ share: 0, minimumPerSecond: 1_000, burst: 1 });
    budget.trySpend();
    const since = performance.now();
    while (performance.now() < since + 1.1) {
      // until one more is saved up
    }

    expect(budget.trySpend()).toBe(true);
  });

  it('keeps what was saved up when its clock is set back or answers no number, and saves on from there', () => {
    const time = { now: 100_000 };
    const budget = new RetryBudget({ share: 0, minimumPerSecond: 2, burst: 10, now: () => time.now });
    for (const now of [0, NaN, Infinity]) {
      time.now = now;
      budget.countCall();
    }

    expect(spendAll(budget)).toBe(2);
    time.now = 1_500;
    expect(spendAll(budget)).toBe(3);
  });
});
