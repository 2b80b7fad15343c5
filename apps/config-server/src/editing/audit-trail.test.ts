import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { MemoryAuditStore } from '../../test/memory-audit-store.ts';
import { type AuditAttempt, touchedKeys } from './audit-store.ts';
import { AuditTrail } from './audit-trail.ts';

const ATTEMPT: AuditAttempt = { actor: 'team', action: 'update', service: 'orders', touched: touchedKeys(['a']) };
const COMMITTED = { kind: 'committed', before: 'a', after: 'b' } as const;
const REFUSED = { kind: 'refused', code: 'auth/forbidden', reason: 'team may not write' } as const;

function aTrail() {
  const store = new MemoryAuditStore();
  const clock = new FakeClock();
  const troubles: unknown[] = [];
  const trail = new AuditTrail({ store, clock, onTrouble: (error) => troubles.push(error) });
  const outcomes = async () => (await store.list({ limit: 100 })).map(({ outcome }) => outcome.kind);
  return { store, clock, trail, troubles, outcomes };
}

describe('AuditTrail', () => {
  it('has an entry of an attempt before anything else is done about it, and its end after', async () => {
    const { trail, outcomes } = aTrail();

    const begun = await trail.begin(ATTEMPT);
    const before = await outcomes();
    await trail.end(begun, COMMITTED);

    expect(before).toEqual(['pending']);
    expect(await outcomes()).toEqual(['committed']);
  });

  it('begins nothing that it can not store', async () => {
    const { store, trail } = aTrail();
    store.failure = new Error('disk is full');

    await expect(trail.begin(ATTEMPT)).rejects.toThrow('disk is full');
  });

  it('stores an end that could not be stored with the next attempt, and says that it is late', async () => {
    const { store, trail, troubles, outcomes } = aTrail();
    const begun = await trail.begin(ATTEMPT);
    store.failure = new Error('disk is full');
    await trail.end(begun, COMMITTED);
    await expect(trail.begin(ATTEMPT)).rejects.toThrow('disk is full');
    store.failure = undefined;

    await trail.begin(ATTEMPT);

    expect(troubles).toHaveLength(1);
    expect(await outcomes()).toEqual(['pending', 'committed']);
  });

  it('tells an end that could not be stored yet', async () => {
    const { store, trail } = aTrail();
    const begun = await trail.begin(ATTEMPT);
    store.failure = new Error('disk is full');
    await trail.end({ ...begun, touched: touchedKeys(['b']) }, COMMITTED);
    store.failure = undefined;

    const told = await trail.list({ limit: 1 });

    expect(told).toMatchObject([{ outcome: COMMITTED, touched: { keys: ['b'] } }]);
  });

  it('tells that the outcome is unknown of what a server before it left pending, and of nothing that is under way', async () => {
    const { store, clock, trail: killed } = aTrail();
    await killed.begin(ATTEMPT);
    await clock.advance(1_000);

    const trail = new AuditTrail({ store, clock, onTrouble: () => undefined });
    await trail.begin(ATTEMPT);

    const told = await trail.list({ limit: 2 });
    expect(told.map(({ outcome }) => outcome.kind)).toEqual(['pending', 'unknown']);
  });

  it.each([
    ['it is checked', (trail: AuditTrail) => trail.check()],
    ['it is closed', (trail: AuditTrail) => trail.close()],
  ])('stores an end that could not be stored when %s', async (_what, act) => {
    const { store, trail, outcomes } = aTrail();
    const begun = await trail.begin(ATTEMPT);
    store.failure = new Error('disk is full');
    await trail.end(begun, COMMITTED);
    store.failure = undefined;

    await act(trail);

    expect(await outcomes()).toEqual(['committed']);
  });

  it('is in trouble from a write that failed until one that did not', async () => {
    const { store, trail } = aTrail();
    await expect(trail.check()).resolves.toBeUndefined();
    store.failure = new Error('disk is full');
    await trail.begin(ATTEMPT).catch(() => undefined); // told by the check

    await expect(trail.check()).rejects.toThrow('disk is full');

    store.failure = undefined;
    await expect(trail.check()).resolves.toBeUndefined();
  });

  it('leaves a refusal a refusal when it can not be stored', async () => {
    const { store, trail, troubles, outcomes } = aTrail();
    await trail.refuse(ATTEMPT, REFUSED);
    store.failure = new Error('disk is full');

    await trail.refuse(ATTEMPT, REFUSED);

    store.failure = undefined;
    expect(await outcomes()).toEqual(['refused']);
    expect(troubles).toHaveLength(1);
  });

  it('numbers attempts in their order, also more of them than a millisecond has numbers for', async () => {
    const { trail, clock } = aTrail();
    const ids: string[] = [];
    for (let i = 0; i < 70_000; i += 1) {
      ids.push((await trail.begin(ATTEMPT)).id);
    }
    await clock.advance(1);
    ids.push((await trail.begin(ATTEMPT)).id);

    expect([...ids].sort()).toEqual(ids);
    expect(ids.every((id) => /^[0-9a-f]{24}$/.test(id))).toBe(true);
  });

  it('numbers attempts in their order where the clock tells parts of a millisecond', async () => {
    const { trail, clock } = aTrail();
    const ids: string[] = [];
    for (let i = 0; i < 20; i += 1) {
      ids.push((await trail.begin(ATTEMPT)).id);
      await clock.advance(0.01);
    }

    expect([...ids].sort()).toEqual(ids);
  });

  it('keeps the first hundred keys and counts them all', () => {
    const keys = Array.from({ length: 101 }, (_, i) => `k${i}`);

    expect(touchedKeys(keys)).toEqual({ keys: keys.slice(0, 100), keyCount: 101 });
  });
});
