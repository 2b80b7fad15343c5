import { describe, expect, it } from 'vitest';

import { FakeClock, seededRandom } from '@signalbox/testkit';

import type { CheckState } from './instance.ts';
import type { InstanceKey } from './registration.ts';

import { memoryDisk, MemoryStore } from '../../test/memory-store.ts';
import { aRegistration, aTcpCheck } from '../../test/registrations.ts';
import { Catalog } from './catalog.ts';
import { Registrar } from './registrar.ts';

const key = { service: 'orders', id: 'orders-1' };

async function aRegistrar(options: { disk?: ReturnType<typeof memoryDisk>; maxInstances?: number } = {}) {
  const store = new MemoryStore(options.disk ?? memoryDisk());
  const catalog = new Catalog({ epoch: await store.nextEpoch(1) });
  const clock = new FakeClock(1_000);
  const followed: string[] = [];
  const troubles: unknown[] = [];
  const registrar = new Registrar({
    catalog,
    store,
    clock,
    followers: [
      {
        registered: ({ registration }, restored) => {
          followed.push(`${restored ? 'restored' : 'registered'} ${registration.id}`);
        },
        removed: ({ id }: InstanceKey) => {
          followed.push(`removed ${id}`);
        },
      },
    ],
    onStorageTrouble: (error) => troubles.push(error),
    ...(options.maxInstances !== undefined && { maxInstances: options.maxInstances }),
  });
  await registrar.restore();
  return { store, catalog, clock, registrar, followed, troubles, status: () => catalog.get(key)?.status };
}

describe('Registrar', () => {
  it('stores a registration before it shows it', async () => {
    const { registrar, catalog, store } = await aRegistrar();

    const registering = registrar.register(aRegistration());

    expect(catalog.get(key)).toBeUndefined();
    expect(await registering).toEqual({ created: true });
    expect(catalog.get(key)?.status).toBe('up');
    expect([...store.disk.records.keys()]).toEqual(['orders/orders-1']);
  });

  it('changes nothing when an instance registers again as it was, but tells who keeps its lease', async () => {
    const { registrar, catalog, store, followed } = await aRegistrar();
    await registrar.register(aRegistration({ tags: ['a'] }));
    const { revision } = catalog;

    await registrar.register(aRegistration({ tags: ['a'] }));

    expect(catalog.revision).toBe(revision);
    expect(store.transactions).toBe(1);
    expect(followed).toEqual(['registered orders-1', 'registered orders-1']);
  });

  it('makes one change of the same registration sent twice at a time', async () => {
    const { registrar, catalog } = await aRegistrar();

    const outcomes = await Promise.all([registrar.register(aRegistration()), registrar.register(aRegistration())]);

    expect(outcomes).toEqual([{ created: true }, { created: false }]);
    expect(catalog.revision % 2 ** 32).toBe(1);
  });

  it('keeps the time of the first registration when one is replaced', async () => {
    const { registrar, catalog, clock } = await aRegistrar();
    await registrar.register(aRegistration());
    await clock.advance(5_000);

    await registrar.register(aRegistration({ port: 9_090 }));

    expect(catalog.get(key)).toMatchObject({ registeredAt: 1_000, registration: { port: 9_090 } });
  });

  it('keeps an override when an instance registers again, and when it comes back', async () => {
    const { registrar, status } = await aRegistrar();
    await registrar.register(aRegistration());
    await registrar.override(key, 'out-of-service');

    await registrar.register(aRegistration({ port: 9_090 }));
    expect(status()).toBe('out-of-service');
    await registrar.deregister(key);
    await registrar.register(aRegistration());
    expect(status()).toBe('out-of-service');
    await registrar.clearStatus(key);
    expect(status()).toBe('up');
  });

  it('drains an instance until it registers again', async () => {
    const { registrar, status } = await aRegistrar();
    await registrar.register(aRegistration());

    await registrar.drain(key);
    expect(status()).toBe('draining');
    await registrar.register(aRegistration());
    expect(status()).toBe('up');
  });

  it('ends an override and a drain together', async () => {
    const { registrar, status } = await aRegistrar();
    await registrar.register(aRegistration());
    await registrar.drain(key);
    await registrar.override(key, 'down');

    await registrar.clearStatus(key);

    expect(status()).toBe('up');
  });

  it('counts a configuration version that is reported anew as a change, and one reported again as none', async () => {
    const { registrar, catalog } = await aRegistrar();
    await registrar.register(aRegistration());
    const { revision } = catalog;

    await registrar.reportConfigurationVersion(key, 'abc');
    await registrar.reportConfigurationVersion(key, 'abc');

    expect(catalog.get(key)?.configurationVersion).toBe('abc');
    expect(catalog.revision).toBe(revision + 1);
  });

  it('keeps a reported configuration version when a registration says nothing of it', async () => {
    const { registrar, catalog } = await aRegistrar();
    await registrar.register(aRegistration({ configurationVersion: 'v1' }));
    await registrar.reportConfigurationVersion(key, 'v2');
    const { revision } = catalog;

    await registrar.register(aRegistration());

    expect(catalog.get(key)?.configurationVersion).toBe('v2');
    expect(catalog.revision).toBe(revision);
  });

  it('starts an instance with checks as starting, and again when its address changes', async () => {
    const { registrar, status } = await aRegistrar();
    const passed: CheckState[] = [{ name: 'tcp', status: 'pass' }];
    await registrar.register(aRegistration({ checks: [aTcpCheck()] }));
    expect(status()).toBe('starting');

    registrar.reportChecks(key, passed);
    await registrar.close();
    expect(status()).toBe('up');
    await registrar.register(aRegistration({ checks: [aTcpCheck()], tags: ['new'] }));
    expect(status()).toBe('up');
    await registrar.register(aRegistration({ checks: [aTcpCheck()], address: '127.0.0.2' }));
    expect(status()).toBe('starting');
  });

  it.each(['deregister', 'drain', 'clearStatus'] as const)('can not %s an instance that is not there', async (what) => {
    const { registrar } = await aRegistrar();

    await expect(registrar[what](key)).rejects.toMatchObject({ code: 'registry/unknown-instance', key });
  });

  it('finds everything again after a restart: registrations, overrides, drains, reports and how checks stood', async () => {
    const disk = memoryDisk();
    const before = await aRegistrar({ disk });
    await before.registrar.register(aRegistration({ checks: [aTcpCheck()] }));
    await before.registrar.register(aRegistration({ id: 'orders-2' }));
    await before.registrar.register(aRegistration({ id: 'orders-3' }));
    before.registrar.reportChecks(key, [{ name: 'tcp', status: 'pass' }]);
    await before.registrar.override({ service: 'orders', id: 'orders-2' }, 'down');
    await before.registrar.drain({ service: 'orders', id: 'orders-3' });
    await before.registrar.reportConfigurationVersion(key, 'abc');
    await before.registrar.close();

    const after = await aRegistrar({ disk });

    expect(after.catalog.instancesOf('orders').map(({ status }) => status)).toEqual(['up', 'down', 'draining']);
    expect(after.catalog.get(key)?.configurationVersion).toBe('abc');
    expect(after.followed).toEqual(['restored orders-1', 'restored orders-2', 'restored orders-3']);
    expect(after.catalog.revision).toBeGreaterThan(before.catalog.revision);
  });

  it('shows nothing of a registration that could not be stored', async () => {
    const { registrar, catalog, store } = await aRegistrar();
    store.failure = new Error('disk is full');

    await expect(registrar.register(aRegistration())).rejects.toMatchObject({ code: 'registry/storage-unavailable' });

    expect(catalog.get(key)).toBeUndefined();
  });

  it('removes a lapsed instance even when that can not be stored', async () => {
    const { registrar, catalog, store, troubles } = await aRegistrar();
    await registrar.register(aRegistration());
    store.failure = new Error('disk is full');

    registrar.lapse(key);
    await registrar.close();

    expect(catalog.get(key)).toBeUndefined();
    expect(troubles).toHaveLength(1);
  });

  it('keeps in store what registers while its old lease lapses', async () => {
    const { registrar, catalog, store } = await aRegistrar();
    await registrar.register(aRegistration());

    const registering = registrar.register(aRegistration({ port: 9_090 }));
    registrar.lapse(key);
    await registering;
    await registrar.close();

    expect(catalog.get(key)?.registration.port).toBe(9_090);
    expect(store.disk.records.get('orders/orders-1')?.registration.port).toBe(9_090);
  });

  it('lets an instance lapse after all when its registration could not be stored', async () => {
    const { registrar, catalog, store } = await aRegistrar();
    await registrar.register(aRegistration());
    store.failure = new Error('disk is full');

    const registering = registrar.register(aRegistration({ port: 9_090 }));
    registrar.lapse(key);
    await expect(registering).rejects.toThrow('disk is full');
    await registrar.close();

    expect(catalog.get(key)).toBeUndefined();
  });

  it('agrees with its store after any interleaving of what may happen to an instance', async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seededRandom(seed);
      const { registrar, catalog, store } = await aRegistrar();
      const doings = [
        () => registrar.register(aRegistration({ port: 1 + Math.floor(random() * 3) })),
        () => registrar.deregister(key),
        () => registrar.drain(key),
        () => registrar.reportConfigurationVersion(key, `v${Math.floor(random() * 3)}`),
        () => {
          registrar.lapse(key);
          return Promise.resolve();
        },
      ];

      const done: Promise<unknown>[] = [];
      for (let i = 0; i < 30; i++) {
        const doing = doings[Math.floor(random() * doings.length)];
        done.push(doing === undefined ? Promise.resolve() : doing());
        await (random() < 0.3 ? Promise.allSettled(done) : Promise.resolve());
      }
      await Promise.allSettled(done);
      await registrar.close();

      const { registration, draining, configurationVersion } = catalog.get(key) ?? {};
      const stored = store.disk.records.get('orders/orders-1');
      expect([registration, draining, configurationVersion]).toEqual([
        stored?.registration,
        stored?.draining,
        stored?.configurationVersion,
      ]);
    }
  });

  it('gives up the oldest override of those who left when there are too many', async () => {
    const { registrar, store } = await aRegistrar();
    for (let i = 0; i <= 1_000; i++) {
      const absent = { service: 'orders', id: `i${i}` };
      await registrar.register(aRegistration(absent));
      await registrar.override(absent, 'down');
      await registrar.deregister(absent);
    }
    await registrar.close();

    expect(store.disk.overrides.size).toBe(1_000);
    expect(store.disk.overrides.has('orders/i0')).toBe(false);
  });

  it('refuses one instance more than it holds, and none that it holds already', async () => {
    const { registrar } = await aRegistrar({ maxInstances: 1 });
    await registrar.register(aRegistration());

    await expect(registrar.register(aRegistration({ id: 'orders-2' }))).rejects.toMatchObject({
      code: 'registry/full',
    });
    await expect(registrar.register(aRegistration({ port: 9_090 }))).resolves.toEqual({ created: false });
  });

  it('counts towards its bound no instance twice, however many of its changes are on their way', async () => {
    const { registrar } = await aRegistrar({ maxInstances: 2 });
    await registrar.register(aRegistration());

    const draining = registrar.drain(key);

    await expect(registrar.register(aRegistration({ id: 'orders-2' }))).resolves.toEqual({ created: true });
    await draining;
  });

  it('counts towards its bound those that are on their way', async () => {
    const { registrar } = await aRegistrar({ maxInstances: 1 });

    const first = registrar.register(aRegistration());

    await expect(registrar.register(aRegistration({ id: 'orders-2' }))).rejects.toMatchObject({
      code: 'registry/full',
    });
    await first;
  });
});
