import { describe, expect, it } from 'vitest';

import { FaultProxy } from '@signalbox/testkit';

import { UnreachableError } from '../src/index.ts';
import { FakeRegistry } from './fake-registry.ts';
import { orders, registryAt } from './registry-at.ts';

describe('leaving', () => {
  it('deregisters once, and leaves no timer', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    const registration = await mine.client.register(orders);

    await Promise.all([registration.close(), registration.close()]);
    await mine.client.close();

    expect(registry.ids).toEqual([]);
    expect(registry.calls.size).toBe(2);
    expect(mine.clock.sleeping).toBe(0);
  });

  it('drains first where it is told to, for as long as those who watch need to hear of it', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    const registration = await mine.client.register(orders);
    await registry.calls.next();

    const closing = registration.close({ drainMs: 500 });
    expect(await registry.calls.next()).toMatchObject({ did: 'PUT /lease' });
    expect(await registry.calls.next()).toMatchObject({ did: 'PUT /status', body: { status: 'draining' } });
    const drainedAt = mine.clock.now();
    while (registry.calls.size === 0) {
      await mine.clock.advance(50);
    }
    await closing;

    expect(await registry.calls.next()).toMatchObject({ did: 'DELETE' });
    expect(mine.clock.now() - drainedAt).toBeGreaterThanOrEqual(500);
    expect(mine.clock.sleeping).toBe(0);
  });

  it('does not drain for longer than told where the registry hangs', async () => {
    await using registry = await FakeRegistry.start();
    await using proxy = await FaultProxy.start(registry);
    const mine = registryAt(`http://127.0.0.1:${proxy.port}`);
    const registration = await mine.client.register(orders);
    proxy.pause();

    const closing = registration.close({ drainMs: 500 });
    await mine.clock.advance(1_000);
    await mine.clock.advance(500);
    await mine.clock.advance(1_000);

    await expect(closing).resolves.toBeUndefined();
  });

  it('closes every registration with the client', async () => {
    await using registry = await FakeRegistry.start();
    const mine = registryAt(registry.url);
    await mine.client.register(orders);
    await mine.client.register({ ...orders, id: 'orders-2' });

    await mine.client.close();

    expect(registry.ids).toEqual([]);
  });

  it('does not wait for a registry that is away', async () => {
    await using registry = await FakeRegistry.start();
    await using proxy = await FaultProxy.start(registry);
    const mine = registryAt(`http://127.0.0.1:${proxy.port}`);
    const registration = await mine.client.register(orders);
    proxy.refuse();
    proxy.cut();

    await registration.close();

    expect(await mine.problems.next()).toBeInstanceOf(UnreachableError);
    expect(mine.clock.sleeping).toBe(0);
  });

  it('waits a second for a registry that hangs', async () => {
    await using registry = await FakeRegistry.start();
    await using proxy = await FaultProxy.start(registry);
    const mine = registryAt(`http://127.0.0.1:${proxy.port}`);
    const registration = await mine.client.register(orders);
    proxy.pause();

    const closing = registration.close();
    await mine.clock.advance(1_000);

    await expect(closing).resolves.toBeUndefined();
  });

  it('leaves an update that was still waiting for the registry behind', async () => {
    await using registry = await FakeRegistry.start();
    await using proxy = await FaultProxy.start(registry);
    const mine = registryAt(`http://127.0.0.1:${proxy.port}`);
    const registration = await mine.client.register(orders);
    proxy.refuse();
    proxy.cut();
    const updating = registration.update({ configurationVersion: 'commit-2' });
    await mine.problems.next();

    await registration.close();

    expect(await updating).toBe(false);
  });
});
