import { describe, expect, it } from 'vitest';

import { anInstance } from '../../test/fake-registry.ts';
import { nextLapse, type ServiceView, UNKNOWN, withDelta, withoutLapsed, withSnapshot } from './service-view.ts';

const EPOCH = 2 ** 32;
const TTL_MS = 30_000;

const one = anInstance({ id: 'one' });
const two = anInstance({ id: 'two' });
const three = anInstance({ id: 'three' });

const known = withSnapshot(UNKNOWN, { revision: EPOCH + 5, instances: [one, two] }, 0);

function idsOf({ instances }: ServiceView): string[] {
  return [...instances.keys()].sort();
}

describe('a snapshot', () => {
  it('is all that is known at first', () => {
    expect(idsOf(known)).toEqual(['one', 'two']);
    expect(known.revision).toBe(EPOCH + 5);
  });

  it('of the same epoch is trusted, also when it is empty', () => {
    expect(idsOf(withSnapshot(known, { revision: EPOCH + 9, instances: [] }, 0))).toEqual([]);
  });

  it('of a restarted registry that lacks instances keeps them for their TTL', () => {
    const restarted = withSnapshot(known, { revision: 2 * EPOCH + 1, instances: [three] }, 1_000);

    expect(idsOf(restarted)).toEqual(['one', 'three', 'two']);
    expect(nextLapse(restarted)).toBe(1_000 + TTL_MS);
    expect(idsOf(withoutLapsed(restarted, 1_000 + TTL_MS - 1))).toEqual(['one', 'three', 'two']);
    expect(idsOf(withoutLapsed(restarted, 1_000 + TTL_MS))).toEqual(['three']);
  });

  it('of the same epoch after a restart does not end the grace', () => {
    const restarted = withSnapshot(known, { revision: 2 * EPOCH + 1, instances: [] }, 0);

    const again = withSnapshot(restarted, { revision: 2 * EPOCH + 50, instances: [two] }, TTL_MS - 1);

    expect(idsOf(again)).toEqual(['one', 'two']);
    expect(idsOf(withSnapshot(again, { revision: 2 * EPOCH + 99, instances: [two] }, TTL_MS))).toEqual(['two']);
  });

  it('of an earlier epoch is one of another epoch too', () => {
    const restored = withSnapshot(known, { revision: 7, instances: [] }, 0);

    expect(idsOf(restored)).toEqual(['one', 'two']);
  });

  it('gives an instance without a lease a grace too', () => {
    const leaseless = withSnapshot(UNKNOWN, { revision: EPOCH, instances: [anInstance({ lease: null })] }, 0);

    expect(nextLapse(withSnapshot(leaseless, { revision: 2 * EPOCH, instances: [] }, 0))).toBe(30_000);
  });
});

describe('an instance that registers with a restarted registry which lost how its checks stood', () => {
  const starting = anInstance({ id: 'one', status: 'starting' });
  const lost = withSnapshot(known, { revision: 2 * EPOCH, instances: [] }, 0);
  const back = withDelta(lost, { revision: 2 * EPOCH + 1, upserted: [starting], removed: [] });

  it('stays routable until a check has answered', () => {
    expect(back.instances.get('one')).toBe(one);

    const failed = anInstance({ id: 'one', status: 'down' });
    const judged = withDelta(back, { revision: 2 * EPOCH + 2, upserted: [failed], removed: [] });

    expect(judged.instances.get('one')).toBe(failed);
    expect([...judged.doubtful.keys()]).toEqual(['two']);
  });

  it('stays routable where the snapshot has it already', () => {
    const view = withSnapshot(known, { revision: 2 * EPOCH + 1, instances: [starting] }, 0);

    expect(view.instances.get('one')).toBe(one);
    expect(withSnapshot(view, { revision: 2 * EPOCH + 1, instances: [starting] }, 1).instances.get('one')).toBe(one);
  });

  it('is starting once its grace is over', () => {
    expect(withoutLapsed(back, TTL_MS).instances.get('one')).toBe(starting);
    expect(idsOf(withoutLapsed(back, TTL_MS))).toEqual(['one']);
  });

  it('is starting where it is another one now, or was not routable before', () => {
    const moved = anInstance({ id: 'one', status: 'starting', port: one.port + 1 });
    const down = withSnapshot(UNKNOWN, { revision: EPOCH, instances: [anInstance({ id: 'one', status: 'down' })] }, 0);

    const elsewhere = withDelta(lost, { revision: 2 * EPOCH + 1, upserted: [moved], removed: [] });
    const recovering = withSnapshot(down, { revision: 2 * EPOCH, instances: [starting] }, 0);

    expect(elsewhere.instances.get('one')).toBe(moved);
    expect(recovering.instances.get('one')).toBe(starting);
  });

  it('is starting where the registry says so without having been restarted', () => {
    const restarted = withDelta(known, { revision: EPOCH + 6, upserted: [starting], removed: [] });

    expect(restarted.instances.get('one')).toBe(starting);
  });
});

describe('a delta', () => {
  it('adds, replaces and removes', () => {
    const down = anInstance({ id: 'two', status: 'down' });

    const view = withDelta(known, { revision: EPOCH + 6, upserted: [down, three], removed: ['one'] });

    expect(idsOf(view)).toEqual(['three', 'two']);
    expect(view.instances.get('two')).toBe(down);
    expect(view.revision).toBe(EPOCH + 6);
  });

  it('without changes moves the revision only', () => {
    const view = withDelta(known, { revision: EPOCH + 6, upserted: [], removed: [] });

    expect(view.instances).toBe(known.instances);
    expect(view.revision).toBe(EPOCH + 6);
  });

  it('before the first snapshot is none', () => {
    expect(withDelta(UNKNOWN, { revision: EPOCH, upserted: [one], removed: [] })).toBe(UNKNOWN);
  });

  it('ends the doubt about an instance that registered again, and the grace of one that left', () => {
    const restarted = withSnapshot(known, { revision: 2 * EPOCH, instances: [] }, 0);

    const view = withDelta(restarted, { revision: 2 * EPOCH + 1, upserted: [one], removed: ['two'] });

    expect(nextLapse(view)).toBeUndefined();
    expect(idsOf(view)).toEqual(['one']);
  });

  it('leaves the view that it was applied to as it was', () => {
    withDelta(known, { revision: EPOCH + 6, upserted: [three], removed: ['one'] });

    expect(idsOf(known)).toEqual(['one', 'two']);
  });
});
