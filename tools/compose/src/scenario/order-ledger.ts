import type { Clock } from '@signalbox/clock';

import type { Customer, Order } from '../customer.ts';

import { StackError } from '../errors.ts';

/** Longer than it takes the shop to leave an order's job in the queue a second time, a minute, and to do it. */
const FULFILLED_WITHIN_MS = 150_000;

/** The orders that the shop acknowledged, and how each was fulfilled. */
export class OrderLedger {
  readonly #clock: Clock;
  readonly #acknowledged = new Set<string>();
  readonly #fulfilled = new Map<string, Order>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many orders were acknowledged. */
  get size(): number {
    return this.#acknowledged.size;
  }

  acknowledge({ id }: Pick<Order, 'id'>): void {
    this.#acknowledged.add(id);
  }

  /** Resolves with the orders that were not known to be fulfilled before, once all are. Rejects with a StackError where one is lost. */
  async settle(customer: Pick<Customer, 'fulfilled'>): Promise<readonly Order[]> {
    const settled: Order[] = [];
    for (const id of this.#acknowledged) {
      if (!this.#fulfilled.has(id)) {
        const order = await customer.fulfilled(id, { clock: this.#clock, withinMs: FULFILLED_WITHIN_MS });
        this.#fulfilled.set(id, order);
        settled.push(order);
      }
    }
    return settled;
  }

  /** Rejects with a StackError where an order is not as it was when it was fulfilled: where it was fulfilled again. */
  async compare(customer: Pick<Customer, 'order'>): Promise<void> {
    for (const [id, { fulfilledAt, fulfilledBy }] of this.#fulfilled) {
      const now = await customer.order(id);
      if (now.fulfilledAt !== fulfilledAt || now.fulfilledBy !== fulfilledBy) {
        throw new StackError(`order ${id} was fulfilled by ${fulfilledBy ?? ''} and again by ${now.fulfilledBy ?? ''}`);
      }
    }
  }
}
