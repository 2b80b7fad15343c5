import fastify from 'fastify';
import { describe, expect, it } from 'vitest';

import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import { Dispatcher } from '../src/orders/dispatcher.ts';
import { addOrderRoutes } from '../src/orders/order-routes.ts';
import { OrderStore } from '../src/orders/order-store.ts';
import { explainFailures } from '../src/problems.ts';
import { Uploads } from '../src/uploads.ts';
import { MemoryJobQueues } from './memory-job-queues.ts';

const catalogue = {
  servedBy: 'products-1',
  configurationVersion: 'v1',
  currency: 'EUR',
  products: [{ sku: 'bell', name: 'Block bell', price: 0.07 }],
};

async function theRoutes(directory: string) {
  let products = catalogue.products;
  const clock = new FakeClock();
  const store = await OrderStore.open({ kind: 'sqlite', file: ':memory:' });
  const queues = new MemoryJobQueues(clock);
  const http = fastify();
  explainFailures(http);
  addOrderRoutes(http, {
    store,
    clock,
    dispatcher: new Dispatcher({ store, queues, clock, onProblem: () => undefined }),
    uploads: new Uploads(directory),
    instanceId: 'orders-1',
    fetchCatalogue: () => Promise.resolve({ ...catalogue, products }),
    maxItems: () => 5,
  });
  const place = (payload: string, headers: Readonly<Record<string, string>> = {}) =>
    http.inject({
      method: 'POST',
      url: '/api/orders',
      headers: { 'content-type': 'application/json', 'x-user': 'ada', ...headers },
      payload,
    });
  const sellOut = () => {
    products = [];
  };
  return { http, queues, place, sellOut };
}

function orderOf(differing: object): string {
  return JSON.stringify({ productId: 'bell', quantity: 3, ...differing });
}

const BELL = orderOf({});

describe('POST /api/orders', () => {
  it('places an order at the price of the moment, in whole cents', async () => {
    await using directory = await temporaryDirectory();
    const { http, place, queues } = await theRoutes(directory.path);

    const placed = await place(BELL);
    const location = String(placed.headers.location);
    const found = await http.inject(location);

    expect(placed.statusCode).toBe(201);
    expect(found.json()).toMatchObject({ status: 'placed', customer: 'ada', total: 0.21, currency: 'EUR' });
    expect(queues.jobs).toHaveLength(1);
    expect((await http.inject(`${location}/receipt`)).json()).toMatchObject({ code: 'shop/receipt-not-ready' });
  });

  it('places one order for a request that is sent again by its key, also where the product is gone meanwhile', async () => {
    await using directory = await temporaryDirectory();
    const { place, queues, sellOut } = await theRoutes(directory.path);
    const keyed = { 'idempotency-key': 'f3a1' };

    const first = await place(BELL, keyed);
    sellOut();
    const second = await place(BELL, keyed);

    expect(second.statusCode).toBe(201);
    expect(second.json()).toEqual(first.json());
    expect(second.headers.location).toBe(first.headers.location);
    expect(queues.jobs).toHaveLength(1);
  });

  it('places one order for requests of one key that come at once', async () => {
    await using directory = await temporaryDirectory();
    const { place, queues } = await theRoutes(directory.path);

    const answers = await Promise.all(Array.from({ length: 5 }, () => place(BELL, { 'idempotency-key': 'f3a1' })));

    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(5).fill(201));
    expect(new Set(answers.map(({ headers }) => headers.location)).size).toBe(1);
    expect(queues.jobs).toHaveLength(1);
  });

  it('refuses a key that came with another order of the customer, and takes it of another customer', async () => {
    await using directory = await temporaryDirectory();
    const { place } = await theRoutes(directory.path);
    const keyed = { 'idempotency-key': 'f3a1' };
    await place(BELL, keyed);

    const other = await place(orderOf({ quantity: 2 }), keyed);
    const others = await place(orderOf({ quantity: 2 }), { ...keyed, 'x-user': 'grace' });

    expect(other.json()).toMatchObject({ status: 422, code: 'shop/key-reused' });
    expect(others.statusCode).toBe(201);
  });

  it('places an order also while the queue is away', async () => {
    await using directory = await temporaryDirectory();
    const { place, queues } = await theRoutes(directory.path);
    queues.isAway = true;

    expect((await place(BELL)).statusCode).toBe(201);
  });

  it.each([
    { what: 'half an object', payload: '{', status: 400 },
    { what: 'nothing', payload: '', status: 400 },
    { what: 'a list', payload: '[]', status: 400 },
    { what: 'null', payload: 'null', status: 400 },
    { what: 'more than anyone may order', payload: orderOf({ quantity: 6 }), status: 400 },
    { what: 'a part of a piece', payload: orderOf({ quantity: 1.5 }), status: 400 },
    { what: 'a price of its own', payload: orderOf({ price: 0 }), status: 400 },
    { what: 'a name that is too long', payload: orderOf({ productId: 'b'.repeat(65) }), status: 400 },
    { what: 'a product that is not there', payload: orderOf({ productId: 'lamp' }), status: 422 },
    { what: 'a body that is too long', payload: orderOf({ productId: 'b'.repeat(20_000) }), status: 413 },
    { what: 'another type', payload: BELL, headers: { 'content-type': 'application/xml' }, status: 415 },
    { what: 'a key that is empty', payload: BELL, headers: { 'idempotency-key': '' }, status: 400 },
    { what: 'a key without end', payload: BELL, headers: { 'idempotency-key': 'k'.repeat(129) }, status: 400 },
    { what: 'an order of nobody', payload: BELL, headers: { 'x-user': '' }, status: 401 },
    { what: 'an order of a name without end', payload: BELL, headers: { 'x-user': 'a'.repeat(129) }, status: 401 },
  ])('refuses $what with $status, and a problem that says why', async ({ payload, headers, status }) => {
    await using directory = await temporaryDirectory();
    const { place, queues } = await theRoutes(directory.path);

    const answer = await place(payload, headers);

    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status, code: expect.stringMatching(/^shop\//) as string });
    expect(queues.jobs).toEqual([]);
  });
});
