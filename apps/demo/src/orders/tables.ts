import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The tables as Kysely types them. Columns hold text and integers alone; times are ISO 8601. */
export interface ShopTables {
  shop_order: OrderRow;
}

export interface OrderRow {
  id: string;
  customer: string;
  product_id: string;
  quantity: number;
  total_cents: number;
  currency: string;
  placed_at: string;
  fulfilled_at: string | null;
  /** The worker that did it. */
  fulfilled_by: string | null;
  /** When a job for it was last put into a queue, or is about to be. Null: it is due. */
  dispatched_at: string | null;
  /** How many jobs were put into a queue for it. */
  dispatches: number;
  /** By which the customer's client names this order when it sends it again; no two orders of a customer have the same. */
  idempotency_key: string | null;
}

/** By name, in the order in which they are run. One that was released is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-orders': {
    async up(database: Kysely<never>) {
      await database.schema
        .createTable('shop_order')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('customer', 'text', (column) => column.notNull())
        .addColumn('product_id', 'text', (column) => column.notNull())
        .addColumn('quantity', 'integer', (column) => column.notNull())
        .addColumn('total_cents', 'integer', (column) => column.notNull())
        .addColumn('currency', 'text', (column) => column.notNull())
        .addColumn('placed_at', 'text', (column) => column.notNull())
        .addColumn('fulfilled_at', 'text')
        .addColumn('fulfilled_by', 'text')
        .addColumn('dispatched_at', 'text')
        .addColumn('dispatches', 'integer', (column) => column.notNull())
        .execute();
      await database.schema
        .createIndex('shop_order_unfulfilled')
        .on('shop_order')
        .columns(['fulfilled_at', 'dispatched_at'])
        .execute();
      await database.schema.createIndex('shop_order_placed').on('shop_order').column('placed_at').execute();
    },
  },
  '0002-idempotency-keys': {
    async up(database: Kysely<never>) {
      await database.schema.alterTable('shop_order').addColumn('idempotency_key', 'text').execute();
      await database.schema
        .createIndex('shop_order_idempotency_key')
        .unique()
        .on('shop_order')
        .columns(['customer', 'idempotency_key'])
        .execute();
    },
  },
};
