import type { FastifyInstance } from 'fastify';

import * as z from 'zod';

import type { Uploads } from '../uploads.ts';

import { InvalidRequestError, NotLoggedInError, OrderNotFoundError, ReceiptNotReadyError } from '../errors.ts';
import { parseRequest } from '../parse-request.ts';
import { orderRequest } from './new-order.ts';
import { type Order, toAnswer } from './order.ts';
import { placeOnce, type PlacingOptions } from './place-once.ts';

export interface OrderRoutesOptions extends PlacingOptions {
  readonly uploads: Uploads;
  readonly instanceId: string;
  readonly maxItems: () => number;
}

const MAX_BODY_BYTES = 16 * 1024;
/** What the gateway makes of the subject of a token that it has checked; it removes what a client sent under that name. */
const CUSTOMER_HEADER = 'x-user';
const MAX_CUSTOMER_LENGTH = 128;
/** By which a client says that it sends an order again (draft-ietf-httpapi-idempotency-key-header); with or without quotes, it is compared as it came. */
const IDEMPOTENCY_HEADER = 'idempotency-key';

const IdempotencyKey = z
  .string()
  .regex(/^[!-~]{1,128}$/, 'Idempotency-Key must be 1 to 128 letters, digits and signs, without spaces')
  .optional();

const Parameters = z.object({ id: z.uuid('must be the id of an order, a UUID') });

/** Placing an order, and what became of it. */
export function addOrderRoutes(http: FastifyInstance, options: OrderRoutesOptions): void {
  const { store, uploads, instanceId, maxItems } = options;

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
    const idempotencyKey = idempotencyKeyOf(request.headers[IDEMPOTENCY_HEADER]);
    const wanted = parseRequest(orderRequest(maxItems()), request.body);
    const order = await placeOnce(wanted, { customer, idempotencyKey }, options);
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

function idempotencyKeyOf(header: string | readonly string[] | undefined): string | undefined {
  const { data, error } = IdempotencyKey.safeParse(header);
  if (error !== undefined) {
    throw new InvalidRequestError(error.issues.map(({ message }) => message).join('; '));
  }
  return data;
}
