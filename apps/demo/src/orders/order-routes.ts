import type { FastifyInstance } from 'fastify';

import * as z from 'zod';

import type { Clock } from '@signalbox/clock';

import type { Uploads } from '../uploads.ts';
import type { Catalogue } from './catalogue.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { OrderStore } from './order-store.ts';

import { NotLoggedInError, OrderNotFoundError, ReceiptNotReadyError } from '../errors.ts';
import { parseRequest } from '../parse-request.ts';
import { type Order, toAnswer } from './order.ts';
import { newOrder, orderRequest } from './place-order.ts';

export interface OrderRoutesOptions {
  readonly store: OrderStore;
  readonly dispatcher: Dispatcher;
  readonly uploads: Uploads;
  readonly clock: Clock;
  readonly instanceId: string;
  readonly fetchCatalogue: () => Promise<Catalogue>;
  readonly maxItems: () => number;
}

const MAX_BODY_BYTES = 16 * 1024;
/** What the gateway makes of the subject of a token that it has checked; it removes what a client sent under that name. */
const CUSTOMER_HEADER = 'x-user';
const MAX_CUSTOMER_LENGTH = 128;

const Parameters = z.object({ id: z.uuid('must be the id of an order, a UUID') });

/** Placing an order, and what became of it. */
export function addOrderRoutes(http: FastifyInstance, options: OrderRoutesOptions): void {
  const { store, dispatcher, uploads, clock, instanceId, fetchCatalogue, maxItems } = options;

  const find = async (parameters: unknown): Promise<Order> => {
    const { id } = parseRequest(Parameters, parameters);
    const order = await store.find(id);
    if (order === undefined) {
      throw new OrderNotFoundError(id);
    }
    return order;
  };

  http.post('/api/orders', { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
    const customer = customerOf(request.headers[CUSTOMER_HEADER]);
    const wanted = parseRequest(orderRequest(maxItems()), request.body);
    const order = newOrder(wanted, { customer, catalogue: await fetchCatalogue(), now: clock.now() });
    await dispatcher.place(order);
    reply.code(201).header('location', `/api/orders/${order.id}`);
    return { ...toAnswer(order), servedBy: instanceId };
  });

  http.get('/api/orders/:id', async ({ params }) => ({ ...toAnswer(await find(params)), servedBy: instanceId }));

  http.get('/api/orders/:id/receipt', async ({ params }, reply) => {
    const { id } = await find(params);
    const receipt = await uploads.read('receipts', `${id}.txt`);
    if (receipt === undefined) {
      throw new ReceiptNotReadyError(id);
    }
    reply.type('text/plain; charset=utf-8');
    return receipt;
  });
}

function customerOf(header: string | readonly string[] | undefined): string {
  if (typeof header !== 'string' || header.trim() === '' || header.length > MAX_CUSTOMER_LENGTH) {
    throw new NotLoggedInError();
  }
  return header;
}
