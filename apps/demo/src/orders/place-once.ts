import type { Clock } from '@signalbox/clock';

import type { Catalogue } from './catalogue.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { OrderStore } from './order-store.ts';
import type { Order } from './order.ts';

import { KeyReusedError } from '../errors.ts';
import { newOrder, type OrderRequest } from './new-order.ts';

export interface PlacingOptions {
  readonly store: OrderStore;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly fetchCatalogue: () => Promise<Catalogue>;
}

export interface Placing {
  readonly customer: string;
  /** Undefined: the request is an order of its own, however often it comes. */
  readonly idempotencyKey: string | undefined;
}

/**
 * The order that is placed by this request, or was by an earlier one of this customer with the same key: then at the price of that moment,
 * whatever became of the product. Rejects with a KeyReusedError where the earlier one was for something else.
 */
export async function placeOnce(wanted: OrderRequest, placing: Placing, options: PlacingOptions): Promise<Order> {
  const { store, dispatcher, clock, fetchCatalogue } = options;
  const earlier = await findEarlier(store, placing);
  if (earlier !== undefined) {
    return requireSame(earlier, wanted);
  }
  const { customer, idempotencyKey } = placing;
  const order = newOrder(wanted, { customer, catalogue: await fetchCatalogue(), now: clock.now() });
  if (await dispatcher.place(order, idempotencyKey)) {
    return order;
  }
  const faster = await findEarlier(store, placing);
  if (faster === undefined) {
    throw new Error(`order ${order.id} is neither placed nor was placed before`);
  }
  return requireSame(faster, wanted);
}

async function findEarlier(store: OrderStore, { customer, idempotencyKey }: Placing): Promise<Order | undefined> {
  return idempotencyKey === undefined ? undefined : await store.findByKey(customer, idempotencyKey);
}

function requireSame(order: Order, { productId, quantity }: OrderRequest): Order {
  if (order.productId !== productId || order.quantity !== quantity) {
    throw new KeyReusedError(order.id);
  }
  return order;
}
