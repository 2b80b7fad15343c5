import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { FaultProxy, temporaryDirectory } from '@signalbox/testkit';

import type { ConfigFreshness } from '../src/index.ts';

import { connect, first, invalid, RECONNECT_MS, second, startOnce } from './connected-config.ts';
import { FakeConfigServer } from './fake-config-server.ts';
import { Mailbox } from './mailbox.ts';

type Connected = Awaited<ReturnType<typeof connect>>;

function freshnessOf({ client }: Connected): Mailbox<ConfigFreshness> {
  const told = new Mailbox<ConfigFreshness>();
  client.onFreshness(told.put);
  return told;
}

describe('freshness', () => {
  it('is stale while the connection is lost, and current once the server confirms what is in use', async () => {
    await using server = await FakeConfigServer.start(first);
    await using proxy = await FaultProxy.start(server);
    await using orders = await connect(`http://127.0.0.1:${proxy.port}`);
    const told = freshnessOf(orders);
    await server.received.next();
    expect(orders.client.freshness).toBe('current');

    proxy.cut();
    expect(await told.next()).toBe('stale');
    expect(orders.client.freshness).toBe('stale');
    await orders.clock.advance(RECONNECT_MS);

    expect(await told.next()).toBe('current');
    expect(orders.client.freshness).toBe('current');
  });

  it('is stale after a start from the cache file until the server gives what takes its place', async () => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'orders.json');
    await startOnce(first, cacheFile);
    await using server = await FakeConfigServer.start(second);
    server.troubleWith({ status: 503 });
    await using orders = await connect(server.url, { cacheFile });
    expect(orders.client.freshness).toBe('stale');
    const order = new Mailbox<string>();
    orders.client.onFreshness(order.put);
    orders.client.onChange(({ version }) => {
      order.put(version);
    });

    server.troubleWith(undefined);

    expect([await order.next(), await order.next()]).toEqual(['commit-2', 'current']);
  });

  it('is stale while what the server has is rejected', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);
    const told = freshnessOf(orders);
    await server.received.next();

    server.change(invalid);
    expect(await told.next()).toBe('stale');
    server.change(first);

    expect(await told.next()).toBe('current');
  });

  it('is stale after a problem that the server reports', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);
    const told = freshnessOf(orders);
    await server.received.next();

    server.server.broadcast({ type: 'problem', code: 'config/forbidden', detail: '' });

    expect(await told.next()).toBe('stale');
  });

  it('is not told to a listener that was taken off', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);
    const heard: ConfigFreshness[] = [];
    const takeOff = orders.client.onFreshness((freshness) => {
      heard.push(freshness);
    });
    const told = freshnessOf(orders);
    await server.received.next();

    takeOff();
    server.change(invalid);
    await told.next();

    expect(heard).toEqual([]);
  });
});
