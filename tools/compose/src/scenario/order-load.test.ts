import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import type { Order } from '../customer.ts';

import { RefusedError } from '../errors.ts';
import { OrderLedger } from './order-ledger.ts';
import { OrderLoad } from './order-load.ts';

/** A customer to whom the shop answers in turn, and then always as it did last. */
function customerAnswered(...answers: readonly (Error | 'placed')[]) {
  const { promise: answeredAll, resolve } = Promise.withResolvers<undefined>();
  let placed = 0;
  return {
    answeredAll,
    placeOrder: (): Promise<Order> => {
      const answer = answers[Math.min(placed, answers.length - 1)];
      placed += 1;
      if (placed > answers.length) {
        resolve(undefined);
      }
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ id: `${placed}`, status: 'placed' });
    },
  };
}

async function loadOf(customer: ReturnType<typeof customerAnswered>, mayRefuseWith: readonly number[]) {
  const clock = new FakeClock();
  const ledger = new OrderLedger(clock);
  const load = OrderLoad.start(customer, { clock, ledger, mayRefuseWith });
  const over = customer.answeredAll.then(() => true);
  while (!(await Promise.race([over, clock.advance(250).then(() => false)]))) {
    // each turn is one order
  }
  await load.stop();
  return { load, ledger };
}

describe('a load of orders', () => {
  it('remembers each order that was acknowledged', async () => {
    const { load, ledger } = await loadOf(customerAnswered('placed', 'placed'), []);

    expect(ledger.size).toBe(load.acknowledged);
    expect(load.acknowledged).toBeGreaterThanOrEqual(2);
    expect([load.refused, load.broken]).toEqual([0, []]);
  });

  it('counts a refusal that may happen, and goes on', async () => {
    const { load, ledger } = await loadOf(customerAnswered(new RefusedError('away', 503), 'placed'), [503]);

    expect([load.refused, load.broken]).toEqual([1, []]);
    expect(ledger.size).toBeGreaterThan(0);
  });

  it.each([new RefusedError('it answered 500', 500), new TypeError('it hung up')])(
    'tells of what may not happen: %s',
    async (error) => {
      const { load } = await loadOf(customerAnswered(error, 'placed'), [503]);

      expect([load.refused, load.broken]).toEqual([0, [error.message]]);
    },
  );
});
