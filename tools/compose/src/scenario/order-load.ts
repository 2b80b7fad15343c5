import type { Clock } from '@signalbox/clock';

import type { Customer } from '../customer.ts';
import type { OrderLedger } from './order-ledger.ts';

import { RefusedError } from '../errors.ts';

const PAUSE_MS = 250;
const MAX_REASONS = 5;

export interface OrderLoadOptions {
  readonly clock: Clock;
  readonly ledger: OrderLedger;
  /** Statuses by which an order may be refused. */
  readonly mayRefuseWith: readonly number[];
}

/** A customer who places one order after the other, each once, whatever becomes of it. */
export class OrderLoad {
  readonly #customer: Pick<Customer, 'placeOrder'>;
  readonly #options: OrderLoadOptions;
  readonly #broken: string[] = [];
  readonly #stopping = new AbortController();
  readonly #placing: Promise<void>;
  #acknowledged = 0;
  #refused = 0;

  private constructor(customer: Pick<Customer, 'placeOrder'>, options: OrderLoadOptions) {
    this.#customer = customer;
    this.#options = options;
    this.#placing = this.#keepPlacing(this.#stopping.signal);
  }

  static start(customer: Pick<Customer, 'placeOrder'>, options: OrderLoadOptions): OrderLoad {
    return new OrderLoad(customer, options);
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** How many were refused as they may be. */
  get refused(): number {
    return this.#refused;
  }

  /** What became of orders that may not happen, the first few. */
  get broken(): readonly string[] {
    return this.#broken;
  }

  /** Places no more; resolves when the one under way is answered. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#placing;
  }

  async #keepPlacing(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#place();
      await this.#options.clock.sleep(PAUSE_MS, signal).catch(() => undefined); // only the signal ends a sleep early
    }
  }

  async #place(): Promise<void> {
    try {
      this.#options.ledger.acknowledge(await this.#customer.placeOrder('lamp', 1));
      this.#acknowledged += 1;
    } catch (error) {
      if (error instanceof RefusedError && this.#options.mayRefuseWith.includes(error.status)) {
        this.#refused += 1;
      } else if (this.#broken.length < MAX_REASONS) {
        this.#broken.push(error instanceof Error ? error.message : String(error));
      }
    }
  }
}
