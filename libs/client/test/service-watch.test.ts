import { describe, expect, it } from 'vitest';

import type { Instance } from '@signalbox/schemas';

import { FaultProxy, freePort } from '@signalbox/testkit';

import { ListenerError, RegistryClient, type ServiceWatch, UnreachableError } from '../src/index.ts';
import { anInstance, FakeRegistry } from './fake-registry.ts';
import { Mailbox } from './mailbox.ts';
import { registryAt } from './registry-at.ts';

const RECONNECT_MS = 100;
const ANSWER_MS = 5_000;
const QUIET_MS = 30_000;
const TTL_MS = 30_000;

const one = anInstance({ id: 'one' });
const two = anInstance({ id: 'two' });

function changesOf(watch: ServiceWatch): Mailbox<string[]> {
  const changes = new Mailbox<string[]>();
  watch.onChange((instances) => {
    changes.put(idsOf(instances));
  });
  return changes;
}

function idsOf(instances: readonly Instance[]): string[] {
  return instances.map(({ id }) => id).sort();
}

describe('a watch', () => {
  it('takes an environment that is there and undefined for none', async () => {
    await using registry = await FakeRegistry.start();
    registry.put(one);
    const environment = undefined as never; // as from process.env, where exactOptionalPropertyTypes is off
    await using mine = new RegistryClient({ url: registry.url, environment });

    const watch = mine.watch('products');
    await watch.ready;

    expect(idsOf(watch.instances)).toEqual(['one']);
  });

  it('knows the instances, routable and not, once it is ready', async () => {
    await using registry = await FakeRegistry.start();
    registry.put(one, anInstance({ id: 'two', status: 'down' }));
    await using mine = registryAt(registry.url);

    const watch = mine.client.watch('products');
    await watch.ready;

    expect(watch.instances.map(({ id, status }) => [id, status])).toEqual([
      ['one', 'up'],
      ['two', 'down'],
    ]);
  });

  it('is ready with no instances where there are none', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);

    const watch = mine.client.watch('products');
    await watch.ready;

    expect(watch.instances).toEqual([]);
  });

  it('tells of instances that come, change and go', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    const watch = mine.client.watch('products');
    const changes = changesOf(watch);
    await watch.ready;

    registry.put(one);
    registry.put(two);
    registry.remove('one');

    expect([await changes.next(), await changes.next(), await changes.next()]).toEqual([
      ['one'],
      ['one', 'two'],
      ['two'],
    ]);
  });

  it('sees its own environment only', async () => {
    await using registry = await FakeRegistry.start();
    registry.put(one, anInstance({ id: 'staged', environment: 'staging' }));
    await using mine = registryAt(registry.url);

    const watch = mine.client.watch('products');
    const staged = mine.client.watch('products', { environment: 'staging' });
    await Promise.all([watch.ready, staged.ready]);

    expect(idsOf(watch.instances)).toEqual(['one']);
    expect(idsOf(staged.instances)).toEqual(['staged']);
  });

  it('is not told of what changes in another environment', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    const watch = mine.client.watch('products');
    const changes = changesOf(watch);
    await watch.ready;

    registry.put(anInstance({ id: 'staged', environment: 'staging' }));
    registry.put(one);

    expect(await changes.next()).toEqual(['one']);
  });

  it('shares one socket with the others of the client', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);

    const watches = ['products', 'orders', 'products'].map((service) => mine.client.watch(service));
    await Promise.all(watches.map(({ ready }) => ready));

    expect(registry.server.openSockets).toBe(1);
    expect(registry.requests.size).toBe(2);
  });

  it('that begins when the service is watched already knows the same at once', async () => {
    await using registry = await FakeRegistry.start();
    registry.put(one);
    await using mine = registryAt(registry.url);
    await mine.client.watch('products').ready;

    const second = mine.client.watch('products');

    expect(idsOf(second.instances)).toEqual(['one']);
  });

  it('reports a listener that throws', async () => {
    await using registry = await FakeRegistry.start();
    registry.put(one);
    await using mine = registryAt(registry.url);
    mine.client.watch('products').onChange(() => {
      throw new Error('no pool');
    });

    expect(await mine.problems.next()).toEqual(new ListenerError(new Error('no pool')));
  });

  it('tells nothing after it was closed, and tells the registry when it was the last of the service', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    const closed = mine.client.watch('products');
    const open = mine.client.watch('orders');
    const changes = changesOf(closed);
    await Promise.all([closed.ready, open.ready]);
    await registry.requests.next();
    await registry.requests.next();

    closed.close();
    closed.close();

    expect(await registry.requests.next()).toEqual({ type: 'unwatch', service: 'products' });
    registry.put(one);
    expect(changes.size).toBe(0);
  });

  it('closes the socket with the last one, and opens another for the next', async () => {
    await using registry = await FakeRegistry.start();
    registry.put(one);
    await using mine = registryAt(registry.url);
    const first = mine.client.watch('products');
    await first.ready;

    first.close();
    await registry.server.untilNoSocket();
    const second = mine.client.watch('products');
    await second.ready;

    expect(idsOf(second.instances)).toEqual(['one']);
  });

  it('that is closed before the registry answered is ready for good', async () => {
    await using mine = registryAt(`http://127.0.0.1:${await freePort()}`);
    const watch = mine.client.watch('products');

    watch.close();

    await expect(watch.ready).resolves.toBeUndefined();
  });
});

describe('a lost registry', () => {
  it('leaves the instances as they were, and is told once', async () => {
    await using registry = await FakeRegistry.start();
    registry.put(one);
    await using proxy = await FaultProxy.start(registry);
    await using mine = registryAt(`http://127.0.0.1:${proxy.port}`);
    const watch = mine.client.watch('products');
    await watch.ready;

    proxy.refuse();
    proxy.cut();

    expect(await mine.problems.next()).toBeInstanceOf(UnreachableError);
    await mine.clock.advance(60_000);
    expect(mine.problems.size).toBe(0);
    expect(idsOf(watch.instances)).toEqual(['one']);
  });

  it('that comes back is asked for what changed since', async () => {
    await using registry = await FakeRegistry.start();
    registry.put(one);
    await using proxy = await FaultProxy.start(registry);
    await using mine = registryAt(`http://127.0.0.1:${proxy.port}`);
    const watch = mine.client.watch('products');
    await watch.ready;
    const changes = changesOf(watch);
    await registry.requests.next();

    proxy.cut();
    await mine.problems.next();
    registry.put(two);
    await mine.clock.advance(RECONNECT_MS);

    expect(await registry.requests.next()).toEqual({ type: 'watch', service: 'products', revision: 2 ** 32 + 2 });
    expect(await changes.next()).toEqual(['one', 'two']);
  });

  it('that comes back empty is not believed until the instances had time to register again', async () => {
    await using registry = await FakeRegistry.start();
    registry.put(one, two);
    await using proxy = await FaultProxy.start(registry);
    await using mine = registryAt(`http://127.0.0.1:${proxy.port}`);
    const watch = mine.client.watch('products');
    await watch.ready;
    const changes = changesOf(watch);
    await registry.requests.next();

    proxy.cut();
    await mine.problems.next();
    registry.restart({ knowing: 'nothing' });
    await mine.clock.advance(RECONNECT_MS);
    await registry.requests.next();
    registry.put(one);
    expect(await changes.next()).toEqual(['one', 'two']);
    await mine.clock.advance(TTL_MS);

    expect(await changes.next()).toEqual(['one']);
  });

  it('that hangs is noticed, and watched again', async () => {
    await using registry = await FakeRegistry.start();
    registry.put(one);
    await using proxy = await FaultProxy.start(registry);
    await using mine = registryAt(`http://127.0.0.1:${proxy.port}`);
    const watch = mine.client.watch('products');
    await watch.ready;
    const changes = changesOf(watch);

    proxy.pause('toClient');
    registry.put(two);
    await mine.clock.advance(QUIET_MS);
    await mine.clock.advance(ANSWER_MS);
    expect(await mine.problems.next()).toBeInstanceOf(UnreachableError);
    proxy.resume();
    await mine.clock.advance(4 * RECONNECT_MS);

    expect(await changes.next()).toEqual(['one', 'two']);
  });

  it('that is only quiet is asked for life with one watch', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    await Promise.all(['products', 'orders'].map((service) => mine.client.watch(service).ready));
    await registry.requests.next();
    await registry.requests.next();

    await mine.clock.advance(QUIET_MS);

    expect(await registry.requests.next()).toMatchObject({ type: 'watch', service: 'products' });
    expect(registry.requests.size).toBe(0);
    expect(mine.problems.size).toBe(0);
  });

  it('does not hold up closing', async () => {
    const mine = registryAt(`http://127.0.0.1:${await freePort()}`);
    mine.client.watch('products');
    await mine.problems.next();

    await mine.client.close();

    expect(mine.clock.sleeping).toBe(0);
  });
});
