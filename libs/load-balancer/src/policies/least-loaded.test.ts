import { describe, expect, it } from 'vitest';

import { seededRandom } from '@signalbox/testkit';

import { chosen, counts, endpoint, weighted } from '../../test/endpoints.ts';
import { EndpointLoad } from '../endpoint-load.ts';
import { LoadBalancer } from '../load-balancer.ts';
import { leastRequest, peakEwma } from './least-loaded.ts';

/** Endpoints with so many calls under way. */
const busy = (inFlight: readonly number[]) =>
  inFlight.map((count, i) => ({ id: `e${i + 1}`, weight: 1, load: { inFlight: count } }));

describe('leastRequest', () => {
  it('never chooses the busiest, which loses whomever it is drawn with', () => {
    const balancer = new LoadBalancer({ policy: leastRequest(), random: seededRandom(1) });
    const endpoints = busy([3, 1, 2]);

    const ids = Array.from({ length: 300 }, () => balancer.choose(endpoints)?.id ?? '-');

    expect(Object.keys(counts(ids)).sort()).toEqual(['e2', 'e3']);
  });

  it('draws two that are different', () => {
    const balancer = new LoadBalancer({ policy: leastRequest(), random: () => 0 });

    expect(balancer.choose(busy([1, 0]))?.id).toBe('e2');
  });

  it('chooses the first drawn of two that are alike', () => {
    const units = [0.9, 0];
    const balancer = new LoadBalancer({ policy: leastRequest(), random: () => units.shift() ?? 0 });

    expect(balancer.choose(busy([0, 0, 0]))?.id).toBe('e3');
  });

  it('goes by weight over calls under way where weights differ', () => {
    const balancer = new LoadBalancer({ policy: leastRequest(), random: seededRandom(1) });
    const endpoints = [
      { id: 'idle', weight: 1, load: { inFlight: 0 } },
      { id: 'heavy', weight: 4, load: { inFlight: 1 } },
    ];

    const ids = Array.from({ length: 3_000 }, () => balancer.choose(endpoints)?.id ?? '-');

    // 1/1 to 4/2, within four standard deviations
    expect(Math.abs((counts(ids)['idle'] ?? 0) - 1_000)).toBeLessThanOrEqual(105);
  });
});

describe('peakEwma', () => {
  it('leaves a slow endpoint to the last', () => {
    const clock = { now: 0 };
    const endpoints = [10, 10, 400].map((ms, i) => {
      const load = new EndpointLoad({ now: () => clock.now });
      const beganAt = load.begin();
      load.end(beganAt - ms, 'succeeded');
      return endpoint(`e${i + 1}`, { load });
    });
    const balancer = new LoadBalancer({ policy: peakEwma(), random: seededRandom(1) });

    expect(Object.keys(counts(chosen(balancer, endpoints, 300))).sort()).toEqual(['e1', 'e2']);
  });

  it('tries what it knows nothing of with one call, and goes by the answer', () => {
    const clock = { now: 0 };
    const known = new EndpointLoad({ now: () => clock.now });
    known.end(known.begin() - 10, 'succeeded');
    const unknown = new EndpointLoad({ now: () => clock.now });
    const endpoints = [endpoint('known', { load: known }), endpoint('new', { load: unknown })];
    const balancer = new LoadBalancer({ policy: peakEwma(), random: seededRandom(1) });

    expect(balancer.choose(endpoints)?.id).toBe('new');
    const beganAt = unknown.begin();
    expect(counts(chosen(balancer, endpoints, 20))).toEqual({ known: 20 });
    clock.now = 2;
    unknown.end(beganAt, 'succeeded');
    expect(counts(chosen(balancer, endpoints, 20))).toEqual({ new: 20 });
  });

  it('goes by weight over cost where weights differ', () => {
    const clock = { now: 0 };
    const endpoints = weighted({ a: 1, b: 3 }).map(({ id, weight }) => {
      const load = new EndpointLoad({ now: () => clock.now });
      load.end(load.begin() - (id === 'a' ? 10 : 20), 'succeeded');
      return endpoint(id, { weight, load });
    });
    const balancer = new LoadBalancer({ policy: peakEwma(), random: seededRandom(1) });

    // 1/10 to 3/20, within four standard deviations
    expect(Math.abs((counts(chosen(balancer, endpoints, 3_000))['a'] ?? 0) - 1_200)).toBeLessThanOrEqual(108);
  });
});
