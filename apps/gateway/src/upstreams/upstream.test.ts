import { describe, expect, it } from 'vitest';

import { systemClock } from '@signalbox/clock';

import type { Sign } from './endpoint.ts';
import type { UpstreamInstance } from './instance-source.ts';

import { Deadlines } from '../deadlines/deadlines.ts';
import { type Acquired, Upstream, type Wanted } from './upstream.ts';

const FAILURES = 2;
const RECOVERY_MS = 1_000;

const instances = (count: number): UpstreamInstance[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `i${i + 1}`,
    scheme: 'http',
    address: '127.0.0.1',
    port: 9,
    weight: 1,
    status: 'up',
  }));

/** An upstream whose requests a test ends itself: nothing is sent. */
function anUpstream(count: number, { maxConnections = 1_000 } = {}) {
  const clock = { now: 0 };
  const watch = {
    instances: instances(count),
    ready: Promise.resolve(),
    onChange: () => () => undefined,
    close: () => undefined,
  };
  const upstream = new Upstream('orders', watch, {
    maxConnections,
    connectTimeoutMs: 1_000,
    breakerFailures: FAILURES,
    breakerRecoveryMs: RECOVERY_MS,
    now: () => clock.now,
    deadlines: new Deadlines(systemClock),
  });
  const endpointOf = (id: string) => upstream.endpoints.find((endpoint) => endpoint.id === id) ?? expect.fail(id);
  const trip = (id: string, lastHeard: Sign) => {
    const endpoint = endpointOf(id);
    for (let i = 0; i < FAILURES; i++) {
      endpoint.tryAcquire()?.failed();
      endpoint.release();
    }
    endpoint.lastHeard = lastHeard;
  };
  const take = (wanted?: Wanted): Acquired => {
    const acquired = upstream.acquire(wanted);
    return typeof acquired === 'string' ? expect.fail(acquired) : acquired;
  };
  const idsOf = (times: number, wanted?: Wanted) =>
    Array.from({ length: times }, () => {
      const { endpoint, permit } = take(wanted);
      permit.cancelled();
      endpoint.release();
      return endpoint.id;
    });
  return { clock, upstream, endpointOf, trip, take, idsOf };
}

const LEFT_ALONE = 'answer';
const OUT_OF_REACH = 'broken-connection';
const SILENT = 'silence';

describe('an upstream', () => {
  it('leaves alone what its breaker holds back', () => {
    const { trip, idsOf } = anUpstream(3);
    trip('i2', LEFT_ALONE);

    expect(new Set(idsOf(12))).toEqual(new Set(['i1', 'i3']));
  });

  it('asks an endpoint left alone again with one request, as soon as its breaker allows', () => {
    const { clock, trip, take, idsOf } = anUpstream(3);
    trip('i2', OUT_OF_REACH);
    clock.now = RECOVERY_MS;

    const trial = take();
    const meanwhile = idsOf(12);
    trial.permit.succeeded();

    expect(trial).toMatchObject({ endpoint: { id: 'i2' }, isGuarded: true });
    expect(meanwhile).not.toContain('i2');
    expect(idsOf(12)).toContain('i2');
  });

  it('asks it for another attempt only where there is no other endpoint', () => {
    const { clock, trip, take } = anUpstream(3);
    trip('i2', OUT_OF_REACH);
    clock.now = RECOVERY_MS;

    expect(take({ excluded: new Set(['i1']) }).endpoint.id).toBe('i3');
    expect(take({ excluded: new Set(['i1', 'i3']) }).endpoint.id).toBe('i2');
  });

  it('does not heed breakers that hold back most of what answers, and says so', () => {
    const { upstream, trip, idsOf } = anUpstream(4);
    trip('i1', LEFT_ALONE);
    trip('i2', LEFT_ALONE);
    expect([upstream.isPanicking, new Set(idsOf(8))]).toEqual([false, new Set(['i3', 'i4'])]);
    trip('i3', LEFT_ALONE);

    const ids = idsOf(8);

    expect(upstream.isPanicking).toBe(true);
    expect(ids.sort()).toEqual(['i1', 'i1', 'i2', 'i2', 'i3', 'i3', 'i4', 'i4']);
    expect(upstream.unguarded).toBe(6);
  });

  it('heeds them where it is told to', () => {
    const { upstream, trip, idsOf } = anUpstream(4);
    ['i1', 'i2', 'i3'].forEach((id) => {
      trip(id, LEFT_ALONE);
    });

    expect(new Set(idsOf(8, { isGuarded: true }))).toEqual(new Set(['i4']));
    expect(upstream.acquire({ isGuarded: true, excluded: new Set(['i4']) })).toBe('circuit-open');
  });

  it('does not count what is out of reach among what answers', () => {
    const { upstream, trip, idsOf } = anUpstream(4);
    trip('i1', OUT_OF_REACH);
    trip('i2', OUT_OF_REACH);
    trip('i3', OUT_OF_REACH);

    expect([upstream.isPanicking, new Set(idsOf(8))]).toEqual([false, new Set(['i4'])]);
  });

  it('sends a few requests at a time to those that are silent where none answers', () => {
    const { upstream, trip, take, endpointOf } = anUpstream(3);
    trip('i1', OUT_OF_REACH);
    trip('i2', SILENT);
    trip('i3', SILENT);

    const ids = Array.from({ length: 2 * FAILURES }, () => take().endpoint.id);

    expect(ids.sort()).toEqual(['i2', 'i2', 'i3', 'i3']);
    expect(upstream.acquire()).toBe('circuit-open');
    expect(upstream.unguarded).toBe(2 * FAILURES);
    endpointOf('i2').release();
    expect(take().endpoint.id).toBe('i2');
    expect(upstream.acquire({ isGuarded: true })).toBe('circuit-open');
  });

  it.each(['i3', 'i1'])('leaves those that are silent alone as long as %s answers', (answering) => {
    const { trip, idsOf } = anUpstream(3);
    trip('i2', SILENT);
    trip(answering === 'i3' ? 'i1' : 'i3', SILENT);

    expect(new Set(idsOf(4))).toEqual(new Set([answering]));
  });

  it('asks an endpoint in panic that answers again, and not one that no longer does', () => {
    const { upstream, endpointOf, trip, idsOf } = anUpstream(2);
    trip('i1', LEFT_ALONE);
    trip('i2', OUT_OF_REACH);
    expect(new Set(idsOf(4))).toEqual(new Set(['i1']));

    endpointOf('i2').lastHeard = LEFT_ALONE;
    expect(new Set(idsOf(4))).toEqual(new Set(['i1', 'i2']));
    endpointOf('i1').lastHeard = OUT_OF_REACH;
    endpointOf('i2').lastHeard = OUT_OF_REACH;
    expect(upstream.acquire()).toBe('circuit-open');
  });

  it('asks any endpoint with room where the one chosen has none, those without weight last', () => {
    const { upstream, endpointOf, take } = anUpstream(3, { maxConnections: 2 });
    endpointOf('i1').weight = 0;

    const ids = Array.from({ length: 6 }, () => take().endpoint.id);

    expect(ids.slice(0, 4).sort()).toEqual(['i2', 'i2', 'i3', 'i3']);
    expect(ids.slice(4)).toEqual(['i1', 'i1']);
    expect(upstream.acquire()).toBe('overloaded');
  });

  it.each([OUT_OF_REACH, LEFT_ALONE] as const)(
    'asks each breaker twice at most where none of a hundred gives leave: %s',
    (sign) => {
      const { upstream, trip, take } = anUpstream(100, { maxConnections: 1 });
      upstream.endpoints.forEach(({ id }) => {
        trip(id, sign);
      });
      const refusals = () =>
        upstream.endpoints.reduce((sum, { breaker }) => sum + breaker.snapshot().totals.refused, 0);
      while (sign === LEFT_ALONE && upstream.endpoints.some(({ isSaturated }) => !isSaturated)) {
        take();
      }
      const before = refusals();

      expect(upstream.acquire()).toBe(sign === LEFT_ALONE ? 'overloaded' : 'circuit-open');

      expect(refusals() - before).toBeLessThanOrEqual(200);
    },
  );

  it('keeps its balancer while the rule stays the same, and takes another at once', () => {
    const { upstream, idsOf } = anUpstream(4);
    upstream.balanceBy({ simple: 'ROUND_ROBIN' });
    const [first = '', ...others] = idsOf(2);
    upstream.balanceBy({ simple: 'ROUND_ROBIN' });

    expect(new Set([first, ...others, ...idsOf(2)]).size).toBe(4);

    upstream.balanceBy({ consistentHash: { useSourceIp: true, ringHash: { minimumRingSize: 1_024 } } });
    expect(upstream.hashOn?.useSourceIp).toBe(true);
    expect(new Set(idsOf(12, { key: '10.0.0.7' })).size).toBe(1);
    upstream.balanceBy(undefined);
    expect(new Set(idsOf(4, { key: '10.0.0.7' })).size).toBe(4);
  });

  it('warms up an endpoint that its breaker takes back', () => {
    const { clock, upstream, trip, take, idsOf } = anUpstream(2);
    upstream.balanceBy({ warmup: { duration: 60_000, minimumPercent: 10, aggression: 1 } });
    clock.now = 120_000;
    trip('i2', OUT_OF_REACH);
    clock.now += RECOVERY_MS;
    take().permit.succeeded();

    const share = () => idsOf(110).filter((id) => id === 'i2').length;

    expect(Math.abs(share() - 10)).toBeLessThanOrEqual(1);
    clock.now += 60_000;
    expect(Math.abs(share() - 55)).toBeLessThanOrEqual(1);
  });
});
