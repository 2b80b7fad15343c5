import { describe, expect, it } from 'vitest';

import { seededRandom } from '@signalbox/testkit';

import { hash32 } from '../src/hash.ts';
import {
  EndpointLoad,
  leastRequest,
  LoadBalancer,
  type MeasuredEndpoint,
  peakEwma,
  random,
  ringHash,
  weightedRoundRobin,
} from '../src/index.ts';
import { chosen, counts, endpoint, equals } from './endpoints.ts';

const KEYS = 10_000;

/** Keys that go to another endpoint of the second set than of the first. */
function moved(minimumRingSize: number, before: readonly MeasuredEndpoint[], after: readonly MeasuredEndpoint[]) {
  const balancer = new LoadBalancer({ policy: ringHash({ minimumRingSize }), random: seededRandom(1) });
  const owners = chosen(balancer, before, KEYS);
  const ownersAfter = chosen(balancer, after, KEYS);
  return owners.map((from, i) => ({ from, to: ownersAfter[i] ?? '-' })).filter(({ from, to }) => from !== to);
}

/** A tenth of all keys; 512 points of each endpoint spread by 4.4 %, of which four, and so do keys by 3 %. */
const isAboutATenth = (count: number) => Math.abs(count - KEYS / 10) <= 220;

describe('a ring', () => {
  it('moves only the keys of an endpoint that goes', () => {
    const before = equals(10);
    const moves = moved(1_024, before, before.slice(1));

    expect(new Set(moves.map(({ from }) => from))).toEqual(new Set(['e1']));
    expect(moves.length).toSatisfy(isAboutATenth);
  });

  it.each([2, 4, 8, 16, 32, 64])('of %d endpoints moves no key of the others when one goes', (count) => {
    const before = equals(count);

    expect(new Set(moved(1_024, before, before.slice(1)).map(({ from }) => from))).toEqual(new Set(['e1']));
  });

  it('moves only keys to an endpoint that comes', () => {
    const moves = moved(1_024, equals(9), equals(10));

    expect(new Set(moves.map(({ to }) => to))).toEqual(new Set(['e10']));
    expect(moves.length).toSatisfy(isAboutATenth);
  });

  it('moves only the keys of an endpoint that is held back', () => {
    const before = equals(10);
    const during = before.map(({ id }) => endpoint(id, id === 'e4' ? { availability: 'held-back' } : {}));
    const moves = moved(1_024, before, during);

    expect(new Set(moves.map(({ from }) => from))).toEqual(new Set(['e4']));
    expect(moves.length).toSatisfy(isAboutATenth);
  });

  it('shares between endpoints whose ids have the same hash', () => {
    const endpoints = [endpoint('10.0.107.237:8080'), endpoint('10.2.219.40:8080')];
    expect(hash32('10.0.107.237:8080')).toBe(hash32('10.2.219.40:8080'));

    const tally = counts(chosen(new LoadBalancer({ policy: ringHash() }), endpoints, KEYS));

    // four standard deviations of 512 points each
    expect(Math.abs((tally['10.0.107.237:8080'] ?? 0) - KEYS / 2)).toBeLessThanOrEqual(KEYS * 0.09);
  });

  it('gives a key the same endpoint in every process, whatever the order of the set', () => {
    const endpoints = equals(20);

    const one = chosen(new LoadBalancer({ policy: ringHash() }), endpoints, 500);
    const other = chosen(new LoadBalancer({ policy: ringHash() }), endpoints.toReversed(), 500);

    expect(other).toEqual(one);
  });

  it('asks for an excluded endpoint the one that would have its keys without it', () => {
    const endpoints = equals(10);
    const balancer = new LoadBalancer({ policy: ringHash() });
    const first = balancer.choose(endpoints, undefined, 'cart 7')?.id ?? '-';

    const second = balancer.choose(endpoints, new Set([first]), 'cart 7')?.id;

    const without = endpoints.filter(({ id }) => id !== first);
    expect(new LoadBalancer({ policy: ringHash() }).choose(without, undefined, 'cart 7')?.id).toBe(second);
  });

  it('doubles its points where half of the endpoints go, and moves few keys of the others', () => {
    const before = equals(80);
    const moves = moved(1_024, before, before.slice(40));
    const gone = new Set(before.slice(0, 40).map(({ id }) => id));
    const ofTheOthers = moves.filter(({ from }) => !gone.has(from));

    // half of the keys have to move; of the others no more than the new points take, which are half of all
    expect(Math.abs(moves.length - ofTheOthers.length - KEYS / 2)).toBeLessThanOrEqual(600);
    expect(ofTheOthers.length).toBeLessThanOrEqual(KEYS / 4);
  });
});

describe.each([
  ['weightedRoundRobin', weightedRoundRobin()],
  ['random', random()],
  ['leastRequest', leastRequest()],
  ['peakEwma', peakEwma()],
] as const)('a set of endpoints that come and go at every choice, by %s', (_name, policy) => {
  it('is chosen from evenly', () => {
    const pick = seededRandom(3);
    const balancer = new LoadBalancer({ policy, random: seededRandom(5) });
    const all = equals(12);
    const fair: Record<string, number> = {};

    const ids = Array.from({ length: 12_000 }, () => {
      const present = all.filter(() => pick() < 0.5);
      present.forEach(({ id }) => {
        fair[id] = (fair[id] ?? 0) + 1 / present.length;
      });
      return balancer.choose(present)?.id ?? '-';
    });

    const tally = counts(ids);
    const deviations = all.map(({ id }) => Math.abs((tally[id] ?? 0) / (fair[id] ?? 0) - 1));
    // four standard deviations of a thousand random choices
    expect(Math.max(...deviations)).toBeLessThanOrEqual(0.13);
  });
});

/** Many calls at a time, to endpoints one of which takes ten times as long: how many each got, and the mean time of a call. */
function simulate(policy: Parameters<typeof runCalls>[0]) {
  return runCalls(policy, [10, 10, 10, 10, 10, 10, 10, 10, 10, 100]);
}

function runCalls(
  policy: ReturnType<typeof leastRequest> | ReturnType<typeof peakEwma> | ReturnType<typeof random>,
  latenciesMs: readonly number[],
) {
  const clock = { now: 0 };
  const endpoints = latenciesMs.map((ms, i) => ({
    ...endpoint(`e${i + 1}`, { load: new EndpointLoad({ now: () => clock.now }) }),
    ms,
  }));
  const balancer = new LoadBalancer<(typeof endpoints)[number]>({ policy, random: seededRandom(9) });
  const underWay: { readonly until: number; readonly end: () => void }[] = [];
  const calls = { toSlow: 0, totalMs: 0 };
  for (let i = 0; i < 20_000; i++) {
    clock.now += 1;
    underWay
      .filter(({ until }) => until === clock.now)
      .forEach(({ end }) => {
        end();
      });
    underWay.splice(0, underWay.length, ...underWay.filter(({ until }) => until > clock.now));
    const { load, ms } = balancer.choose(endpoints) ?? expect.fail('nothing was chosen');
    const beganAt = load.begin();
    underWay.push({
      until: clock.now + ms,
      end: () => {
        load.end(beganAt, 'succeeded');
      },
    });
    calls.totalMs += ms;
    calls.toSlow += Number(ms === 100);
  }
  return calls;
}

describe('a slow endpoint among fast ones', () => {
  it('gets a part of its share by least request, and hardly anything by peak EWMA', () => {
    const byRandom = simulate(random());
    const byLeastRequest = simulate(leastRequest());
    const byPeakEwma = simulate(peakEwma());

    expect(byLeastRequest.toSlow).toBeLessThan(byRandom.toSlow / 2);
    expect(byPeakEwma.toSlow).toBeLessThan(byRandom.toSlow / 10);
    expect(byPeakEwma.totalMs).toBeLessThan(byLeastRequest.totalMs);
  });
});
