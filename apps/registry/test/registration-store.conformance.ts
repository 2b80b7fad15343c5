import { describe, expect, it } from 'vitest';

import type { InstanceRecord } from '../src/catalog/instance.ts';
import type { RegistrationStore } from '../src/catalog/registration-store.ts';

import { aRegistration } from './registrations.ts';

/** A place that stores are opened on, one after the other, and find what the one before has written. */
export interface StorePlace extends AsyncDisposable {
  open(): Promise<RegistrationStore>;
}

function aRecord(id: string, over: Partial<InstanceRecord> = {}): InstanceRecord {
  return {
    registration: aRegistration({ id, tags: ['a'], meta: { rack: '7', note: `it's "quoted" – ü` }, zone: 'z1' }),
    registeredAt: 1_750_000_000_123,
    draining: false,
    configurationVersion: undefined,
    checks: [{ name: 'tcp', status: 'warn' }],
    ...over,
  };
}

const key = (id: string) => ({ service: 'orders', id });

/** What every store of registrations does. */
export function describeRegistrationStore(name: string, place: () => Promise<StorePlace>): void {
  async function contentsAfter(...batches: Parameters<RegistrationStore['write']>[0][]) {
    await using here = await place();
    const writer = await here.open();
    for (const batch of batches) {
      await writer.write(batch);
    }
    await writer.close();
    const reader = await here.open();
    const contents = { registrations: await reader.registrations(), overrides: await reader.overrides() };
    await reader.close();
    return contents;
  }

  describe(name, () => {
    it('begins empty, at the epoch it is given', async () => {
      await using here = await place();
      const store = await here.open();

      expect(await store.registrations()).toEqual([]);
      expect(await store.overrides()).toEqual([]);
      expect(await store.nextEpoch(77)).toBe(77);
      await store.close();
    });

    it('counts one epoch more each time, across openings', async () => {
      await using here = await place();
      const first = await here.open();
      await first.nextEpoch(5);
      await first.close();

      const second = await here.open();

      expect(await second.nextEpoch(900)).toBe(6);
      expect(await second.nextEpoch(900)).toBe(7);
      await second.close();
    });

    it('raises the epoch and never lowers it', async () => {
      await using here = await place();
      const store = await here.open();
      await store.nextEpoch(5);

      await store.write([{ type: 'raise-epoch', epoch: 9 }]);
      await store.write([{ type: 'raise-epoch', epoch: 3 }]);

      expect(await store.nextEpoch(1)).toBe(10);
      await store.close();
    });

    it('finds again every field of a record', async () => {
      const record = aRecord('a', { draining: true, configurationVersion: 'abc' });

      expect((await contentsAfter([{ type: 'register', record }])).registrations).toEqual([record]);
    });

    it('replaces a record by a later one of the same instance, also within a batch', async () => {
      const { registrations } = await contentsAfter([
        { type: 'register', record: aRecord('a') },
        { type: 'register', record: aRecord('b') },
        { type: 'register', record: aRecord('a', { draining: true }) },
      ]);

      expect(registrations).toEqual([aRecord('a', { draining: true }), aRecord('b')]);
    });

    it('takes the writes of a batch in their order', async () => {
      const { registrations } = await contentsAfter([
        { type: 'register', record: aRecord('a') },
        { type: 'remove', key: key('a') },
        { type: 'register', record: aRecord('b') },
        { type: 'amend', key: key('b'), amendment: { draining: true } },
        { type: 'amend', key: key('b'), amendment: { configurationVersion: 'v2', checks: [] } },
      ]);

      expect(registrations).toEqual([aRecord('b', { draining: true, configurationVersion: 'v2', checks: [] })]);
    });

    it('amends nothing that is not there', async () => {
      const { registrations } = await contentsAfter(
        [{ type: 'register', record: aRecord('a') }],
        [{ type: 'remove', key: key('a') }],
        [{ type: 'amend', key: key('a'), amendment: { draining: true } }],
      );

      expect(registrations).toEqual([]);
    });

    it('keeps an override apart from its instance, until it is cleared', async () => {
      const { registrations, overrides } = await contentsAfter(
        [
          { type: 'register', record: aRecord('a') },
          { type: 'override', key: key('a'), status: 'down' },
          { type: 'override', key: key('b'), status: 'up' },
        ],
        [
          { type: 'remove', key: key('a') },
          { type: 'override', key: key('a'), status: 'out-of-service' },
          { type: 'clear-override', key: key('b') },
        ],
      );

      expect(registrations).toEqual([]);
      expect(overrides).toEqual([{ ...key('a'), status: 'out-of-service' }]);
    });

    it('is as it was after it was touched', async () => {
      await using here = await place();
      const store = await here.open();
      await store.nextEpoch(5);
      await store.write([{ type: 'register', record: aRecord('a') }]);

      await store.write([{ type: 'touch' }]);

      expect(await store.registrations()).toEqual([aRecord('a')]);
      expect(await store.nextEpoch(900)).toBe(6);
      await store.close();
    });

    it('finds again more registrations than it reads at a time, each once', async () => {
      await using here = await place();
      const store = await here.open();
      const ids = Array.from({ length: 10_001 }, (_, i) => `i${i}`);
      for (let from = 0; from < ids.length; from += 500) {
        const batch = ids.slice(from, from + 500);
        await store.write(batch.map((id) => ({ type: 'register', record: aRecord(id) }) as const));
      }

      const found = (await store.registrations()).map(({ registration }) => registration.id);

      expect(found).toHaveLength(ids.length);
      expect(new Set(found)).toEqual(new Set(ids));
      await store.close();
    });

    it('takes a batch of many registrations', async () => {
      const batch = Array.from({ length: 1_000 }, (_, i) => ({ type: 'register', record: aRecord(`i${i}`) }) as const);

      expect((await contentsAfter(batch)).registrations).toHaveLength(1_000);
    });
  });
}
