import { describe, expect, it } from 'vitest';

import { FakeClock, FaultProxy, temporaryDirectory } from '@signalbox/testkit';

import { RunningRegistry, WatchClient } from './running-registry.ts';

async function aRegistry(settings: Record<string, string> = {}, clock?: FakeClock) {
  const directory = await temporaryDirectory();
  const registry = await RunningRegistry.start({ dataDir: directory.path, ...settings }, clock);
  return Object.assign(registry, {
    async [Symbol.asyncDispose]() {
      await registry.close();
      await directory[Symbol.asyncDispose]();
    },
  });
}

describe('watching', () => {
  it('sends a snapshot, then what changes', async () => {
    await using registry = await aRegistry();
    await registry.register('o1');
    using watcher = await registry.watch();

    watcher.say({ type: 'watch', service: 'orders' });
    const snapshot = await watcher.next();
    await registry.register('o2');
    const joined = await watcher.next();
    await registry.ask('DELETE', '/api/v1/services/orders/instances/o1');
    const left = await watcher.next();

    expect(snapshot).toMatchObject({ type: 'snapshot', service: 'orders', instances: [{ id: 'o1', status: 'up' }] });
    expect(joined).toMatchObject({ type: 'delta', upserted: [{ id: 'o2' }], removed: [] });
    expect(left).toMatchObject({ type: 'delta', upserted: [], removed: ['o1'] });
  });

  it('sends an empty snapshot of a service that nobody registered, and its first instance', async () => {
    await using registry = await aRegistry();
    using watcher = await registry.watch();

    watcher.say({ type: 'watch', service: 'inventory' });

    expect(await watcher.next()).toMatchObject({ type: 'snapshot', instances: [] });
    await registry.register('i1', {}, 'inventory');
    expect(await watcher.next()).toMatchObject({ type: 'delta', upserted: [{ id: 'i1' }] });
  });

  it('wakes nobody for another service, a renewal, or a registration that says nothing new', async () => {
    await using registry = await aRegistry();
    await registry.register('o1');
    using watcher = await registry.watch();
    watcher.say({ type: 'watch', service: 'orders' });
    await watcher.next();

    await registry.register('w1', {}, 'web');
    await registry.register('o1');
    await registry.ask('PUT', '/api/v1/services/orders/instances/o1/lease');
    await registry.register('o2');

    expect(await watcher.next()).toMatchObject({ upserted: [{ id: 'o2' }] });
  });

  it('watches several services on one socket, until told to stop', async () => {
    await using registry = await aRegistry();
    using watcher = await registry.watch();
    watcher.say({ type: 'watch', service: 'orders' });
    watcher.say({ type: 'watch', service: 'web' });
    expect([await watcher.next(), await watcher.next()]).toMatchObject([{ service: 'orders' }, { service: 'web' }]);

    watcher.say({ type: 'unwatch', service: 'orders' });
    watcher.say({ type: 'watch', service: 'last' });
    await watcher.next();
    await registry.register('o1');
    await registry.register('w1', {}, 'web');

    expect(await watcher.next()).toMatchObject({ type: 'delta', service: 'web' });
  });

  it('resumes after a cut connection with what was missed alone', async () => {
    await using registry = await aRegistry();
    await using proxy = await FaultProxy.start({ port: Number(new URL(registry.url).port) });
    await registry.register('o1');
    await registry.register('o2');
    const url = `http://127.0.0.1:${proxy.port}`;
    using before = await WatchClient.connect(url);
    before.say({ type: 'watch', service: 'orders' });
    const { revision } = (await before.next()) as { revision: number }; // a snapshot is the first answer to a watch
    proxy.cut();
    await before.closed;

    await registry.ask('DELETE', '/api/v1/services/orders/instances/o1');
    await registry.register('o3');
    using after = await WatchClient.connect(url);
    after.say({ type: 'watch', service: 'orders', revision });

    expect(await after.next()).toMatchObject({ type: 'delta', upserted: [{ id: 'o3' }], removed: ['o1'] });
  });

  it.each([0, 4_294_967_296, Number.MAX_SAFE_INTEGER])(
    'answers a revision that it does not know (%d) with a snapshot',
    async (revision) => {
      await using registry = await aRegistry();
      await registry.register('o1');
      using watcher = await registry.watch();

      watcher.say({ type: 'watch', service: 'orders', revision });

      expect(await watcher.next()).toMatchObject({ type: 'snapshot', instances: [{ id: 'o1' }] });
    },
  );

  it.each([
    ['no JSON', 'watch orders', /JSON/],
    ['an unknown type', { type: 'wotch', service: 'orders' }, /type/],
    ['a name that can not be', { type: 'watch', service: '../orders' }, /service/],
  ])('answers %s with a problem and goes on', async (_name, message, detail) => {
    await using registry = await aRegistry();
    using watcher = await registry.watch();

    watcher.say(message);
    expect(await watcher.next()).toMatchObject({
      type: 'problem',
      code: 'request/invalid',
      detail: expect.stringMatching(detail) as string,
    });
    watcher.say({ type: 'watch', service: 'orders' });
    expect(await watcher.next()).toMatchObject({ type: 'snapshot' });
  });

  it('cuts off a watcher that does not read, and goes on telling the others', async () => {
    const clock = new FakeClock();
    await using registry = await aRegistry({ watchBufferBytes: '65536' }, clock);
    using slow = await registry.watch();
    using quick = await registry.watch();
    quick.say({ type: 'watch', service: 'orders', revision: 0 });
    await quick.next();
    const meta = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`k${i}`, 'x'.repeat(512)]));
    await Promise.all(Array.from({ length: 64 }, (_, i) => registry.register(`i${i}`, { meta }, 'inventory')));

    slow.socket.pause();
    const sleepersBefore = clock.sleeping;
    for (let i = 0; i < 10; i++) {
      slow.say({ type: 'watch', service: 'inventory' });
    }
    while (clock.sleeping === sleepersBefore) {
      await registry.list();
    }
    await registry.register('o1');
    const told = await quick.next();
    await clock.advance(1_000);
    slow.socket.resume();

    expect([1_013, 1_006]).toContain(await slow.closed);
    expect(told).toMatchObject({ type: 'delta', upserted: [{ id: 'o1' }] });
  });
});
