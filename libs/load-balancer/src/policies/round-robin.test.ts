import { describe, expect, it } from 'vitest';

import { chosen, counts, equals, weighted } from '../../test/endpoints.ts';
import { LoadBalancer } from '../load-balancer.ts';
import { roundRobin, weightedRoundRobin } from './round-robin.ts';

describe('roundRobin', () => {
  it('gives each an equal share, exactly, whatever its weight above zero', () => {
    const balancer = new LoadBalancer({ policy: roundRobin() });

    expect(counts(chosen(balancer, weighted({ a: 1, b: 7, c: 3 }), 300))).toEqual({ a: 100, b: 100, c: 100 });
  });

  it('begins anywhere, so that many that start together do not all begin with the first', () => {
    const firstOf = (unit: number) => {
      const balancer = new LoadBalancer({ policy: roundRobin(), random: () => unit });
      return balancer.choose(equals(4))?.id;
    };

    expect([0, 0.25, 0.5, 0.99].map(firstOf)).toEqual(['e2', 'e3', 'e4', 'e1']);
  });

  it('goes on where it was when an endpoint goes, also the one whose turn it had been', () => {
    const balancer = new LoadBalancer({ policy: roundRobin(), random: () => 0 });
    const endpoints = equals(4);
    const before = chosen(balancer, endpoints, 2);
    const without = (id: string) => endpoints.filter((one) => one.id !== id);

    const ids = [before, chosen(balancer, without('e3'), 1), chosen(balancer, without('e1'), 2)].flat();

    expect(ids).toEqual(['e2', 'e3', 'e4', 'e2', 'e3']);
  });

  it('goes on fairly when the set changes between choices', () => {
    const balancer = new LoadBalancer({ policy: roundRobin() });
    chosen(balancer, equals(3), 7);

    expect(counts(chosen(balancer, weighted({ a: 1, d: 1 }), 100))).toEqual({ a: 50, d: 50 });
  });
});

describe('weightedRoundRobin', () => {
  const newBalancer = () => new LoadBalancer({ policy: weightedRoundRobin() });

  it("spreads turns as nginx's smooth weighted round robin does", () => {
    expect(chosen(newBalancer(), weighted({ a: 5, b: 1, c: 1 }), 7).join('')).toBe('aabacaa');
  });

  it('gives each its share exactly over one round of all weights', () => {
    expect(counts(chosen(newBalancer(), weighted({ a: 90, b: 9, c: 1 }), 100))).toEqual({ a: 90, b: 9, c: 1 });
    expect(counts(chosen(newBalancer(), equals(3), 300))).toEqual({ e1: 100, e2: 100, e3: 100 });
  });

  it('keeps to new weights at once, whatever the old ones were', () => {
    const balancer = newBalancer();
    chosen(balancer, weighted({ stable: 900_000, canary: 100_000 }), 5);

    expect(counts(chosen(balancer, weighted({ stable: 9, canary: 1 }), 100))).toEqual({ stable: 90, canary: 10 });
  });

  it('takes an endpoint back at its share, without the turns it missed', () => {
    const balancer = newBalancer();
    chosen(balancer, weighted({ a: 2, b: 1, c: 1 }), 5);
    expect(counts(chosen(balancer, weighted({ a: 2, b: 1 }), 300))).toEqual({ a: 200, b: 100 });

    const { a = 0, b = 0, c = 0 } = counts(chosen(balancer, weighted({ a: 2, b: 1, c: 1 }), 400));

    // Within one turn of its share: what an endpoint had gained or paid when the set changed.
    expect(Math.max(Math.abs(a - 200), Math.abs(b - 100), Math.abs(c - 100))).toBeLessThanOrEqual(1);
  });

  it('shares the turns of an excluded endpoint among the others by their weights', () => {
    const balancer = newBalancer();
    const endpoints = weighted({ a: 5, b: 3, c: 2 });

    const ids = Array.from({ length: 1_000 }, (_, i) => {
      const excluded = i % 10 === 0 ? new Set(['c']) : undefined;
      return balancer.choose(endpoints, excluded)?.id ?? '-';
    });

    // 900 choices at 5 : 3 : 2 and 100 at 5 : 3, each share within 1 % of all choices.
    const { a = 0, b = 0, c = 0 } = counts(ids);
    expect(Math.abs(a - 512.5)).toBeLessThanOrEqual(10);
    expect(Math.abs(b - 307.5)).toBeLessThanOrEqual(10);
    expect(Math.abs(c - 180)).toBeLessThanOrEqual(10);
  });

  it('stays fair over thousands of sets that come and go', () => {
    const balancer = newBalancer();
    const ids = Array.from(
      { length: 5_000 },
      (_, i) => balancer.choose(weighted({ [`gone-${i}`]: 1, stays: 3 }))?.id ?? '-',
    );

    expect(Math.abs((counts(ids)['stays'] ?? 0) - 3_750)).toBeLessThanOrEqual(1_250);
    expect(counts(chosen(balancer, weighted({ a: 1, stays: 3 }), 1_000))['a']).toBeCloseTo(250, -1);
  });

  it('gives turns to an endpoint that warms up even where a step passes between any two choices', () => {
    let now = 0;
    const balancer = new LoadBalancer({
      policy: weightedRoundRobin(),
      slowStart: { windowMs: 100_000 },
      now: () => now,
    });
    const [warm, cold] = equals(2);
    const endpoints = [warm ?? expect.fail(), { ...(cold ?? expect.fail()), warmingSince: 0 }];

    const ids = Array.from({ length: 100 }, () => {
      now += 1_000;
      return balancer.choose(endpoints)?.id ?? '-';
    });

    // the mean of s / (1 + s) for s from a tenth to one is 0.31
    expect(Math.abs((counts(ids)['e2'] ?? 0) - 31)).toBeLessThanOrEqual(3);
  });
});
