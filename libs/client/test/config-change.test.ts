import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { freePort, temporaryDirectory } from '@signalbox/testkit';

import { ListenerError, UnreachableError } from '../src/index.ts';
import { connect, first, invalid, RECONNECT_MS, second } from './connected-config.ts';
import { FakeConfigServer } from './fake-config-server.ts';
import { Mailbox } from './mailbox.ts';

describe('a change', () => {
  it('is applied, told with the keys that changed, and confirmed to the server', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);
    await server.received.next();

    server.change(second);

    expect(await orders.changes.next()).toEqual({
      previous: { db: { poolSize: 5 } },
      current: { db: { poolSize: 9, url: 'pg:' } },
      changedKeys: ['db.poolSize', 'db.url'],
      version: 'commit-2',
    });
    expect(await server.received.next()).toEqual({
      type: 'applied',
      service: 'orders',
      environment: 'production',
      etag: 'etag-2',
    });
    expect(orders.client).toMatchObject({ version: 'commit-2', etag: 'etag-2' });
  });

  it('is fetched where it was told without its body', async () => {
    await using server = await FakeConfigServer.start(first);
    server.pushWithoutBodies();
    await using orders = await connect(server.url);
    await server.received.next();

    server.change(second);

    expect(await orders.changes.next()).toMatchObject({ current: { db: { poolSize: 9 } }, version: 'commit-2' });
  });

  it('that could not be fetched is fetched after a reconnect', async () => {
    await using server = await FakeConfigServer.start(first);
    server.pushWithoutBodies();
    await using orders = await connect(server.url);
    await server.received.next();
    server.troubleWith({ status: 500 });
    server.change(second);
    expect(await orders.problems.next()).toMatchObject({ statusCode: 500 });

    server.troubleWith(undefined);
    await orders.clock.advance(RECONNECT_MS);

    expect(await orders.changes.next()).toMatchObject({ version: 'commit-2' });
  });

  it('that does not satisfy the schema is rejected with paths and without values, and the current one stays', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);
    await server.received.next();

    server.change(invalid);

    const rejected = await server.received.next();
    expect(rejected).toMatchObject({
      type: 'rejected',
      etag: 'etag-3',
      reason: 'db.poolSize: Invalid input: expected number, received string',
    });
    expect(await orders.problems.next()).toMatchObject({ code: 'SIGNALBOX_CONFIG_INVALID', retryable: false });
    expect(orders.client).toMatchObject({ current: { db: { poolSize: 5 } }, version: 'commit-1', etag: 'etag-1' });
  });

  it('that was rejected is rejected again after a reconnect, but reported once', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);
    await server.received.next();
    server.change(invalid);
    await server.received.next();
    await orders.problems.next();
    server.server.closeSockets(1013);
    expect(await orders.problems.next()).toBeInstanceOf(UnreachableError);

    await orders.clock.advance(RECONNECT_MS);

    expect(await server.received.next()).toMatchObject({ type: 'subscribe', etag: 'etag-1' });
    expect(await server.received.next()).toMatchObject({ type: 'rejected', etag: 'etag-3' });
    expect(orders.problems.size).toBe(0);
  });

  it('reaches every listener, also past one that throws and one that rejects', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);
    const late = new Mailbox<string>();
    orders.client.onChange(() => {
      throw new Error('pool is closed');
    });
    orders.client.onChange(() => Promise.reject(new Error('no connection')));
    orders.client.onChange(({ version }) => {
      late.put(version);
    });
    await server.received.next();

    server.change(second);

    expect(await late.next()).toBe('commit-2');
    expect(await orders.problems.next()).toEqual(new ListenerError(new Error('pool is closed')));
    expect(await orders.problems.next()).toEqual(new ListenerError(new Error('no connection')));
  });

  it('is not told to a listener that was taken off', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);
    const told: string[] = [];
    const takeOff = orders.client.onChange(({ version }) => {
      told.push(version);
    });
    await server.received.next();

    takeOff();
    server.change(second);
    await orders.changes.next();

    expect(told).toEqual([]);
  });

  it('is kept for a start without the server', async () => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'orders.json');
    await using server = await FakeConfigServer.start(first);
    const orders = await connect(server.url, { cacheFile });
    await server.received.next();

    server.change(second);
    await server.received.next();

    await orders.client.close();
    await using later = await connect(`http://127.0.0.1:${await freePort()}`, { cacheFile });
    expect(later.client.version).toBe('commit-2');
  });
});
