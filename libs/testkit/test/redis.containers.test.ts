import { Redis } from 'ioredis';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type ServiceContainer, startRedis } from '../src/containers/index.ts';

async function connected(url: string) {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined); // the server ends it: the next command says so
  await client.connect();
  return Object.assign(client, {
    [Symbol.dispose]: () => {
      client.disconnect();
    },
  });
}

describe('startRedis', () => {
  let redis: ServiceContainer;

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterAll(() => redis[Symbol.asyncDispose]());

  it('answers at its URL', async () => {
    using client = await connected(redis.url);

    await expect(client.ping()).resolves.toBe('PONG');
  });

  it('refuses a wrong password', async () => {
    const url = new URL(redis.url);
    url.password = 'wrong';

    const client = new Redis(url.href, { lazyConnect: true, retryStrategy: () => null });
    const refused = once(client, 'error');

    await expect(client.connect()).rejects.toThrow();

    await expect(refused).resolves.toMatchObject([{ message: expect.stringContaining('WRONGPASS') as string }]);
  });

  it('refuses connections while it is stopped, and is back at the same URL with what it stored', async () => {
    {
      using client = await connected(redis.url);
      await client.set('kept', 'value');
    }

    await redis.stop();
    await expect(connected(redis.url)).rejects.toThrow(/ECONNREFUSED|closed/);
    await redis.start();

    using client = await connected(redis.url);
    await expect(client.get('kept')).resolves.toBe('value');
  });

  it('answers nothing while it is paused, and everything after', async () => {
    using client = await connected(redis.url);
    await redis.pause();
    const answered = client.ping();

    const early = await Promise.race([answered, wait(100, 'silent')]);
    await redis.unpause();

    expect(early).toBe('silent');
    await expect(answered).resolves.toBe('PONG');
  });
});
