import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { follow } from './follow.ts';
import { SHOP, startOn, startShop, writeFiles } from './start-app.ts';

const ORDERS = { type: 'subscribe', service: 'orders', environment: 'production' } as const;
const PRODUCTS = { type: 'subscribe', service: 'products', environment: 'production' } as const;

describe('a push', () => {
  it('reaches the subscribers of the pairs that it changes, and no others', async () => {
    await using app = await startShop();
    await using orders = await follow(app.url);
    await using products = await follow(app.url);
    orders.say(ORDERS);
    products.say(PRODUCTS);
    await orders.next();
    await products.next();

    await app.push({ 'orders/production.yaml': '# only a comment\ndb:\n  poolSize: 20\n' });
    const commit = await app.push({ 'orders/production.yaml': 'db:\n  poolSize: 30\n' });
    await app.push({ 'products/default.properties': 'page.size=20\n' });

    await expect(orders.next()).resolves.toMatchObject({
      type: 'changed',
      version: commit,
      changedKeys: ['db.poolSize'],
      configuration: { db: { poolSize: 30 } },
    });
    await expect(products.next()).resolves.toMatchObject({ type: 'changed', changedKeys: ['page.size'] });
  });

  it('that is broken for a service leaves it at its last valid version, also after a restart, while others move on', async () => {
    await using directory = await temporaryDirectory();
    await writeFiles(join(directory.path, 'seed'), SHOP);
    const first = await startOn(directory.path);
    await using products = await follow(first.url);
    products.say(PRODUCTS);
    await products.next();
    const good = await first.get('/config/orders/production');

    const broken = await first.push({
      'orders/production.yaml': 'db:\n  poolSize: [\n',
      'products/default.properties': 'page.size=50\n',
    });
    await expect(products.next()).resolves.toMatchObject({ type: 'changed', version: broken });
    const quarantined = await first.get('/config/orders/production');
    const problems = await (await first.get('/admin/problems')).json();
    await first.close();
    await using second = await startOn(directory.path);
    const restarted = await second.get('/config/orders/production');

    expect(problems).toMatchObject({
      problems: [
        {
          commit: broken,
          file: 'orders/production.yaml',
          pairs: [{ service: 'orders', environment: 'production' }],
        },
      ],
    });
    for (const answer of [quarantined, restarted]) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('etag')).toBe(good.headers.get('etag'));
      expect(answer.headers.get('signalbox-version')).toBe(good.headers.get('signalbox-version'));
    }
    await expect((await second.get('/config/products/production')).json()).resolves.toMatchObject({
      page: { size: '50' },
    });
  });

  it('is judged before its pusher is told of the problems, and blamed on the same commit after a restart behind another', async () => {
    await using directory = await temporaryDirectory();
    await writeFiles(join(directory.path, 'seed'), SHOP);
    const first = await startOn(directory.path);

    const broken = await first.push({ 'orders/production.yaml': 'db:\n  poolSize: many\n' });
    const told: unknown = await (await first.get('/admin/problems')).json();
    await first.push({ 'products/default.properties': 'page.size=60\n' });
    await first.close();
    await using second = await startOn(directory.path);
    const toldAgain: unknown = await (await second.get('/admin/problems')).json();

    const problems = [{ commit: broken, file: 'orders/production.yaml', pairs: [{ pointer: '/db/poolSize' }] }];
    expect(told).toMatchObject({ problems });
    expect(toldAgain).toMatchObject({ problems });
  });

  it('that breaks a common file is one problem, with every pair that it holds back', async () => {
    await using app = await startShop();
    await using instance = await follow(app.url);
    instance.say({ ...ORDERS, environment: 'development' });
    await instance.next();

    await app.push({ 'common/production.yaml': 'logLevel: {\n', 'orders/development.yaml': 'debug: false\n' });
    await instance.next();

    const { problems } = (await (await app.get('/admin/problems')).json()) as { problems: { pairs: unknown[] }[] };
    expect(problems).toMatchObject([
      {
        file: 'common/production.yaml',
        pairs: [
          { service: 'orders', environment: 'production' },
          { service: 'products', environment: 'production' },
        ],
      },
    ]);
  });

  it('that was never valid is 503 and says where it is broken', async () => {
    await using app = await startShop({ 'orders/production.yaml': 'a: 1\nb: {\n' });

    const response = await app.get('/config/orders/production');

    expect(response.status).toBe(503);
    await expect(response.json()).resolves.toMatchObject({
      code: 'config/no-valid-version',
      file: 'orders/production.yaml',
    });
  });
});
