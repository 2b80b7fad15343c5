import { isDeepStrictEqual } from 'node:util';

import type { Clock } from '@signalbox/clock';

import type { DaySales, OrderStore } from '../orders/order-store.ts';
import type { Order } from '../orders/order.ts';
import type { JobQueues } from '../queue/job-queues.ts';
import type { Job } from '../queue/job.ts';
import type { Uploads } from '../uploads.ts';

import { OrderNotFoundError } from '../errors.ts';
import { confirmationOf, receiptOf, reportOf } from './documents.ts';

export interface ShopJobsOptions {
  readonly store: OrderStore;
  readonly uploads: Uploads;
  readonly queues: Pick<JobQueues, 'add'>;
  readonly clock: Clock;
  readonly instanceId: string;
  readonly shopName: () => string;
  /** How long it takes to pack an order. */
  readonly packingMs: () => number;
}

/** What the jobs of the shop do. Each may be done twice, with the same effect as once. */
export class ShopJobs {
  readonly #options: ShopJobsOptions;

  constructor(options: ShopJobsOptions) {
    this.#options = options;
  }

  async perform(job: Job, abandon: AbortSignal): Promise<void> {
    switch (job.kind) {
      case 'fulfil-order':
        await this.#fulfil(job.orderId, abandon);
        break;
      case 'confirm-order':
        await this.#confirm(job.orderId);
        break;
      case 'report-sales':
        await this.#report(job.day, abandon);
        break;
    }
  }

  /** What follows is queued before this job is done, so that none of it is lost with a worker. */
  async #fulfil(orderId: string, abandon: AbortSignal): Promise<void> {
    const { store, uploads, queues, clock, instanceId, shopName, packingMs } = this.#options;
    const order = await this.#order(orderId);
    if (order.fulfilment === undefined) {
      await clock.sleep(packingMs(), abandon);
      await uploads.write('receipts', `${orderId}.txt`, receiptOf(order, shopName()));
      await store.fulfil(orderId, { at: new Date(clock.now()).toISOString(), by: instanceId });
    }
    await queues.add({ kind: 'confirm-order', orderId });
    await queues.add({ kind: 'report-sales', day: order.placedAt.slice(0, 10) });
  }

  async #confirm(orderId: string): Promise<void> {
    const { uploads, shopName } = this.#options;
    await uploads.write('mail', `${orderId}.eml`, confirmationOf(await this.#order(orderId), shopName()));
  }

  /** Looks again after it wrote: in the meantime a report with more orders may have been replaced by this one. */
  async #report(day: string, abandon: AbortSignal): Promise<void> {
    const { store, uploads } = this.#options;
    let written: DaySales | undefined;
    let sales = await store.salesOf(day);
    while (!isDeepStrictEqual(sales, written)) {
      abandon.throwIfAborted();
      await uploads.write('reports', `${day}.json`, reportOf(day, sales));
      written = sales;
      sales = await store.salesOf(day);
    }
  }

  async #order(id: string): Promise<Order> {
    const order = await this.#options.store.find(id);
    if (order === undefined) {
      throw new OrderNotFoundError(id);
    }
    return order;
  }
}
