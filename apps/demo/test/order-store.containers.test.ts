import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { openDatabase } from '@signalbox/database';
import { type ServiceContainer, startPostgres } from '@signalbox/testkit/containers';

import { OrderStore } from '../src/orders/order-store.ts';
import { describeOrderStore } from './order-store.conformance.ts';

let postgres: ServiceContainer;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
});

const open = () => OrderStore.open({ kind: 'postgres', url: postgres.url });

async function forgetEverything(): Promise<void> {
  const location = { kind: 'postgres', url: postgres.url } as const;
  const database = await openDatabase(location, { schema: 'operator', migrations: {} });
  await sql`drop schema if exists shop cascade`.execute(database);
  await database.destroy();
}

describeOrderStore('orders in Postgres', async () => {
  await forgetEverything();
  return await open();
});

it('replicas that start at once make the tables once', async () => {
  await forgetEverything();

  const stores = await Promise.all([open(), open(), open()]);

  expect(await Promise.all(stores.map((store) => store.salesOf('2026-01-31')))).toHaveLength(3);
  await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
});
