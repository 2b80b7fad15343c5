import type { Clock } from '@signalbox/clock';

import type { OrderStore } from '../orders/order-store.ts';
import type { Order } from '../orders/order.ts';
import type { JobQueues } from '../queue/job-queues.ts';
import type { Job } from '../queue/job.ts';
import type { Uploads } from '../uploads.ts';

import { OrderNotFoundError } from '../errors.ts';
import { confirmationOf, receiptOf } from './documents.ts';

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
        await this.#report(job.day);
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

  async #report(day: string): Promise<void> {
    const { store, uploads } = this.#options;
    const { orders, totalCents } = await store.salesOf(day);
    await uploads.write('reports', `${day}.json`, `${JSON.stringify({ day, orders, total: totalCents / 100 })}\n`);
  }

  async #order(id: string): Promise<Order> {
    const order = await this.#options.store.find(id);
    if (order === undefined) {
      throw new OrderNotFoundError(id);
    }
    return order;
  }
}
