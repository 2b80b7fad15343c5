import { describe, expect, it } from 'vitest';

import { seededRandom } from '@signalbox/testkit';

import {
  leastRequest,
  LoadBalancer,
  peakEwma,
  random,
  ringHash,
  roundRobin,
  weightedRoundRobin,
} from '../src/index.ts';
import { chosen, counts, equals, weighted } from './endpoints.ts';

const CHOICES = 20_000;

/** The largest deviation from its share by weight, in parts of that share. */
function worst(ids: readonly string[], weights: Readonly<Record<string, number>>): number {
  const tally = counts(ids);
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  return Math.max(
    ...Object.entries(weights).map(([id, weight]) => {
      const share = (ids.length * weight) / sum;
      return Math.abs((tally[id] ?? 0) - share) / share;
    }),
  );
}

const WEIGHTS = { a: 1, b: 2, c: 3, d: 4 };
const EQUAL_WEIGHTS = Object.fromEntries(equals(10).map(({ id }) => [id, 1]));

/** Of random choices: four standard deviations of the smallest share, √((1 - p) / (p n)) with p = 1/10 and n = 20,000. */
const RANDOM = 4 * Math.sqrt(9 / CHOICES);
/** Of a ring: 1 / √points of an endpoint is one standard deviation. */
const ring = (points: number) => 4 / Math.sqrt(points) + RANDOM;

const BY_WEIGHT = [
  ['weightedRoundRobin', weightedRoundRobin(), 0],
  ['random', random(), RANDOM],
  ['leastRequest', leastRequest(), RANDOM],
  ['peakEwma', peakEwma(), RANDOM],
  ['ringHash', ringHash(), ring(512)],
  ['ringHash of 65,536 points', ringHash({ minimumRingSize: 65_536 }), ring(8_192)],
] as const;

describe('shares among equals', () => {
  it.each([['roundRobin', roundRobin(), 0] as const, ...BY_WEIGHT])(
    'by %s are as good as its tolerance',
    (_name, policy, tolerance) => {
      const balancer = new LoadBalancer({ policy, random: seededRandom(7) });

      expect(worst(chosen(balancer, equals(10), CHOICES), EQUAL_WEIGHTS)).toBeLessThanOrEqual(tolerance);
    },
  );
});

describe('shares by weight', () => {
  it.each(BY_WEIGHT)('by %s are as good as its tolerance', (_name, policy, tolerance) => {
    const balancer = new LoadBalancer({ policy, random: seededRandom(7) });

    expect(worst(chosen(balancer, weighted(WEIGHTS), CHOICES), WEIGHTS)).toBeLessThanOrEqual(tolerance);
  });
});
