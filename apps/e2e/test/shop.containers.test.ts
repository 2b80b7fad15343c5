import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { RunningShop } from '../src/running-shop.ts';

let shop: RunningShop;

beforeAll(async () => {
  shop = await RunningShop.start();
}, 120_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

const decoded = (part = ''): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());

interface PublicKey {
  readonly kid: string;
  readonly kty: string;
}

describe('logging in', () => {
  it('is answered with a token that the published key verifies', async () => {
    const response = await shop.logIn('ada');
    const { token, expiresIn } = (await response.json()) as { token: string; expiresIn: number };
    const { keys } = (await (await shop.ask('auth', '/.well-known/jwks.json')).json()) as { keys: [PublicKey] };

    const [head, payload, signature = ''] = token.split('.');
    const key = createPublicKey({ key: { ...keys[0] }, format: 'jwk' });
    expect(verify(null, Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(expiresIn).toBe(120);
    expect(decoded(head)).toMatchObject({ alg: 'EdDSA', kid: keys[0].kid });
    expect(decoded(payload)).toMatchObject({ iss: 'shop-auth', aud: 'shop', sub: 'ada' });
  });

  it('says the same of a wrong password and of a user who is not there', async () => {
    const [wrong, nobody] = await Promise.all([shop.logIn('ada', 'wrong'), shop.logIn('eve', 'wrong')]);

    expect([wrong.status, nobody.status]).toEqual([401, 401]);
    expect(await wrong.json()).toEqual(await nobody.json());
  });

  it('is refused for a minute to whoever fails too often, and says for how long', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => shop.logIn('mallory', 'guess')));

    expect(answers.map(({ status }) => status).toSorted()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('an order', () => {
  it('is fulfilled by a worker, with a receipt, a confirmation and a place in the report of its day', async () => {
    await shop.startInstance('worker', 'worker-1');

    const placed = await shop.placed();
    await shop.done('confirm-order', placed);
    await shop.platform.logged(new RegExp(`"report-sales","day":"${placed.placedAt.slice(0, 10)}".*"job done"`));

    expect(placed).toMatchObject({ status: 'placed', customer: 'ada', total: 116.16 });
    expect(await shop.shown(placed.id)).toMatchObject({ status: 'fulfilled', fulfilledBy: 'worker-1' });
    const receipt = await shop.ask('orders', `/api/orders/${placed.id}/receipt`);
    expect(await receipt.text()).toContain('2 x lamp\nTotal     116.16 EUR');
    expect(await shop.upload('mail', `${placed.id}.eml`)).toContain(`Subject: Your order ${placed.id}`);
    expect(await shop.upload('reports', `${placed.placedAt.slice(0, 10)}.json`)).toContain('"orders":1,');
  });

  it('is placed through the gateway by who has logged in, and by nobody else', async () => {
    const { token } = (await (await shop.logIn('ada')).json()) as { token: string };
    const body = { productId: 'lamp', quantity: 1 };

    const placed = await shop.orderAsCustomer(body, { authorization: `Bearer ${token}`, 'x-user': 'eve' });
    const forged = await shop.orderAsCustomer(body, { authorization: `Bearer ${token.slice(0, -4)}AAAA` });
    const nobody = await shop.orderAsCustomer(body, { 'x-user': 'eve' });

    expect(placed.status).toBe(201);
    expect(await placed.json()).toMatchObject({ customer: 'ada' });
    expect([forged.status, nobody.status]).toEqual([401, 401]);
  });

  it.each([
    [{ productId: 'lamp', quantity: 0 }, 400, 'quantity'],
    [{ productId: 'lamp', quantity: 51 }, 400, 'quantity: must be at most 50'],
    [{ productId: 'lamp', quantity: 1, price: 0 }, 400, 'price'],
    [{ productId: 'unicorn', quantity: 1 }, 422, 'no product "unicorn"; there are lamp, lever, bell'],
  ])('is refused with the reason where it is none: %j', async (body, status, reason) => {
    const response = await shop.order(body);

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining(reason) as string });
  });

  it('is not taken from somebody who is not named', async () => {
    expect((await shop.order({ productId: 'lamp', quantity: 1 }, ' ')).status).toBe(401);
  });

  it.each([
    ['/api/orders/00000000-0000-4000-8000-000000000000', 404],
    ['/api/orders/..%2f..%2fetc%2fpasswd', 400],
    ['/api/orders/..%2f..%2fetc%2fpasswd/receipt', 400],
  ])('is not found where there is none: %s', async (path, status) => {
    expect((await shop.ask('orders', path)).status).toBe(status);
  });
});

describe('a changed configuration', () => {
  it('changes how many jobs a worker that runs does at once', async () => {
    await shop.configure('worker', { concurrency: 2, packing: '1m' });
    const [first, second] = [await shop.placed(), await shop.placed()];
    await Promise.all([shop.begun('worker-1', first), shop.begun('worker-1', second)]);
    const third = await shop.placed();

    expect(await (await shop.ask('worker', '/api/worker')).json()).toMatchObject({ concurrency: 2, running: 2 });
    await shop.configure('worker', { concurrency: 3, packing: '0ms' });

    await shop.done('fulfil-order', third);
  });
});

describe('a worker that ends', () => {
  it('gives back what it does not finish in time, and another does it', async () => {
    await shop.configure('worker', { packing: '1m', concurrency: 10, lease: '10m' });
    const order = await shop.placed();
    await shop.begun('worker-1', order);
    await shop.configure('worker', { packing: '0ms', lease: '1s' });

    expect(await shop.process('worker-1').stop()).toBe(true);
    await shop.startInstance('worker', 'worker-2');

    await shop.done('fulfil-order', order, 'worker-2');
    expect(await shop.shown(order.id)).toMatchObject({ status: 'fulfilled', fulfilledBy: 'worker-2' });
  });

  it('by a kill in the middle of a job leaves it to another, which does it once', async () => {
    await shop.configure('worker', { packing: '1m' });
    const order = await shop.placed();
    await shop.begun('worker-2', order);
    await shop.configure('worker', { packing: '0ms' });

    await shop.process('worker-2').killAll();
    await shop.startInstance('worker', 'worker-3');

    await shop.done('confirm-order', order, 'worker-3');
    expect(await shop.shown(order.id)).toMatchObject({ status: 'fulfilled', fulfilledBy: 'worker-3' });
    expect(shop.platform.log.match(new RegExp(`"fulfil-order","orderId":"${order.id}".*"job done"`, 'g'))).toHaveLength(
      1,
    );
  });
});

describe('an outage', () => {
  it('of Redis keeps no order from being placed, and those are fulfilled once it is back', async () => {
    await shop.redis.stop();
    const order = await shop.placed();
    const products = await shop.ask('products', '/api/products');
    await shop.redis.start();
    await shop.done('fulfil-order', order);

    expect(order.status).toBe('placed');
    expect([products.status, products.headers.get('x-cache')]).toEqual([200, 'failed']);
  });

  it('of Redis that begins again with nothing is over when it is back', async () => {
    await shop.redis.kill();
    await shop.redis.start();
    const order = await shop.placed();

    await shop.done('fulfil-order', order);
  });

  it('of Postgres is told to whoever places an order, and is over when it is back', async () => {
    await shop.postgres.stop();
    const refused = await shop.order({ productId: 'lamp', quantity: 1 });
    await shop.postgres.start();
    const order = await shop.placed();
    await shop.done('fulfil-order', order);

    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: 'database/unavailable' });
  });
});

describe('a variant of a service', () => {
  it('is registered under a name of its own, and says so with each answer', async () => {
    await shop.startInstance('orders', 'orders-canary-1', { SHOP_SERVICE_NAME: 'orders-canary' });

    const [usual, canary] = [await shop.ask('orders', '/api/orders'), await shop.ask('orders-canary', '/api/orders')];

    expect(usual.headers.get('x-shop-service')).toBe('orders');
    expect(canary.headers.get('x-shop-service')).toBe('orders-canary');
    expect(canary.headers.get('x-shop-instance')).toBe('orders-canary-1');
  });
});

describe('the cache of products', () => {
  it('answers what it was asked before, for as long as the configuration is the same', async () => {
    const use = async () => (await shop.ask('products', '/api/products')).headers.get('x-cache');
    await use();
    const cached = await use();
    await shop.configure('products', { featured: 'bell' });

    expect([cached, await use()]).toEqual(['hit', 'miss']);
  });
});
