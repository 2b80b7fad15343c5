import type { Clock } from '@signalbox/clock';

import type { JobQueues } from '../queue/job-queues.ts';
import type { OrderStore } from './order-store.ts';
import type { Order } from './order.ts';

/** How often it is looked whether there is an order without a job. */
const SWEEP_EVERY_MS = 1_000;
/** A job that is not done by then may have been lost with its queue. */
const LOST_AFTER_MS = 60_000;

export interface DispatcherOptions {
  readonly store: Pick<OrderStore, 'place' | 'settleDispatch' | 'takeDue'>;
  readonly queues: Pick<JobQueues, 'add'>;
  readonly clock: Clock;
  /** Told why orders have to wait: once, until a sweep succeeds. */
  readonly onProblem: (reason: string) => void;
}

/** Puts a job into its queue for each order: at once where the queue can be reached, else as soon as it can. */
export class Dispatcher {
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /**
   * Whether it was placed: not where its customer has placed an order by this key. Rejects only where it is not placed: an order whose job
   * could not be queued is swept up later.
   */
  async place(order: Order, idempotencyKey?: string): Promise<boolean> {
    const isPlaced = await this.#options.store.place(order, idempotencyKey);
    if (isPlaced) {
      await this.#dispatch(order.id);
    }
    return isPlaced;
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

  /**
   * Never rejects; resolves with the reason where the job could not be queued. Where the store can't be told either, the order is taken
   * for lost later.
   */
  async #dispatch(orderId: string): Promise<string | undefined> {
    const { store, queues } = this.#options;
    try {
      const problem = await problemOf(queues.add({ kind: 'fulfil-order', orderId }));
      await store.settleDispatch(orderId, problem === undefined ? 'queued' : 'due');
      return problem;
    } catch (error) {
      return (error as Error).message; // the store rejects with errors
    }
  }
}

async function problemOf(adding: Promise<void>): Promise<string | undefined> {
  try {
    await adding;
    return undefined;
  } catch (error) {
    return (error as Error).message; // ioredis rejects with errors
  }
}
