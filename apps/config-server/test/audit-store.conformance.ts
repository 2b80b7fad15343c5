import { describe, expect, it } from 'vitest';

import type { AuditEntry, AuditStore } from '../src/editing/audit-store.ts';

/** A place that stores are opened on, one after the other or together. */
export interface AuditPlace extends AsyncDisposable {
  open(): Promise<AuditStore>;
}

const anId = (count: number) => count.toString(16).padStart(24, '0');

function anEntry(count: number, over: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: anId(count),
    timeMs: 1_750_000_000_123 + count,
    actor: 'team',
    action: 'update',
    service: 'orders',
    touched: { keys: ['db.poolSize'], keyCount: 1 },
    outcome: { kind: 'pending' },
    ...over,
  };
}

/** What every store of the audit does. */
export function describeAuditStore(name: string, place: () => Promise<AuditPlace>): void {
  async function storeWith(here: AuditPlace, ...entries: AuditEntry[]): Promise<AuditStore> {
    const store = await here.open();
    await store.write(entries, []);
    return store;
  }

  describe(name, () => {
    it('begins empty, and can be written to', async () => {
      await using here = await place();
      const store = await here.open();

      await expect(store.check()).resolves.toBeUndefined();
      await expect(store.list({ limit: 10 })).resolves.toEqual([]);
      await store.close();
    });

    it('finds again every field of every outcome, when it is opened anew', async () => {
      const entries = [
        anEntry(10, {
          action: 'push',
          service: '*',
          reference: 'refs/heads/side',
          outcome: { kind: 'committed', after: 'b'.repeat(40) },
        }),
        anEntry(9, {
          action: 'push',
          service: '*',
          reference: 'refs/tags/v1',
          outcome: { kind: 'committed', before: 'a'.repeat(40) },
        }),
        anEntry(8, {
          action: 'push',
          service: '*',
          reached: { pairs: [{ service: 'orders', environment: 'production' }], pairCount: 200 },
        }),
        anEntry(7, {
          author: { name: `Ada "the\0 first"`, email: 'ada@example.com' },
          environment: 'production',
          file: 'orders/a\0b – ü.yaml',
          touched: { keys: ["it's", 'a\0b'], keyCount: 700 },
        }),
        anEntry(6, { outcome: { kind: 'committed', before: 'a'.repeat(40), after: 'b'.repeat(40) } }),
        anEntry(5, { outcome: { kind: 'unchanged', before: 'a'.repeat(40) } }),
        anEntry(4, { outcome: { kind: 'dry-run', before: 'a'.repeat(40) } }),
        anEntry(3, { outcome: { kind: 'refused', code: 'config/invalid', reason: '/db must\0 be' } }),
        anEntry(2, { outcome: { kind: 'failed', code: 'internal', reason: 'the log says why' } }),
      ];
      await using here = await place();
      await (await storeWith(here, ...entries)).close();

      const reopened = await here.open();

      await expect(reopened.list({ limit: 10 })).resolves.toEqual(entries);
      await reopened.close();
    });

    it('ends an entry, with the keys that were touched, and leaves others as they are', async () => {
      await using here = await place();
      const begun = anEntry(2, { author: { name: 'Ada', email: 'ada@example.com' }, file: 'orders/a.yaml' });
      const store = await storeWith(here, anEntry(1), begun);
      const end = {
        outcome: { kind: 'committed', before: 'a'.repeat(40), after: 'b'.repeat(40) },
        touched: { keys: ['x', 'y'], keyCount: 2 },
      } as const;

      await store.write([], [{ id: anId(2), ...end }]);

      await expect(store.list({ limit: 10 })).resolves.toEqual([{ ...begun, ...end }, anEntry(1)]);
      await store.close();
    });

    it('takes thousands of entries at once, as a push makes one for every service that it changes', async () => {
      await using here = await place();
      const entries = Array.from({ length: 3_000 }, (_, count) => anEntry(count));
      const store = await storeWith(here, ...entries);

      const found = await store.list({ limit: 5_000 });

      expect(found).toHaveLength(entries.length);
      await store.close();
    });

    it('ends nothing that is not there', async () => {
      await using here = await place();
      const store = await storeWith(here, anEntry(1));
      const { outcome, touched } = anEntry(9);

      await store.write([], [{ id: anId(9), outcome, touched }]);

      await expect(store.list({ limit: 10 })).resolves.toEqual([anEntry(1)]);
      await store.close();
    });

    it('lists the newest first, page by page, each once', async () => {
      await using here = await place();
      const store = await storeWith(here, ...[3, 1, 5, 2, 4].map((count) => anEntry(count)));

      const first = await store.list({ limit: 3 });
      const second = await store.list({ limit: 3, before: anId(3) });

      expect([first, second].map((page) => page.map(({ id }) => id))).toEqual([
        [anId(5), anId(4), anId(3)],
        [anId(2), anId(1)],
      ]);
      await store.close();
    });

    it.each([
      ['a service', { service: 'cart' }, [3]],
      ['an environment', { environment: 'production' }, [2]],
      ['an actor', { actor: 'root' }, [4]],
      ['all of them', { service: 'orders', environment: 'production', actor: 'team' }, [2]],
    ])('filters by %s', async (_what, filter, counts) => {
      await using here = await place();
      const store = await storeWith(
        here,
        anEntry(1),
        anEntry(2, { environment: 'production' }),
        anEntry(3, { service: 'cart' }),
        anEntry(4, { actor: 'root' }),
      );

      const found = await store.list({ ...filter, limit: 10 });

      expect(found.map(({ id }) => id)).toEqual(counts.map(anId));
      await store.close();
    });

    it('leaves nothing behind of a check', async () => {
      await using here = await place();
      const store = await storeWith(here, anEntry(1));

      await store.check();

      await expect(store.list({ limit: 10 })).resolves.toEqual([anEntry(1)]);
      await store.close();
    });
  });
}
