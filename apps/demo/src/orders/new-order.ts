import { randomUUID } from 'node:crypto';
import * as z from 'zod';

import type { Catalogue } from './catalogue.ts';
import type { Order } from './order.ts';

import { UnknownProductError } from '../errors.ts';

/** What a customer asks for; no more of one product than `maxItems`. */
export function orderRequest(maxItems: number) {
  return z.strictObject({
    productId: z.string().min(1).max(64),
    quantity: z.int().min(1).max(maxItems, `must be at most ${maxItems}`),
  });
}

export type OrderRequest = z.infer<ReturnType<typeof orderRequest>>;

export interface OrderCircumstances {
  readonly customer: string;
  readonly catalogue: Catalogue;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** An order at the price that the catalogue names now. Throws an UnknownProductError. */
export function newOrder(
  { productId, quantity }: OrderRequest,
  { customer, catalogue, now }: OrderCircumstances,
): Order {
  const product = catalogue.products.find(({ sku }) => sku === productId);
  if (product === undefined) {
    throw new UnknownProductError(
      productId,
      catalogue.products.map(({ sku }) => sku),
    );
  }
  return {
    id: randomUUID(),
    customer,
    productId,
    quantity,
    totalCents: Math.round(product.price * 100) * quantity,
    currency: catalogue.currency,
    placedAt: new Date(now).toISOString(),
    fulfilment: undefined,
  };
}
