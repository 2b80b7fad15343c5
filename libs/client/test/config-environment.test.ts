import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { temporaryDirectory } from '@signalbox/testkit';

import { ConfigClient, type ConfigClientOptions } from '../src/index.ts';
import { connect, first, second } from './connected-config.ts';
import { FakeConfigServer } from './fake-config-server.ts';

const PAIR = { service: 'orders', env: 'production' };
const schema = z.object({
  db: z.object({ poolSize: z.int().max(100), hosts: z.array(z.string()).default([]), tls: z.boolean().optional() }),
});

async function fetched(variables: Record<string, string>, options: Partial<ConfigClientOptions<unknown>> = {}) {
  await using server = await FakeConfigServer.start(first);
  const environmentVariables = { prefix: 'ORDERS_', variables };
  const config = new ConfigClient({ url: server.url, ...PAIR, environmentVariables, ...options });
  await config.fetchInitialConfig();
  return config;
}

describe('an environment variable', () => {
  it('overrides the key that it is named after, typed by the schema', async () => {
    const variables = { ORDERS_DB_POOL_SIZE: '7', ORDERS_DB_HOSTS: 'a, b', ORDERS_DB_TLS: 'yes', ORDERS_OTHER: 'x' };

    const config = await fetched(variables, { schema });

    expect(config.current).toEqual({ db: { poolSize: 7, hosts: ['a', 'b'], tls: true } });
    expect(config.getInt('db.poolSize')).toBe(7);
    expect([...config.overrides]).toEqual([
      ['db.poolSize', 'ORDERS_DB_POOL_SIZE'],
      ['db.hosts', 'ORDERS_DB_HOSTS'],
      ['db.tls', 'ORDERS_DB_TLS'],
    ]);
  });

  it('stays text where there is no schema, which getters read', async () => {
    const config = await fetched({ ORDERS_DB_POOL_SIZE: '7' });

    expect(config.current).toEqual({ db: { poolSize: '7' } });
    expect(config.getInt('db.poolSize')).toBe(7);
  });

  it('overrides nothing unless it is asked for', async () => {
    await using server = await FakeConfigServer.start(first);
    await using config = new ConfigClient({ url: server.url, ...PAIR });

    expect(await config.fetchInitialConfig()).toEqual(first.configuration);
    expect(config.overrides.size).toBe(0);
  });

  it('is one of the process unless others are given', async () => {
    process.env['ORDERS_TEST_DB_POOL_SIZE'] = '8';
    try {
      await using server = await FakeConfigServer.start(first);
      const environmentVariables = { prefix: 'ORDERS_TEST_' };
      await using config = new ConfigClient({ url: server.url, ...PAIR, environmentVariables });
      await config.fetchInitialConfig();

      expect(config.get('db.poolSize')).toBe('8');
    } finally {
      delete process.env['ORDERS_TEST_DB_POOL_SIZE'];
    }
  });

  it('that the schema refuses stops the start, naming the key and not the value', async () => {
    const failing = fetched({ ORDERS_DB_POOL_SIZE: 'hunter2' }, { schema });

    await expect(failing).rejects.toThrow('db.poolSize: Invalid input: expected number, received string');
    await expect(failing).rejects.not.toThrow(/hunter2/);
  });

  it('that may mean two keys stops the start, naming them', async () => {
    const ambiguous = z.looseObject({ db: z.looseObject({ pool_size: z.string().optional() }) });

    await expect(fetched({ ORDERS_DB_POOL_SIZE: '7' }, { schema: ambiguous })).rejects.toThrow(
      'ORDERS_DB_POOL_SIZE may mean db.poolSize or db.pool_size',
    );
  });

  it('overrides a change as well, which is told with the keys that it does change', async () => {
    await using server = await FakeConfigServer.start(first);
    const variables = { ORDERS_DB_POOL_SIZE: '7' };
    await using orders = await connect(server.url, { environmentVariables: { prefix: 'ORDERS_', variables } });
    await server.received.next();

    server.change(second);

    expect(await orders.changes.next()).toEqual({
      previous: { db: { poolSize: 7 } },
      current: { db: { poolSize: 7, url: 'pg:' } },
      changedKeys: ['db.url'],
      version: 'commit-2',
    });
  });

  it('is not kept in the cache file', async () => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'orders.json');

    await fetched({ ORDERS_DB_POOL_SIZE: '77777' }, { cacheFile });

    expect(await readFile(cacheFile, 'utf8')).toContain('"poolSize":5');
    expect(await readFile(cacheFile, 'utf8')).not.toContain('77777');
  });

  it.each(['', 'ORDERS-', '1_'])('has no prefix "%s"', (prefix) => {
    expect(() => new ConfigClient({ url: 'http://127.0.0.1:1', ...PAIR, environmentVariables: { prefix } })).toThrow(
      `environmentVariables.prefix: must be letters, digits and underscores, at least 1, not "${prefix}"`,
    );
  });
});
