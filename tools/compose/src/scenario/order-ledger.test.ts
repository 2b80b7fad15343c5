import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import type { Order } from '../customer.ts';

import { OrderLedger } from './order-ledger.ts';

const byWorker = (id: string, fulfilledBy: string): Order => ({
  id,
  status: 'fulfilled',
  fulfilledAt: '2026-01-01T00:00:00.000Z',
  fulfilledBy,
});
const customer = (fulfilledBy: string) => ({
  fulfilled: (id: string) => Promise.resolve(byWorker(id, fulfilledBy)),
  order: (id: string) => Promise.resolve(byWorker(id, fulfilledBy)),
});

describe('a ledger of orders', () => {
  it('settles each order once', async () => {
    const ledger = new OrderLedger(new FakeClock());
    ledger.acknowledge({ id: '1' });
    await ledger.settle(customer('worker-1'));
    ledger.acknowledge({ id: '2' });

    const settled = await ledger.settle(customer('worker-2'));

    expect(settled.map(({ id, fulfilledBy }) => [id, fulfilledBy])).toEqual([['2', 'worker-2']]);
    expect(ledger.size).toBe(2);
  });

  it('fails with an order that is lost', async () => {
    const ledger = new OrderLedger(new FakeClock());
    ledger.acknowledge({ id: '1' });

    await expect(ledger.settle({ fulfilled: () => Promise.reject(new Error('404')) })).rejects.toThrow('404');
  });

  it('tells an order that was fulfilled again', async () => {
    const ledger = new OrderLedger(new FakeClock());
    ledger.acknowledge({ id: '1' });
    await ledger.settle(customer('worker-1'));

    await expect(ledger.compare(customer('worker-1'))).resolves.toBeUndefined();
    await expect(ledger.compare(customer('worker-2'))).rejects.toThrow(
      'order 1 was fulfilled by worker-1 and again by worker-2',
    );
  });
});
