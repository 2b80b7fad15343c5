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

  it('stays fair over thousands of sets that come and go', () => {
    const balancer = weightedRoundRobin();
    for (let i = 0; i < 5_000; i++) {
      balancer.choose(set({ [`gone-${i}`]: 1, stays: 1 }));
    }

    expect(counts(chosen(balancer, set({ a: 1, stays: 1 }), 1_000))['a']).toBeCloseTo(500, -1);
  });
});
