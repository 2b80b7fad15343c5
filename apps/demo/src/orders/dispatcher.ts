import type { Clock } from '@signalbox/clock';

import type { JobQueues } from '../queue/job-queues.ts';
import type { OrderStore } from './order-store.ts';
import type { Order } from './order.ts';

/** How often it is looked whether there is an order without a job. */
const SWEEP_EVERY_MS = 1_000;
/** A job that is not done by then may have been lost with its queue. */
const LOST_AFTER_MS = 60_000;

export interface DispatcherOptions {
  readonly store: OrderStore;
  readonly queues: Pick<JobQueues, 'add'>;
  readonly clock: Clock;
  /** Told why a sweep failed: once until one succeeds. */
  readonly onProblem: (reason: string) => void;
}

/** Puts a job into its queue for each order: at once where the queue can be reached, else as soon as it can. */
export class Dispatcher {
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Rejects only where the database does. An order whose job could not be queued is due. */
  async place(order: Order): Promise<void> {
    await this.#options.store.place(order);
    await this.#dispatch(order.id);
  }

  /** Sweeps until told to stop. */
  async run(stopping: AbortSignal): Promise<void> {
    const { clock, onProblem } = this.#options;
    let isTold = false;
    while (!stopping.aborted) {
      const problem = await this.sweep();
      if (problem !== undefined && !isTold) {
        onProblem(problem);
      }
      isTold = problem !== undefined;
      await clock.sleep(SWEEP_EVERY_MS, stopping).catch(() => undefined); // only the signal ends it early
    }
  }

  /** Dispatches what is due; resolves with the reason where it could not. */
  async sweep(): Promise<string | undefined> {
    const { store, clock } = this.#options;
    const now = clock.now();
    try {
      const due = await store.takeDue({
        lostBefore: new Date(now - LOST_AFTER_MS).toISOString(),
        now: new Date(now).toISOString(),
      });
      const problems = await Promise.all(due.map((id) => this.#dispatch(id)));
      return problems.find((problem) => problem !== undefined);
    } catch (error) {
      return (error as Error).message; // the store rejects with errors
    }
  }

  /** Resolves with the reason where the job could not be queued. */
  async #dispatch(orderId: string): Promise<string | undefined> {
    const { store, queues } = this.#options;
    try {
      await queues.add({ kind: 'fulfil-order', orderId });
    } catch (error) {
      await store.settleDispatch(orderId, 'due');
      return (error as Error).message; // ioredis rejects with errors
    }
    await store.settleDispatch(orderId, 'queued');
    return undefined;
  }
}
