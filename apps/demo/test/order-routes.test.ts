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
  const clock = new FakeClock();
  const store = await OrderStore.open({ kind: 'sqlite', file: ':memory:' });
  const queues = new MemoryJobQueues(clock);
  const http = fastify();
  explainFailures(http);
  addOrderRoutes(http, {
    store,
    clock,
    dispatcher: new Dispatcher({ store, queues, clock, onProblem: () => undefined }),
    uploads: new Uploads(directory, 'orders-1'),
    instanceId: 'orders-1',
    fetchCatalogue: () => Promise.resolve(catalogue),
    maxItems: () => 5,
  });
  const place = (payload: string, headers: Readonly<Record<string, string>> = {}) =>
    http.inject({
      method: 'POST',
      url: '/api/orders',
      headers: { 'content-type': 'application/json', 'x-user': 'ada', ...headers },
      payload,
    });
  return { http, queues, place };
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
