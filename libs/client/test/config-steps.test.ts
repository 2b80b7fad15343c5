import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { freePort } from '@signalbox/testkit';

import { ClosedError, ConfigClient, ConfigUnavailableError, NotFetchedError } from '../src/index.ts';
import { first, second } from './connected-config.ts';
import { FakeConfigServer } from './fake-config-server.ts';
import { Mailbox } from './mailbox.ts';

const PAIR = { service: 'orders', env: 'production' };

describe('a configuration, step by step', () => {
  it('is fetched, and followed once that is asked for', async () => {
    await using server = await FakeConfigServer.start(first);
    await using config = new ConfigClient({ url: server.url, ...PAIR });
    const told = new Mailbox<unknown[]>();
    config.addChangeListener((...change) => {
      told.put(change);
    });

    expect(await config.fetchInitialConfig()).toEqual({ db: { poolSize: 5 } });
    expect(server.server.openSockets).toBe(0);
    config.startListening();
    await server.received.next();
    server.change(second);

    expect(await told.next()).toEqual([first.configuration, second.configuration, ['db.poolSize', 'db.url']]);
    expect(config.getInt('db.poolSize')).toBe(9);
    expect(config.group('db').get('url')).toBe('pg:');
  });

  it('without a schema takes whatever is served; with one it is typed by it', async () => {
    await using server = await FakeConfigServer.start(first);
    await using config = new ConfigClient({ url: server.url, ...PAIR });
    await using typed = new ConfigClient({
      url: server.url,
      ...PAIR,
      schema: z.object({ db: z.object({ poolSize: z.int() }) }),
    });

    expect((await typed.fetchInitialConfig()).db.poolSize).toBe(5);
    expect((await config.fetchInitialConfig())['db']).toEqual({ poolSize: 5 });
  });

  it('can be fetched again after a failure; once there is one, no second is fetched', async () => {
    const port = await freePort();
    await using config = new ConfigClient({ url: `http://127.0.0.1:${port}`, ...PAIR });
    await expect(config.fetchInitialConfig()).rejects.toThrow(ConfigUnavailableError);
    await using server = await FakeConfigServer.start(first);
    await using later = new ConfigClient({ url: server.url, ...PAIR });
    server.troubleWith({ status: 503 });
    await expect(later.fetchInitialConfig()).rejects.toThrow(ConfigUnavailableError);

    server.troubleWith(undefined);
    await Promise.all([later.fetchInitialConfig(), later.fetchInitialConfig()]);
    server.serve(second);

    expect(await later.fetchInitialConfig()).toEqual(first.configuration);
  });

  it('has one subscription however often it is asked to listen', async () => {
    await using server = await FakeConfigServer.start(first);
    await using config = new ConfigClient({ url: server.url, ...PAIR });
    await config.fetchInitialConfig();

    config.startListening();
    config.startListening();
    await server.received.next();

    expect(server.server.openSockets).toBe(1);
  });

  it('has nothing to read, and nothing to listen from, before it was fetched', () => {
    const config = new ConfigClient({ url: 'http://127.0.0.1:1', ...PAIR });

    expect(() => config.current).toThrow(NotFetchedError);
    expect(() => config.version).toThrow(NotFetchedError);
    expect(() => config.get('db.host', 'localhost')).toThrow(NotFetchedError);
    expect(() => {
      config.startListening();
    }).toThrow(NotFetchedError);
    expect(config.freshness).toBe('stale');
  });

  it('does nothing more once it is closed, not even what is under way', async () => {
    await using server = await FakeConfigServer.start(first);
    const config = new ConfigClient({ url: server.url, ...PAIR });
    const fetching = config.fetchInitialConfig();
    const failing = expect(fetching).rejects.toThrow(ClosedError);

    await config.close();

    await failing;
    await expect(config.fetchInitialConfig()).rejects.toThrow('the configuration client is closed');
    expect(() => {
      config.startListening();
    }).toThrow(ClosedError);
  });
});
