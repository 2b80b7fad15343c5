import { describe, expect, it } from 'vitest';

import { follow } from './follow.ts';
import { SHOP, startShop } from './start-app.ts';

async function poolSizeOf(response: Response): Promise<unknown> {
  const { db } = (await response.json()) as { db: { poolSize: unknown } };
  return db.poolSize;
}

describe('POST /admin/update', () => {
  it('is served once it is answered, and names what changed and whom it reaches', async () => {
    await using app = await startShop();
    await using instance = await follow(app.url);
    instance.say({ type: 'subscribe', service: 'orders', environment: 'production', instanceId: 'orders-1' });
    await instance.next();

    const response = await app.update({ service: 'orders', environment: 'production', set: { 'db.poolSize': 40 } });

    const { version, ...rest } = (await response.json()) as { version: string };
    expect(rest).toEqual({
      dryRun: false,
      changes: [{ service: 'orders', environment: 'production', key: 'db.poolSize', before: 20, after: 40 }],
      instances: [{ service: 'orders', environment: 'production', instanceId: 'orders-1' }],
    });
    const read = await app.get('/config/orders/production');
    expect(read.headers.get('signalbox-version')).toBe(version);
    await expect(poolSizeOf(read)).resolves.toBe(40);
    await expect(instance.next()).resolves.toMatchObject({ type: 'changed', version, changedKeys: ['db.poolSize'] });
  });

  it('refuses what a schema refuses, in whichever environment, and commits nothing', async () => {
    await using app = await startShop();
    const before = (await app.get('/config/orders/production')).headers.get('etag');

    const response = await app.update({ service: 'orders', set: { 'db.poolSize': 0 } });

    expect(response.status).toBe(422);
    await expect(response.json()).resolves.toMatchObject({
      code: 'config/invalid',
      errors: [{ service: 'orders', environment: 'development', pointer: '/db/poolSize' }],
    });
    expect((await app.get('/config/orders/production')).headers.get('etag')).toBe(before);
  });

  it('says what a dry run would change, and changes nothing', async () => {
    await using app = await startShop();
    const head = (await app.get('/config/orders/production')).headers.get('signalbox-version');

    const response = await app.update({ service: 'common', set: { logLevel: 'debug' }, dryRun: true });

    await expect(response.json()).resolves.toEqual({
      version: head,
      dryRun: true,
      changes: [
        { service: 'orders', environment: 'development', key: 'logLevel', before: 'info', after: 'debug' },
        { service: 'products', environment: 'development', key: 'logLevel', before: 'info', after: 'debug' },
      ],
      instances: [],
    });
    await expect((await app.get('/config/orders/development')).json()).resolves.toMatchObject({ logLevel: 'info' });
  });

  it('is a conflict only when a file that it touches has changed since', async () => {
    await using app = await startShop();
    const expectedVersion = (await app.get('/config/orders/production')).headers.get('signalbox-version');
    await app.update({ service: 'orders', environment: 'development', set: { debug: false } });

    const elsewhere = { service: 'orders', environment: 'production', set: { 'db.poolSize': 21 }, expectedVersion };
    expect((await app.update(elsewhere)).status).toBe(200);
    const again = await app.update({ ...elsewhere, set: { 'db.poolSize': 22 } });

    expect(again.status).toBe(409);
    await expect(again.json()).resolves.toMatchObject({ code: 'config/conflict', files: ['orders/production.yaml'] });
  });

  it('replaces a whole file', async () => {
    await using app = await startShop();

    const response = await app.update({
      service: 'orders',
      file: { path: 'orders/production.yaml', content: 'db: { poolSize: 99 }\n' },
      author: { name: 'Ada', email: 'ada@example.com' },
    });

    expect(response.status).toBe(200);
    await expect(poolSizeOf(await app.get('/config/orders/production'))).resolves.toBe(99);
    const explained = await app.get('/config/orders/production?explain=true');
    await expect(explained.json()).resolves.toMatchObject({
      keys: { 'db.poolSize': { author: 'Ada <ada@example.com>' } },
    });
  });

  it('names the line of a file that does not parse', async () => {
    await using app = await startShop();

    const response = await app.update({
      service: 'orders',
      file: { path: 'orders/production.yaml', content: 'a: 1\nb: [\n' },
    });

    expect(response.status).toBe(422);
    const problem = (await response.json()) as { line: number };
    expect(problem).toMatchObject({ code: 'config/unparsable', file: 'orders/production.yaml' });
    expect(problem.line).toBeGreaterThan(1);
  });

  it('writes to no path outside of the folder it is asked for', async () => {
    await using app = await startShop();

    for (const path of [
      '../x.yaml',
      '/etc/passwd',
      'orders/../common/default.yaml',
      'orders/.git',
      'products/a.yaml',
    ]) {
      const response = await app.update({ service: 'orders', file: { path, content: 'a: 1\n' } });

      expect(response.status).toBe(400);
      await expect(response.json()).resolves.toMatchObject({ code: 'request/invalid' });
    }
  });

  it('keeps every one of many updates at once', async () => {
    await using app = await startShop();

    const responses = await Promise.all(
      Array.from({ length: 8 }, (_, i) => app.update({ service: 'orders', set: { [`flags.f${i}`]: i } })),
    );

    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    const { flags } = (await (await app.get('/config/orders/production')).json()) as { flags: Record<string, number> };
    expect(Object.keys(flags)).toHaveLength(8);
  });

  it('makes a new service of its first file', async () => {
    await using app = await startShop({ 'common/production.yaml': SHOP['common/production.yaml'] ?? '' });

    const response = await app.update({ service: 'cart', environment: 'production', set: { ttl: 60 } });

    expect(response.status).toBe(200);
    await expect((await app.get('/config/cart/production')).json()).resolves.toEqual({ logLevel: 'warn', ttl: 60 });
  });
});
