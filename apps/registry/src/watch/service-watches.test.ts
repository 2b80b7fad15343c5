import { describe, expect, it } from 'vitest';

import { seededRandom } from '@signalbox/testkit';

import type { Delta } from './service-update.ts';

import { anInstance } from '../../test/registrations.ts';
import { Catalog } from '../catalog/catalog.ts';
import { ServiceWatches } from './service-watches.ts';

const BASE = 7 * 2 ** 32;

function someWatches(options: { changesKept?: number; servicesKept?: number } = {}) {
  const catalog = new Catalog({ epoch: 7 });
  const watches = new ServiceWatches({ catalog, ...options });
  return { catalog, watches, leave: (id: string) => catalog.remove({ service: 'orders', id }) };
}

const idsOf = (instances: readonly { readonly registration: { readonly id: string } }[]) =>
  instances.map(({ registration }) => registration.id);

describe('ServiceWatches', () => {
  it('gives a watcher who has seen nothing a snapshot', () => {
    const { catalog, watches } = someWatches();
    catalog.put(anInstance({ id: 'a' }));

    const update = watches.since('orders', undefined);

    expect(update).toMatchObject({ type: 'snapshot', service: 'orders', revision: BASE + 1 });
    expect(update.type === 'snapshot' && idsOf(update.instances)).toEqual(['a']);
  });

  it('counts its subscriptions', () => {
    const { watches } = someWatches();
    const leave = watches.subscribe('orders', () => undefined);
    watches.subscribe('orders', () => undefined);
    watches.subscribe('web', () => undefined);

    expect(watches.subscriptions).toBe(3);
    leave();
    leave();
    expect(watches.subscriptions).toBe(2);
  });

  it('gives all watchers the same snapshot until something changes', () => {
    const { catalog, watches } = someWatches();
    catalog.put(anInstance());

    const first = watches.since('orders', undefined);

    expect(watches.since('orders', undefined)).toBe(first);
    catalog.put(anInstance({ id: 'b' }));
    expect(watches.since('orders', undefined)).not.toBe(first);
  });

  it('gives a watcher who comes back what changed since, each instance once', () => {
    const { catalog, watches, leave } = someWatches();
    catalog.put(anInstance({ id: 'a' }));
    catalog.put(anInstance({ id: 'b' }));
    const seen = catalog.revision;
    catalog.put(anInstance({ id: 'c' }));
    catalog.put(anInstance({ id: 'c', port: 9_090 }));
    leave('a');

    const update = watches.since('orders', seen);

    expect(update).toMatchObject({ type: 'delta', revision: BASE + 5, removed: ['a'] });
    expect(update.type === 'delta' && idsOf(update.upserted)).toEqual(['c']);
  });

  it('gives an empty delta when nothing changed, also of a service that nobody registered', () => {
    const { catalog, watches } = someWatches();
    catalog.put(anInstance());

    expect(watches.since('orders', catalog.revision)).toMatchObject({ type: 'delta', upserted: [], removed: [] });
    expect(watches.since('inventory', catalog.revision)).toMatchObject({ type: 'delta', upserted: [], removed: [] });
  });

  it.each([
    ['of an earlier run', BASE - 5],
    ['from before the changes that it remembers', BASE + 1],
    ['that it never gave', BASE + 1_000],
  ])('answers a revision %s with a snapshot', (_name, revision) => {
    const { catalog, watches } = someWatches({ changesKept: 2 });
    for (let port = 1; port <= 10; port++) {
      catalog.put(anInstance({ port }));
    }

    expect(watches.since('orders', revision)).toMatchObject({ type: 'snapshot', revision: BASE + 10 });
  });

  it('tells a watcher once of all changes that were made in one go', async () => {
    const { catalog, watches, leave } = someWatches();
    catalog.put(anInstance({ id: 'a' }));
    const told: Delta[] = [];
    watches.subscribe('orders', (update) => told.push(update));

    catalog.put(anInstance({ id: 'b' }));
    leave('a');
    await Promise.resolve();

    expect(told).toMatchObject([{ type: 'delta', revision: BASE + 3, removed: ['a'] }]);
    expect(told.map(({ upserted }) => idsOf(upserted))).toEqual([['b']]);
  });

  it('tells nobody of another service', async () => {
    const { catalog, watches } = someWatches();
    const told: Delta[] = [];
    watches.subscribe('orders', (update) => told.push(update));

    catalog.put(anInstance({ service: 'web' }));
    await Promise.resolve();

    expect(told).toEqual([]);
  });

  it('tells nobody who unsubscribed', async () => {
    const { catalog, watches } = someWatches();
    const told: Delta[] = [];
    const unsubscribe = watches.subscribe('orders', (update) => told.push(update));

    unsubscribe();
    catalog.put(anInstance());
    await Promise.resolve();

    expect(told).toEqual([]);
  });

  it('brings a watcher to the same instances by deltas as by a snapshot, wherever it left off', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = seededRandom(seed);
      const { catalog, watches } = someWatches({ changesKept: 8, servicesKept: 2 });
      const seen = new Map<string, { revision: number; ids: Map<string, number> }>();
      for (let step = 0; step < 200; step++) {
        const service = `s${Math.floor(random() * 4)}`;
        const id = `i${Math.floor(random() * 5)}`;
        if (random() < 0.6) {
          catalog.put(anInstance({ service, id, port: 1 + step }));
        } else {
          catalog.remove({ service, id });
        }
        if (random() < 0.3) {
          const watched = `s${Math.floor(random() * 4)}`;
          const before = seen.get(watched);
          const update = watches.since(watched, before?.revision);
          const ids = update.type === 'snapshot' ? new Map<string, number>() : new Map(before?.ids);
          const upserted = update.type === 'snapshot' ? update.instances : update.upserted;
          upserted.forEach(({ registration }) => ids.set(registration.id, registration.port));
          (update.type === 'delta' ? update.removed : []).forEach((gone) => ids.delete(gone));
          seen.set(watched, { revision: update.revision, ids });
          const actual = catalog.instancesOf(watched).map(({ registration }) => [registration.id, registration.port]);
          expect([...ids].sort()).toEqual(actual.sort());
        }
      }
    }
  });
});
