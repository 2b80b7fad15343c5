import { describe, expect, it } from 'vitest';

import type { Endpoint, LoadBalancer } from './load-balancer.ts';

import { roundRobin } from './round-robin.ts';
import { weightedRoundRobin } from './weighted-round-robin.ts';

const set = (weights: Readonly<Record<string, number>>): Endpoint[] =>
  Object.entries(weights).map(([id, weight]) => ({ id, weight }));

function chosen(balancer: LoadBalancer, endpoints: readonly Endpoint[], times: number): string[] {
  return Array.from({ length: times }, () => balancer.choose(endpoints)?.id ?? '-');
}

const counts = (ids: readonly string[]) => {
  const tally: Record<string, number> = {};
  for (const id of ids) {
    tally[id] = (tally[id] ?? 0) + 1;
  }
  return tally;
};

describe.each([
  ['roundRobin', roundRobin],
  ['weightedRoundRobin', weightedRoundRobin],
])('%s', (_name, create) => {
  it('has nothing to choose from an empty set', () => {
    expect(create().choose<Endpoint>([])).toBeUndefined();
  });

  it('never chooses what is excluded', () => {
    const balancer = create();
    const endpoints = set({ a: 1, b: 1, c: 1 });

    const ids = Array.from({ length: 30 }, () => balancer.choose(endpoints, new Set(['b']))?.id);

    expect(ids).not.toContain('b');
    expect(balancer.choose(endpoints, new Set(['a', 'b', 'c']))).toBeUndefined();
  });

  it('gives equals an equal share, exactly', () => {
    expect(counts(chosen(create(), set({ a: 1, b: 1, c: 1 }), 300))).toEqual({ a: 100, b: 100, c: 100 });
  });

  it('leaves out a weight of zero, unless nothing else is left', () => {
    const balancer = create();
    const endpoints = set({ a: 1, b: 0, c: 0 });

    expect(counts(chosen(balancer, endpoints, 10))).toEqual({ a: 10 });
    expect(balancer.choose(endpoints, new Set(['a']))?.id).toMatch(/^[bc]$/);
    expect(counts(chosen(balancer, set({ b: 0, c: 0 }), 10))).toEqual({ b: 5, c: 5 });
  });

  it('goes on fairly when the set changes between choices', () => {
    const balancer = create();
    chosen(balancer, set({ a: 1, b: 1, c: 1 }), 7);

    expect(counts(chosen(balancer, set({ a: 1, d: 1 }), 100))).toEqual({ a: 50, d: 50 });
  });
});

describe('weightedRoundRobin', () => {
  it("spreads turns as nginx's smooth weighted round robin does", () => {
    expect(chosen(weightedRoundRobin(), set({ a: 5, b: 1, c: 1 }), 7).join('')).toBe('aabacaa');
  });

  it('gives each its share exactly over one round of all weights', () => {
    expect(counts(chosen(weightedRoundRobin(), set({ a: 90, b: 9, c: 1 }), 100))).toEqual({ a: 90, b: 9, c: 1 });
  });

  it('keeps to new weights at once, whatever the old ones were', () => {
    const balancer = weightedRoundRobin();
    chosen(balancer, set({ stable: 900_000, canary: 100_000 }), 5);

    expect(counts(chosen(balancer, set({ stable: 9, canary: 1 }), 100))).toEqual({ stable: 90, canary: 10 });
  });

  it('takes an endpoint back at its share, without the turns it missed', () => {
    const balancer = weightedRoundRobin();
    chosen(balancer, set({ a: 2, b: 1, c: 1 }), 5);
    expect(counts(chosen(balancer, set({ a: 2, b: 1 }), 300))).toEqual({ a: 200, b: 100 });

    const { a = 0, b = 0, c = 0 } = counts(chosen(balancer, set({ a: 2, b: 1, c: 1 }), 400));

    // Within one turn of its share: what an endpoint had gained or paid when the set changed.
    expect(Math.max(Math.abs(a - 200), Math.abs(b - 100), Math.abs(c - 100))).toBeLessThanOrEqual(1);
  });

  it('shares the turns of an excluded endpoint among the others by their weights', () => {
    const balancer = weightedRoundRobin();
    const endpoints = set({ a: 5, b: 3, c: 2 });

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
    const balancer = weightedRoundRobin();
    for (let i = 0; i < 5_000; i++) {
      balancer.choose(set({ [`gone-${i}`]: 1, stays: 1 }));
    }

    expect(counts(chosen(balancer, set({ a: 1, stays: 1 }), 1_000))['a']).toBeCloseTo(500, -1);
  });
});
