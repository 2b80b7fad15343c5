import { describe, expect, it } from 'vitest';

import { endpoint } from '../test/endpoints.ts';
import { LoadBalancer } from './load-balancer.ts';
import { random } from './policies/random.ts';
import { SlowStart, type SlowStartOptions } from './slow-start.ts';

const percentAt = (options: Partial<SlowStartOptions>, ages: readonly number[]) => {
  const slowStart = new SlowStart({ windowMs: 60_000, ...options });
  return ages.map((ageMs) => Math.round(slowStart.shareAt(ageMs) * 100));
};

/** Who is chosen while an endpoint warms up for 10 s beside another, by the clock at each choice. */
function turnsOfCold(times: readonly number[]) {
  const clock = { now: 0 };
  const policy = random();
  const balancer = new LoadBalancer({
    policy,
    slowStart: { windowMs: 10_000 },
    random: () => 0.75,
    now: () => clock.now,
  });
  const endpoints = [endpoint('warm'), endpoint('cold', { warmingSince: 0 })];
  return times.map((now) => {
    clock.now = now;
    return balancer.choose(endpoints)?.id;
  });
}

describe('the weights of endpoints that warm up', () => {
  // a draw of 0.75 is the cold one's from a third of a weight on
  it('are reckoned a hundred times within a window', () => {
    expect(turnsOfCold([3_299, 3_398, 3_399])).toEqual(['warm', 'warm', 'cold']);
  });

  it('are whole while a clock answers no number, and are reckoned again when it does', () => {
    expect(turnsOfCold([NaN, 1_000, 3_400])).toEqual(['cold', 'warm', 'cold']);
  });
});

describe('slow start', () => {
  it('grows by the time, from a tenth', () => {
    expect(percentAt({}, [0, 5_999, 6_000, 30_000, 59_400, 60_000, 600_000])).toEqual([10, 10, 10, 50, 99, 100, 100]);
  });

  // max(0.1, (t / 60) ^ (1 / aggression)) of Envoy's documentation: Slow start mode
  it.each([
    [2, [50, 71, 87]],
    [0.5, [10, 25, 56]],
  ])('grows by its aggression: %d', (aggression, expected) => {
    expect(percentAt({ aggression }, [15_000, 30_000, 45_000])).toEqual(expected);
  });

  it('begins with the minimum that is asked for, or with what the first second is of the window', () => {
    expect(percentAt({ minimumShare: 0.01 }, [0, 1_000, 2_000])).toEqual([2, 2, 3]);
    expect(percentAt({ minimumShare: 0.3 }, [0, 18_600])).toEqual([30, 31]);
  });

  it.each([
    [{ windowMs: 999 }, 'LoadBalancer slowStart.windowMs: must be a number from 1000 to 86400000, not 999'],
    [{ windowMs: 86_400_001 }, 'LoadBalancer slowStart.windowMs: must be a number from 1000 to 86400000, not 86400001'],
    [{ windowMs: NaN }, 'LoadBalancer slowStart.windowMs: must be a number from 1000 to 86400000, not NaN'],
    [{ minimumShare: 0 }, 'LoadBalancer slowStart.minimumShare: must be a number from 0.01 to 1, not 0'],
    [{ minimumShare: 1.1 }, 'LoadBalancer slowStart.minimumShare: must be a number from 0.01 to 1, not 1.1'],
    [{ aggression: 0 }, 'LoadBalancer slowStart.aggression: must be a number from 0.1 to 10, not 0'],
    [{ aggression: 11 }, 'LoadBalancer slowStart.aggression: must be a number from 0.1 to 10, not 11'],
  ])('refuses %j', (options, message) => {
    expect(() => new SlowStart({ windowMs: 60_000, ...options })).toThrow(new RangeError(message));
  });
});
