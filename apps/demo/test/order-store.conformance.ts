import { describe, expect, it } from 'vitest';

import type { OrderStore } from '../src/orders/order-store.ts';

import { anOrder } from './an-order.ts';

/** What holds of the orders wherever they are kept; `open` gives a store without orders. */
export function describeOrderStore(name: string, open: () => Promise<OrderStore>): void {
  describe(name, () => {
    it('finds an order as it was placed, and none that was not', async () => {
      await using store = await open();
      const order = anOrder();
      await store.place(order);

      expect(await store.find(order.id)).toEqual(order);
      expect(await store.find(anOrder().id)).toBeUndefined();
    });

    it('places one order by a key of a customer, however often and however many at once try', async () => {
      await using store = await open();
      const orders = Array.from({ length: 4 }, () => anOrder());

      const outcomes = await Promise.all(orders.map((order) => store.place(order, 'key-1')));

      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect(await store.findByKey('ada', 'key-1')).toEqual(orders[outcomes.indexOf(true)]);
      expect(await store.findByKey('ada', 'key-2')).toBeUndefined();
    });

    it('keeps the keys of one customer from those of another, and orders without a key from each other', async () => {
      await using store = await open();
      await store.place(anOrder(), 'key-1');

      expect(await store.place(anOrder({ customer: 'grace' }), 'key-1')).toBe(true);
      expect([await store.place(anOrder()), await store.place(anOrder())]).toEqual([true, true]);
    });

    it('fulfils an order once, whoever tries', async () => {
      await using store = await open();
      const order = anOrder();
      await store.place(order);
      const at = '2026-01-31T12:00:01.000Z';

      const outcomes = await Promise.all(
        ['worker-1', 'worker-2', 'worker-3'].map((by) => store.fulfil(order.id, { at, by })),
      );

      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect((await store.find(order.id))?.fulfilment?.at).toBe(at);
    });

    it('gives what is due to one of those who ask at once', async () => {
      await using store = await open();
      const orders = Array.from({ length: 10 }, () => anOrder());
      for (const order of orders) {
        await store.place(order);
      }
      const times = { lostBefore: '2026-01-31T12:01:00.000Z', now: '2026-01-31T12:02:00.000Z' };

      const taken = await Promise.all(Array.from({ length: 4 }, () => store.takeDue(times)));

      expect(taken.flat().toSorted()).toEqual(orders.map(({ id }) => id).toSorted());
    });

    it('adds up what was placed on a day, from its first millisecond to its last', async () => {
      await using store = await open();
      for (const placedAt of [
        '2026-01-30T23:59:59.999Z',
        '2026-01-31T00:00:00.000Z',
        '2026-01-31T23:59:59.999Z',
        '2026-02-01T00:00:00.000Z',
      ]) {
        await store.place(anOrder({ placedAt }));
      }

      expect(await store.salesOf('2026-01-31')).toEqual({ orders: 2, totalCents: 23_232 });
      expect(await store.salesOf('2026-03-01')).toEqual({ orders: 0, totalCents: 0 });
    });
  });
}
