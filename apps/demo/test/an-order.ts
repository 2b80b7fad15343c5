import { randomUUID } from 'node:crypto';

import type { Order } from '../src/orders/order.ts';

/** An order that was just placed, but for what a test says. */
export function anOrder(differing: Partial<Order> = {}): Order {
  return {
    id: randomUUID(),
    customer: 'ada',
    productId: 'lamp',
    quantity: 2,
    totalCents: 11_616,
    currency: 'EUR',
    placedAt: '2026-01-31T12:00:00.000Z',
    fulfilment: undefined,
    ...differing,
  };
}
