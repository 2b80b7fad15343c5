import type { Kysely } from 'kysely';

import { type DatabaseLocation, openDatabase, type OpenOptions } from '@signalbox/database';

import type { Fulfilment, Order } from './order.ts';

import { migrations, type OrderRow, type ShopTables } from './tables.ts';

/** An order that has been fulfilled no more than placed is put into a queue again, and so often at most. */
const MAX_DISPATCHES = 5;
/** Orders that are dispatched in one go. */
const DISPATCH_BATCH = 100;

/** Those of `openDatabase` that are not the store's own. */
export type OrderStoreOptions = Pick<OpenOptions, 'maxSessions' | 'onSessionLost'>;

export interface DaySales {
  readonly orders: number;
  readonly totalCents: number;
}

/**
 * The orders, in SQL. What has to be done for an order is written with the order itself: that a job could not be put into a queue, or
 * was lost with it, is seen here, and made good.
 */
export class OrderStore implements AsyncDisposable {
  readonly #database: Kysely<ShopTables>;

  private constructor(database: Kysely<ShopTables>) {
    this.#database = database;
  }

  /** Opens the database and brings its tables up to date; rejects as `openDatabase` does. */
  static async open(location: DatabaseLocation, options: OrderStoreOptions = {}): Promise<OrderStore> {
    return new OrderStore(await openDatabase<ShopTables>(location, { ...options, schema: 'shop', migrations }));
  }

  /**
   * Whether it was placed: not where its customer has placed an order by this key. Whoever places it dispatches it: see
   * `settleDispatch`.
   */
  async place(order: Order, idempotencyKey?: string): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('shop_order')
      .values({
        id: order.id,
        customer: order.customer,
        product_id: order.productId,
        quantity: order.quantity,
        total_cents: order.totalCents,
        currency: order.currency,
        placed_at: order.placedAt,
        fulfilled_at: null,
        fulfilled_by: null,
        dispatched_at: order.placedAt,
        dispatches: 0,
        idempotency_key: idempotencyKey ?? null,
      })
      .onConflict((conflict) => conflict.columns(['customer', 'idempotency_key']).doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  async find(id: string): Promise<Order | undefined> {
    const row = await this.#database.selectFrom('shop_order').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toOrder(row);
  }

  /** The order that a customer placed by this key. */
  async findByKey(customer: string, idempotencyKey: string): Promise<Order | undefined> {
    const row = await this.#database
      .selectFrom('shop_order')
      .selectAll()
      .where('customer', '=', customer)
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirst();
    return row && toOrder(row);
  }

  /** Whether it was this call that fulfilled it: a job may be done twice, its order is fulfilled once. */
  async fulfil(id: string, { at, by }: Fulfilment): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('shop_order')
      .set({ fulfilled_at: at, fulfilled_by: by })
      .where('id', '=', id)
      .where('fulfilled_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /**
   * Orders for which a job is due: there is none yet, or one was put into a queue before `lostBefore` and is not done. They are the
   * caller's to dispatch; nobody else gets them meanwhile.
   */
  async takeDue({ lostBefore, now }: { lostBefore: string; now: string }): Promise<readonly string[]> {
    const due = this.#database
      .selectFrom('shop_order')
      .select('id')
      .where('fulfilled_at', 'is', null)
      .where('dispatches', '<', MAX_DISPATCHES)
      .where((order) => order.or([order('dispatched_at', 'is', null), order('dispatched_at', '<', lostBefore)]))
      .limit(DISPATCH_BATCH);
    const rows = await this.#database
      .updateTable('shop_order')
      .set({ dispatched_at: now })
      .where('id', 'in', due)
      // Postgres looks at this again where another replica was faster.
      .where((order) => order.or([order('dispatched_at', 'is', null), order('dispatched_at', '<', lostBefore)]))
      .returning('id')
      .execute();
    return rows.map(({ id }) => id);
  }

  /** What became of a dispatch: the job is in its queue, or the order is due again. */
  async settleDispatch(id: string, outcome: 'queued' | 'due'): Promise<void> {
    await this.#database
      .updateTable('shop_order')
      .set((row) => (outcome === 'queued' ? { dispatches: row('dispatches', '+', 1) } : { dispatched_at: null }))
      .where('id', '=', id)
      .execute();
  }

  /** What was placed on a day in UTC, `2026-01-31`. */
  async salesOf(day: string): Promise<DaySales> {
    const { orders, cents } = await this.#database
      .selectFrom('shop_order')
      .select(({ fn }) => [fn.countAll().as('orders'), fn.sum<string | number | null>('total_cents').as('cents')])
      .where('placed_at', '>=', day)
      .where('placed_at', '<', `${day}U`) // sorts after the T of every time of that day
      .executeTakeFirstOrThrow();
    return { orders: Number(orders), totalCents: Number(cents ?? 0) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database.destroy();
  }
}

function toOrder(row: OrderRow): Order {
  const { fulfilled_at: at, fulfilled_by: by } = row;
  return {
    id: row.id,
    customer: row.customer,
    productId: row.product_id,
    quantity: row.quantity,
    totalCents: row.total_cents,
    currency: row.currency,
    placedAt: row.placed_at,
    fulfilment: at === null || by === null ? undefined : { at, by },
  };
}
