import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { DURATION } from '@signalbox/clock';

import { AuthConfiguration, OrdersConfiguration, ProductsConfiguration, WorkerConfiguration } from './configuration.ts';

const common = { logLevel: 'info', shop: { name: 'Shop', currency: 'EUR' }, calls: { deadlineMs: 1_000 } };
const pricing = { vatPercent: 21, rounding: 'nearest' };
const orders = { ...common, pricing, greeting: 'Hello', maxItems: 10 };
const database = { url: 'postgres://orders@postgres:5432/orders' };
const queue = { redisUrl: 'redis://redis:6379' };
const worker = { ...common, database, queue };

const SEED = join(import.meta.dirname, '..', '..', '..', 'docker', 'seed', 'shop');

describe('the configuration', () => {
  it.each(['auth', 'products', 'worker'])(
    'of %s has durations that the schema of the seed takes, and no others',
    (service) => {
      const schema = readFileSync(join(SEED, service, 'schema.json'), 'utf8');
      const durations = schema.split('\n').filter((line) => line.includes('ms|s|m|h'));

      expect(durations.map((line) => JSON.parse(`{${line.trim()}}`) as unknown)).toEqual(
        durations.map(() => ({ pattern: DURATION.source })),
      );
      expect(durations).not.toEqual([]);
    },
  );

  it('of orders needs neither a database nor a queue, but not one without the other', () => {
    expect(OrdersConfiguration.safeParse(orders).success).toBe(true);
    expect(OrdersConfiguration.safeParse({ ...orders, database, queue }).success).toBe(true);
    expect(OrdersConfiguration.safeParse({ ...orders, database }).success).toBe(false);
  });

  it('of a worker has defaults for all but where its engines are', () => {
    expect(WorkerConfiguration.parse(worker)).toMatchObject({
      queues: ['default', 'email', 'reports'],
      concurrency: 4,
      lease: 30_000,
      maxAttempts: 5,
      packing: 0,
      database: { poolSize: 4 },
    });
  });

  it.each([
    { concurrency: 0 },
    { concurrency: 65 },
    { queues: [] },
    { queues: ['fax'] },
    { lease: '999ms' },
    { lease: 30 },
    { packing: '11m' },
    { maxAttempts: 0 },
    { database: { url: 'mysql://orders' } },
    { database: { ...database, poolSize: 0 } },
    { database: { ...database, poolSize: 101 } },
    { queue: { redisUrl: 'http://redis' } },
  ])('of a worker refuses %j', (differing) => {
    expect(WorkerConfiguration.safeParse({ ...worker, ...differing }).success).toBe(false);
  });

  it('has times in whole milliseconds, which is what Redis counts in', () => {
    expect(WorkerConfiguration.parse({ ...worker, lease: '1.0005s' }).lease).toBe(1_001);
  });

  it('of auth lets no token live longer than a quarter of an hour', () => {
    expect(AuthConfiguration.parse(common)).toMatchObject({
      tokenTtl: 300_000,
      logins: { failuresPerUser: 5, perMinute: 300 },
    });
    expect(AuthConfiguration.safeParse({ ...common, tokenTtl: '16m' }).success).toBe(false);
  });

  it('of products has a time to live for what is cached', () => {
    const products = { ...common, pricing, featured: 'lamp', catalogue: [], cache: queue };

    expect(ProductsConfiguration.parse(products).cache?.ttl).toBe(30_000);
    expect(ProductsConfiguration.safeParse({ ...products, cache: { ...queue, ttl: '0s' } }).success).toBe(false);
  });
});
