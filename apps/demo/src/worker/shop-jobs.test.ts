import { describe, expect, it } from 'vitest';

import { systemClock } from '@signalbox/clock';
import { temporaryDirectory } from '@signalbox/testkit';

import { anOrder } from '../../test/an-order.ts';
import { MemoryJobQueues } from '../../test/memory-job-queues.ts';
import { OrderStore } from '../orders/order-store.ts';
import { Uploads } from '../uploads.ts';
import { ShopJobs } from './shop-jobs.ts';

/** What happens between a look at the orders and the end of a write, one thing for each write. */
class BusyUploads extends Uploads {
  readonly meanwhile: (() => Promise<unknown>)[] = [];

  override async write(...file: Parameters<Uploads['write']>): Promise<void> {
    await this.meanwhile.shift()?.();
    await super.write(...file);
  }
}

async function jobsOn(directory: string, uploads = new Uploads(directory)) {
  const clock = systemClock;
  const store = await OrderStore.open({ kind: 'sqlite', file: ':memory:' });
  const queues = new MemoryJobQueues(clock);
  const chosen = { packingMs: 0 };
  const jobs = new ShopJobs({
    ...{ store, uploads, queues, clock, instanceId: 'worker-1' },
    shopName: () => 'Shop',
    packingMs: () => chosen.packingMs,
  });
  return { store, uploads, queues, jobs, chosen };
}

const never = new AbortController().signal;

describe('fulfilling an order', () => {
  it('leaves a receipt, and to others what follows', async () => {
    await using directory = await temporaryDirectory();
    const { jobs, store, uploads, queues } = await jobsOn(directory.path);
    const order = anOrder();
    await store.place(order);

    await jobs.perform({ kind: 'fulfil-order', orderId: order.id }, never);

    expect((await store.find(order.id))?.fulfilment?.by).toBe('worker-1');
    expect(await uploads.read('receipts', `${order.id}.txt`)).toContain('Total     116.16 EUR');
    expect(queues.jobs).toEqual([
      { kind: 'confirm-order', orderId: order.id },
      { kind: 'report-sales', day: '2026-01-31' },
    ]);
  });

  it('a second time changes nothing, and makes sure of what follows', async () => {
    await using directory = await temporaryDirectory();
    const { jobs, store, uploads, queues } = await jobsOn(directory.path);
    const order = anOrder();
    await store.place(order);
    await store.fulfil(order.id, { at: '2026-01-31T12:00:01.000Z', by: 'worker-0' });

    await jobs.perform({ kind: 'fulfil-order', orderId: order.id }, never);

    expect((await store.find(order.id))?.fulfilment?.by).toBe('worker-0');
    expect(await uploads.read('receipts', `${order.id}.txt`)).toBeUndefined();
    expect(queues.jobs).toHaveLength(2);
  });

  it('is left as it was where the worker has to go while it packs', async () => {
    await using directory = await temporaryDirectory();
    const { jobs, store, uploads, chosen } = await jobsOn(directory.path);
    const order = anOrder();
    await store.place(order);
    chosen.packingMs = 60_000;
    const abandon = new AbortController();

    const fulfilling = jobs.perform({ kind: 'fulfil-order', orderId: order.id }, abandon.signal);
    abandon.abort(new Error('the worker stops'));

    await expect(fulfilling).rejects.toThrow('the worker stops');
    expect((await store.find(order.id))?.fulfilment).toBeUndefined();
    expect(await uploads.read('receipts', `${order.id}.txt`)).toBeUndefined();
  });

  it('fails where there is no such order', async () => {
    await using directory = await temporaryDirectory();
    const { jobs } = await jobsOn(directory.path);
    const { id } = anOrder();

    await expect(jobs.perform({ kind: 'fulfil-order', orderId: id }, never)).rejects.toThrow(`no order ${id}`);
  });
});

describe('what follows an order', () => {
  it('is a mail, in which a name adds no header', async () => {
    await using directory = await temporaryDirectory();
    const { jobs, store, uploads } = await jobsOn(directory.path);
    const order = anOrder({ customer: 'ada\r\nBcc: eve@example.org' });
    await store.place(order);

    await jobs.perform({ kind: 'confirm-order', orderId: order.id }, never);

    expect(await uploads.read('mail', `${order.id}.eml`)).not.toMatch(/^Bcc:/m);
  });

  it('is a report of its day', async () => {
    await using directory = await temporaryDirectory();
    const { jobs, store, uploads } = await jobsOn(directory.path);
    await store.place(anOrder());
    await store.place(anOrder({ quantity: 1, totalCents: 5_808 }));

    await jobs.perform({ kind: 'report-sales', day: '2026-01-31' }, never);

    expect(JSON.parse((await uploads.read('reports', '2026-01-31.json')) ?? '')).toEqual({
      day: '2026-01-31',
      orders: 2,
      total: 174.24,
    });
  });

  it('is the report of all orders also where some came while it was written', async () => {
    await using directory = await temporaryDirectory();
    const uploads = new BusyUploads(directory.path);
    const { jobs, store } = await jobsOn(directory.path, uploads);
    await store.place(anOrder());
    uploads.meanwhile.push(
      () => store.place(anOrder()),
      () => store.place(anOrder()),
    );

    await jobs.perform({ kind: 'report-sales', day: '2026-01-31' }, never);

    expect(JSON.parse((await uploads.read('reports', '2026-01-31.json')) ?? '')).toMatchObject({ orders: 3 });
  });
});
