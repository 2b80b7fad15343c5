import { describe, expect, it } from 'vitest';

import { seededRandom } from '@signalbox/testkit';

import { chosen, counts, endpoint, equals, weighted } from '../test/endpoints.ts';
import {
  leastRequest,
  LoadBalancer,
  type LoadBalancerOptions,
  type MeasuredEndpoint,
  peakEwma,
  type PolicyFactory,
  random,
  ringHash,
  roundRobin,
  weightedRoundRobin,
} from './index.ts';

const POLICIES: readonly [string, PolicyFactory<MeasuredEndpoint>][] = [
  ['roundRobin', roundRobin()],
  ['weightedRoundRobin', weightedRoundRobin()],
  ['random', random()],
  ['leastRequest', leastRequest()],
  ['peakEwma', peakEwma()],
  ['ringHash', ringHash()],
];

const balancerWith = (options: LoadBalancerOptions<MeasuredEndpoint>) =>
  new LoadBalancer<MeasuredEndpoint>({ random: seededRandom(1), now: () => 0, ...options });

const without = (ids: readonly string[], balancer: LoadBalancer<MeasuredEndpoint>, set: readonly MeasuredEndpoint[]) =>
  Array.from({ length: 60 }, (_, i) => balancer.choose(set, new Set(ids), `key ${i}`)?.id ?? '-');

describe.each(POLICIES)('a balancer by %s', (_name, policy) => {
  it('has nothing to choose from an empty set', () => {
    expect(balancerWith({ policy }).choose(equals(0))).toBeUndefined();
  });

  it('never chooses what is excluded', () => {
    const balancer = balancerWith({ policy });
    const endpoints = equals(3);

    expect(Object.keys(counts(without(['e2'], balancer, endpoints))).sort()).toEqual(['e1', 'e3']);
    expect(without(['e1', 'e2', 'e3'], balancer, endpoints)).toEqual(Array(60).fill('-'));
  });

  it('never chooses what is excluded where weights differ', () => {
    const balancer = balancerWith({ policy });
    const endpoints = weighted({ a: 3, b: 100, c: 5 });

    expect(Object.keys(counts(without(['b'], balancer, endpoints))).sort()).toEqual(['a', 'c']);
    expect(without(['a', 'b', 'c'], balancer, endpoints)).toEqual(Array(60).fill('-'));
  });

  it('leaves out a weight of zero, unless nothing else is left', () => {
    const balancer = balancerWith({ policy });
    const endpoints = weighted({ a: 1, b: 0, c: 0 });

    expect(counts(chosen(balancer, endpoints, 60))).toEqual({ a: 60 });
    expect(Object.keys(counts(without(['a'], balancer, endpoints))).sort()).toEqual(['b', 'c']);
    expect(Object.keys(counts(chosen(balancer, weighted({ b: 0, c: 0 }), 60))).sort()).toEqual(['b', 'c']);
  });

  it('never chooses what can not be reached, even where there is nothing else', () => {
    const balancer = balancerWith({ policy });
    const gone = endpoint('gone', { availability: 'unreachable' });

    expect(counts(chosen(balancer, [endpoint('a'), gone], 60))).toEqual({ a: 60 });
    expect(balancer.choose([gone])).toBeUndefined();
  });

  it('chooses what is held back only where less than half of what can be reached is available', () => {
    const balancer = balancerWith({ policy });
    const heldBack = (id: string) => endpoint(id, { availability: 'held-back' });
    const gone = endpoint('gone', { availability: 'unreachable' });
    const half = [endpoint('a'), heldBack('b')];
    const third = [endpoint('a'), heldBack('b'), heldBack('c'), gone];

    expect(counts(chosen(balancer, half, 60))).toEqual({ a: 60 });
    expect(balancer.isPanicking(half)).toBe(false);
    expect(Object.keys(counts(chosen(balancer, third, 60))).sort()).toEqual(['a', 'b', 'c']);
    expect(balancer.isPanicking(third)).toBe(true);
  });

  it('chooses a weight of zero that is held back only where nothing else is left, in panic', () => {
    const balancer = balancerWith({ policy });
    const reserve = endpoint('reserve', { weight: 0, availability: 'held-back' });
    const heldBack = endpoint('b', { availability: 'held-back' });
    const gone = endpoint('gone', { availability: 'unreachable' });

    expect(without(['a'], balancer, [endpoint('a'), heldBack, reserve])).toEqual(Array(60).fill('-'));
    expect(balancer.isPanicking([endpoint('a'), heldBack, reserve])).toBe(false);
    expect(counts(chosen(balancer, [heldBack, reserve], 60))).toEqual({ b: 60 });
    expect(counts(without(['b'], balancer, [heldBack, reserve]))).toEqual({ reserve: 60 });
    expect(counts(chosen(balancer, [gone, reserve], 60))).toEqual({ reserve: 60 });
    expect(balancer.isPanicking([gone, reserve])).toBe(true);
    expect(balancerWith({ policy, panicThreshold: 0 }).choose([gone, reserve])).toBeUndefined();
  });

  it('keeps to a weight of zero that is available before those that are held back', () => {
    const balancer = balancerWith({ policy });
    const gone = endpoint('gone', { availability: 'unreachable' });
    const [idle, heldBack] = [endpoint('idle', { weight: 0 }), endpoint('b', { weight: 0, availability: 'held-back' })];

    expect(counts(chosen(balancer, [gone, idle, heldBack], 60))).toEqual({ idle: 60 });
  });

  it('keeps to its zone while enough of it is available, and goes elsewhere for what is left', () => {
    const balancer = balancerWith({ policy, locality: { zone: 'z1' } });
    const near = (id: string, more: Partial<MeasuredEndpoint> = {}) => endpoint(id, { zone: 'z1', ...more });
    const far = endpoint('far', { zone: 'z2' });
    const healthy = [near('a'), near('b'), far];
    const half = [near('a'), near('b', { availability: 'unreachable' }), far];

    expect(counts(chosen(balancer, healthy, 60))['far']).toBeUndefined();
    expect(without(['a', 'b'], balancer, healthy)).toEqual(Array(60).fill('far'));
    // 30 % of 1,000 by 1.4 * 50 % of its own zone: within 5 % of all choices, more than three standard deviations
    expect(Math.abs((counts(chosen(balancer, half, 1_000))['far'] ?? 0) - 300)).toBeLessThanOrEqual(50);
  });

  it('gives an endpoint that has just begun a tenth of a share, and all of it in the end', () => {
    let now = 0;
    const balancer = balancerWith({ policy, slowStart: { windowMs: 10_000 }, now: () => now });
    const endpoints = [endpoint('warm'), endpoint('cold', { warmingSince: 0 })];

    const atFirst = counts(chosen(balancer, endpoints, 1_100))['cold'] ?? 0;
    now = 10_000;
    const inTheEnd = counts(chosen(balancer, endpoints, 1_000))['cold'] ?? 0;

    // 1,100 / 11 and 1,000 / 2; a ring is the coarsest
    expect(Math.abs(atFirst - 100)).toBeLessThanOrEqual(60);
    expect(Math.abs(inTheEnd - 500)).toBeLessThanOrEqual(60);
  });

  it('takes turns among whatever set it is given', () => {
    const balancer = balancerWith({ policy });
    chosen(balancer, weighted({ a: 1, b: 1, c: 1 }), 7);

    expect(Object.keys(counts(chosen(balancer, weighted({ a: 1, d: 1 }), 100))).sort()).toEqual(['a', 'd']);
  });

  it('names the endpoint whose beginning can not be, and chooses among others after it', () => {
    const balancer = balancerWith({ policy, slowStart: { windowMs: 1_000 } });

    expect(() => balancer.choose([endpoint('a', { warmingSince: NaN }), endpoint('b')])).toThrow(
      new RangeError('endpoint "a" warmingSince: must be a finite number of milliseconds, not NaN'),
    );
    expect(balancer.choose([endpoint('b')])?.id).toBe('b');
  });

  it('names the endpoint whose weight can not be', () => {
    expect(() => balancerWith({ policy }).choose([endpoint('a', { weight: -1 })])).toThrow(
      new RangeError(`endpoint "a" weight: must be a number from 0 to ${Number.MAX_SAFE_INTEGER}, not -1`),
    );
  });
});

describe('a zone level', () => {
  const locality = { zone: 'z1', region: 'r1' };
  const here = endpoint('here', { zone: 'z1', region: 'r1' });
  const nextDoor = endpoint('next door', { zone: 'z2', region: 'r1' });
  const sameNameElsewhere = endpoint('same name elsewhere', { zone: 'z1', region: 'r2' });
  const unknown = endpoint('unknown');

  it.each([
    ['its own zone', [here, nextDoor, sameNameElsewhere, unknown], ['here']],
    ['its own region', [nextDoor, sameNameElsewhere, unknown], ['next door']],
    ['anywhere', [sameNameElsewhere, unknown], ['same name elsewhere', 'unknown']],
  ])('is asked in this order: %s', (_level, endpoints, expected) => {
    const balancer = balancerWith({ locality });

    expect(Object.keys(counts(chosen(balancer, endpoints, 10))).sort()).toEqual(expected);
  });

  it('gets the same keys at every choice while calls spill over', () => {
    const half = [here, endpoint('gone', { ...here, id: 'gone', availability: 'unreachable' }), nextDoor];
    const idsOf = (seed: number) => chosen(balancerWith({ locality, random: seededRandom(seed) }), half, 200);

    const ids = idsOf(1);

    expect(new Set(ids)).toEqual(new Set(['here', 'next door']));
    expect(balancerWith({ locality, policy: ringHash() }).choose(half, undefined, 'key 0')?.id).toBe(ids[0]);
  });

  it('takes more than its part by its overprovisioning', () => {
    const balancer = balancerWith({ locality: { zone: 'z1', overprovisioning: 2 } });
    const half = [here, endpoint('gone', { ...here, id: 'gone', availability: 'unreachable' }), nextDoor];

    expect(counts(chosen(balancer, half, 100))).toEqual({ here: 100 });
  });
});

describe('a threshold of panic', () => {
  const heldBack = (id: string) => endpoint(id, { availability: 'held-back' });

  it('of zero never lets anything through that is held back', () => {
    const balancer = balancerWith({ panicThreshold: 0 });

    expect(balancer.choose([heldBack('a'), heldBack('b')])).toBeUndefined();
    expect(counts(chosen(balancer, [heldBack('a'), heldBack('b'), endpoint('c')], 10))).toEqual({ c: 10 });
  });

  it('of one lets everything through as soon as anything more is held back than the others can make up for', () => {
    const balancer = balancerWith({ panicThreshold: 1 });
    const set = (available: number) => [
      ...equals(available),
      ...Array.from({ length: 10 - available }, (_, i) => heldBack(`h${i}`)),
    ];

    expect(balancer.isPanicking(set(8))).toBe(false);
    expect(balancer.isPanicking(set(7))).toBe(true);
  });
});
