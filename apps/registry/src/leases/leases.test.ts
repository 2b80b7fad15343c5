import { describe, expect, it } from 'vitest';

import { FakeClock, seededRandom } from '@signalbox/testkit';

import type { InstanceKey } from '../catalog/registration.ts';

import { anInstance } from '../../test/registrations.ts';
import { leaseOf, Leases } from './leases.ts';

const TICK_MS = 250;
const key = { service: 'orders', id: 'orders-1' };

function someLeases(clock: FakeClock) {
  const lapsed: { id: string; at: number }[] = [];
  const lost: number[] = [];
  const leases = new Leases({
    clock,
    tickMs: TICK_MS,
    onLapsed: ({ id }: InstanceKey) => lapsed.push({ id, at: clock.now() }),
    onTimeLost: (ms) => lost.push(ms),
  });
  leases.start();
  return { leases, lapsed, lost, [Symbol.asyncDispose]: () => leases.close() };
}

describe('Leases', () => {
  it('asks for three renewals within a TTL', () => {
    expect(leaseOf(30_000)).toEqual({ ttlMs: 30_000, renewEveryMs: 10_000 });
  });

  it('ends a lease once its TTL has passed, and not before', async () => {
    const clock = new FakeClock(0);
    await using running = someLeases(clock);
    running.leases.registered(anInstance({ ttlMs: 30_000 }));

    await clock.advance(29_999);
    expect(running.lapsed).toEqual([]);
    await clock.advance(TICK_MS);
    expect(running.lapsed).toEqual([{ id: 'orders-1', at: 30_000 }]);
    expect(running.leases.size).toBe(0);
  });

  it('begins the TTL anew with each renewal', async () => {
    const clock = new FakeClock(0);
    await using running = someLeases(clock);
    running.leases.registered(anInstance({ ttlMs: 30_000 }));

    await clock.advance(20_000);
    expect(running.leases.renew(key)).toBe(30_000);
    await clock.advance(29_000);
    expect(running.lapsed).toEqual([]);
    await clock.advance(1_000 + TICK_MS);
    expect(running.lapsed).toHaveLength(1);
  });

  it('counts renewals and lapses, and a registration as neither', async () => {
    const clock = new FakeClock(0);
    await using running = someLeases(clock);
    running.leases.registered(anInstance({ ttlMs: 30_000 }));
    running.leases.registered(anInstance({ ttlMs: 30_000 }));

    running.leases.renew(key);
    running.leases.renew({ service: 'orders', id: 'unknown' });
    await clock.advance(30_000 + TICK_MS);

    expect(running.leases).toMatchObject({ renewals: 1, lapses: 1 });
  });

  it('takes a registration for a renewal, with the TTL that it brings', async () => {
    const clock = new FakeClock(0);
    await using running = someLeases(clock);
    running.leases.registered(anInstance({ ttlMs: 30_000 }));

    await clock.advance(20_000);
    running.leases.registered(anInstance({ ttlMs: 2_000 }));
    await clock.advance(2_000 + TICK_MS);

    expect(running.lapsed).toHaveLength(1);
  });

  it('knows no lease of an instance that registered without one', () => {
    const leases = new Leases({ clock: new FakeClock(), onLapsed: () => undefined });

    leases.registered(anInstance({ ttlMs: null }));

    expect(leases.renew(key)).toBeUndefined();
  });

  it('says nothing of an instance that left before its lease ended', async () => {
    const clock = new FakeClock(0);
    await using running = someLeases(clock);
    running.leases.registered(anInstance());

    running.leases.removed(key);
    await clock.advance(60_000);

    expect(running.lapsed).toEqual([]);
    expect(running.leases.renew(key)).toBeUndefined();
  });

  it('gives every lease its full TTL after time in which nobody could renew', async () => {
    const clock = new LeapingClock(0);
    await using running = someLeases(clock);
    running.leases.registered(anInstance({ ttlMs: 30_000 }));
    await clock.advance(1_000);

    clock.leap(60_000);
    await clock.advance(29_000);
    expect(running.lapsed).toEqual([]);
    expect(running.lost).toHaveLength(1);
    await clock.advance(2_000);
    expect(running.lapsed).toHaveLength(1);
  });

  it('lets no lease end early or outlive its TTL by more than a tick, whatever is registered, renewed and removed', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = seededRandom(seed);
      const clock = new FakeClock(Math.floor(random() * 1_000));
      await using running = someLeases(clock);
      const expected = new ExpectedLeases(running.leases, clock);
      for (let step = 0; step < 150; step++) {
        expected.doSomething(random);
        await clock.advance(Math.floor(random() * 4_000));
        running.lapsed.splice(0).forEach(({ id, at }) => {
          const late = at - expected.take(id);
          expect(late).toBeGreaterThanOrEqual(0);
          expect(late).toBeLessThanOrEqual(TICK_MS);
        });
        expect(expected.earliestEnd).toBeGreaterThan(clock.now() - TICK_MS);
      }
    }
  });

  it('keeps no timer once closed', async () => {
    const clock = new FakeClock();
    const { leases } = someLeases(clock);

    await leases.close();

    expect(clock.sleeping).toBe(0);
  });
});

/** What leases ought to do, by the simplest means: the end of each, by id. */
class ExpectedLeases {
  readonly #leases: Leases;
  readonly #clock: FakeClock;
  readonly #held = new Map<string, { readonly ttlMs: number; readonly end: number }>();

  constructor(leases: Leases, clock: FakeClock) {
    this.#leases = leases;
    this.#clock = clock;
  }

  get earliestEnd(): number {
    return Math.min(...this.#held.values().map(({ end }) => end));
  }

  doSomething(random: () => number): void {
    const id = `i${Math.floor(random() * 8)}`;
    const doing = random();
    if (doing < 0.3) {
      const ttlMs = 1_000 + Math.floor(random() * 90_000);
      this.#leases.registered(anInstance({ id, ttlMs }));
      this.#hold(id, ttlMs);
    } else if (doing < 0.8) {
      const ttlMs = this.#leases.renew({ service: 'orders', id });
      expect(ttlMs).toBe(this.#held.get(id)?.ttlMs);
      this.#hold(id, ttlMs);
    } else if (doing < 0.85) {
      this.#leases.removed({ service: 'orders', id });
      this.#held.delete(id);
    }
  }

  /** When this lease should have ended; never, if it was not held. */
  take(id: string): number {
    const end = this.#held.get(id)?.end ?? Infinity;
    this.#held.delete(id);
    return end;
  }

  #hold(id: string, ttlMs: number | undefined): void {
    if (ttlMs !== undefined) {
      this.#held.set(id, { ttlMs, end: this.#clock.now() + ttlMs });
    }
  }
}

/** A clock that stands for a process that was stopped: time passes and nobody is woken meanwhile. */
class LeapingClock extends FakeClock {
  #leaptMs = 0;

  override now(): number {
    return super.now() + this.#leaptMs;
  }

  leap(ms: number): void {
    this.#leaptMs += ms;
  }
}
