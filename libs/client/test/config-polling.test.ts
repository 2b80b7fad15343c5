import { describe, expect, it } from 'vitest';

import { FaultProxy, freePort } from '@signalbox/testkit';

import { RefusedError, UnreachableError } from '../src/index.ts';
import { connect, first, invalid, second } from './connected-config.ts';
import { FakeConfigServer } from './fake-config-server.ts';
import { passing } from './passing.ts';

type Connected = Awaited<ReturnType<typeof connect>>;

/** So long that no request runs into it while the clock is moved on. */
const PATIENCE = { requestTimeoutMs: 86_400_000, instanceId: 'orders-1' };

/** The server of a client that polls, once it waits for a change. */
async function untilPolling(server: FakeConfigServer, orders: Connected): Promise<void> {
  for (let path = ''; !path.includes('wait=30000ms');) {
    path = await passing(orders.clock, server.asked.next());
  }
}

async function behindProxyWithoutSockets() {
  const server = await FakeConfigServer.start(first);
  server.refuseSockets();
  const orders = await connect(server.url, PATIENCE);
  await untilPolling(server, orders);
  return {
    server,
    orders,
    async [Symbol.asyncDispose]() {
      await orders.client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('where no socket is let through', () => {
  it('a change arrives by a long poll, and what became of it is told by request', async () => {
    await using at = await behindProxyWithoutSockets();
    expect(at.orders.client.freshness).toBe('current');

    at.server.change(second);

    expect(await at.orders.changes.next()).toMatchObject({
      version: 'commit-2',
      changedKeys: ['db.poolSize', 'db.url'],
    });
    expect(await at.server.verdicts.next()).toEqual({ type: 'applied', instanceId: 'orders-1', etag: 'etag-2' });
  });

  it('a change that is invalid is rejected by request, once, and not asked for again', async () => {
    await using at = await behindProxyWithoutSockets();

    at.server.change(invalid);

    expect(await at.server.verdicts.next()).toMatchObject({ type: 'rejected', instanceId: 'orders-1', etag: 'etag-3' });
    await at.server.asked.next();
    await passing(at.orders.clock, at.server.asked.next());
    expect(at.server.verdicts.size).toBe(0);
    expect(at.orders.client).toMatchObject({ version: 'commit-1', freshness: 'stale' });
  });

  it('three sockets are tried before it polls', async () => {
    await using server = await FakeConfigServer.start(first);
    server.refuseSockets();
    await using orders = await connect(server.url, PATIENCE);
    await server.asked.next();

    await passing(orders.clock, server.asked.next());

    expect(server.socketsAsked).toBe(3);
  });

  it('says who waits', async () => {
    await using server = await FakeConfigServer.start(first);
    server.refuseSockets();
    await using orders = await connect(server.url, PATIENCE);

    await server.asked.next();

    expect(await passing(orders.clock, server.asked.next())).toBe(
      '/config/orders/production?wait=0ms&instanceId=orders-1',
    );
  });

  it('the socket is tried again after a minute of polling, and kept', async () => {
    await using at = await behindProxyWithoutSockets();

    at.server.refuseSockets(false);
    await at.orders.clock.advance(60_000);
    at.server.endPolls();

    expect(await passing(at.orders.clock, at.server.received.next())).toMatchObject({
      type: 'subscribe',
      etag: 'etag-1',
    });
    at.server.change(second);
    expect(await at.orders.changes.next()).toMatchObject({ version: 'commit-2' });
    expect(await at.server.received.next()).toMatchObject({ type: 'applied', etag: 'etag-2' });
  });

  it('what answers at once is asked once a second', async () => {
    await using at = await behindProxyWithoutSockets();
    const before = at.orders.clock.now();
    at.server.troubleWith({ status: 304, headers: { etag: '"etag-1"', 'signalbox-version': 'commit-1' } });
    at.server.endPolls();

    for (let polls = 1; polls <= 3; polls++) {
      await passing(at.orders.clock, at.server.asked.next());
    }

    expect(at.orders.clock.now() - before).toBeGreaterThanOrEqual(2_000);
  });

  it('closing does not wait for the poll', async () => {
    await using at = await behindProxyWithoutSockets();

    await at.orders.client.close();

    expect(at.orders.clock.sleeping).toBe(0);
  });

  it('a poll that is refused is told once', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url, PATIENCE);
    await server.received.next();
    server.refuseSockets();
    server.troubleWith({ status: 403 });
    server.server.closeSockets(1013);

    expect(await orders.problems.next()).toBeInstanceOf(UnreachableError);
    expect(await passing(orders.clock, orders.problems.next())).toBeInstanceOf(RefusedError);
    await server.asked.next();
    await passing(orders.clock, server.asked.next());
    await passing(orders.clock, server.asked.next());

    expect(orders.problems.size).toBe(0);
  });
});

describe('several servers', () => {
  it('are tried until one answers, for requests and for the socket', async () => {
    await using server = await FakeConfigServer.start(first);
    const away = `http://127.0.0.1:${await freePort()}`;

    for (const urls of [
      [away, away, server.url],
      [server.url, away, away],
      [away, server.url, away],
    ]) {
      await using orders = await connect(urls, PATIENCE);

      expect(orders.client.source).toBe('server');
      expect(await passing(orders.clock, server.received.next())).toMatchObject({ type: 'subscribe' });
    }
  });

  it('are asked one at a time, another when the one fails', async () => {
    await using one = await FakeConfigServer.start(first);
    await using other = await FakeConfigServer.start(second);
    await using proxy = await FaultProxy.start(one);
    other.troubleWith({ status: 503 });
    await using orders = await connect([`http://127.0.0.1:${proxy.port}`, other.url], PATIENCE);
    await passing(orders.clock, one.received.next());
    expect(other.server.openSockets).toBe(0);

    other.troubleWith(undefined);
    proxy.refuse();
    proxy.cut();

    expect(await passing(orders.clock, orders.changes.next())).toMatchObject({ version: 'commit-2' });
    expect(await other.received.next()).toMatchObject({ type: 'subscribe', etag: 'etag-1' });
  });

  it('are not all asked where one refuses for good', async () => {
    await using one = await FakeConfigServer.start(first);
    await using other = await FakeConfigServer.start(first);
    one.troubleWith({ status: 404 });
    other.troubleWith({ status: 404 });

    await expect(connect([one.url, other.url])).rejects.toThrow(RefusedError);

    expect(one.asked.size + other.asked.size).toBe(1);
  });

  it('are at least one', async () => {
    await expect(connect([])).rejects.toThrow('url: must have at least 1 address, not none');
  });

  it('begin with a random one', async () => {
    await using one = await FakeConfigServer.start(first);
    await using other = await FakeConfigServer.start(first);
    const starts = Array.from({ length: 64 }, async () => {
      const { client } = await connect([one.url, other.url]);
      await client.close();
    });

    await Promise.all(starts);

    expect(Math.min(one.asked.size, other.asked.size)).toBeGreaterThan(0);
  });
});
