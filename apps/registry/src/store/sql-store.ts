import type { Kysely, Transaction } from 'kysely';

import { type DatabaseLocation, openDatabase, type Ownership } from '@signalbox/database';

import type { InstanceRecord } from '../catalog/instance.ts';
import type { Amendment, RegistrationStore, StoredOverride, StoreWrite } from '../catalog/registration-store.ts';
import type { InstanceRow, RegistryTables } from './schema.ts';

import { type InstanceKey, keyText } from '../catalog/registration.ts';
import { migrations } from './migrations.ts';
import { fromRow, toAmendedColumns, toOverride, toRow } from './rows.ts';

const EPOCH_ROW = 1;
const SCHEMA = 'signalbox_registry';
/** Rows per statement when all are read: what a statement may take is bounded. */
const PAGE_ROWS = 10_000;

type Writer = Transaction<RegistryTables>;

export interface SqlStoreOptions {
  /** Needed on Postgres, where another registry could open the same database. */
  readonly ownership: Ownership;
  /** Told of a connection that broke while nobody used it. */
  readonly onSessionLost?: (error: Error) => void;
}

/** Registrations, overrides and the epoch in an SQL database, in SQL that SQLite and Postgres both speak. */
export class SqlStore implements RegistrationStore {
  readonly #database: Kysely<RegistryTables>;

  private constructor(database: Kysely<RegistryTables>) {
    this.#database = database;
  }

  /** Brings the tables up to date first. Rejects with what `openDatabase` rejects with. */
  static async open(location: DatabaseLocation, options: SqlStoreOptions): Promise<SqlStore> {
    return new SqlStore(await openDatabase<RegistryTables>(location, { schema: SCHEMA, migrations, ...options }));
  }

  async nextEpoch(firstEpoch: number): Promise<number> {
    return await this.#database.transaction().execute(async (writer) => {
      const { epoch } = await writer
        .insertInto('epoch')
        .values({ id: EPOCH_ROW, epoch: firstEpoch })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet((eb) => ({ epoch: eb(eb.ref('epoch.epoch'), '+', 1) })),
        )
        .returning('epoch')
        .executeTakeFirstOrThrow();
      return epoch;
    });
  }

  async registrations(): Promise<readonly InstanceRecord[]> {
    const records: InstanceRecord[] = [];
    for (let page = await this.#instancesAfter(undefined); ; page = await this.#instancesAfter(page.at(-1))) {
      records.push(...page.map(fromRow));
      if (page.length < PAGE_ROWS) {
        return records;
      }
    }
  }

  async overrides(): Promise<readonly StoredOverride[]> {
    const rows = await this.#database.selectFrom('override').selectAll().orderBy('service').orderBy('id').execute();
    return rows.map(toOverride);
  }

  async write(writes: readonly StoreWrite[]): Promise<void> {
    await this.#database.transaction().execute(async (writer) => {
      for (const run of runsOfRegistrations(writes)) {
        await (Array.isArray(run) ? insertAll(writer, run) : writeOne(writer, run));
      }
    });
  }

  async close(): Promise<void> {
    await this.#database.destroy();
  }

  async #instancesAfter(last: InstanceRow | undefined): Promise<InstanceRow[]> {
    return await this.#database
      .selectFrom('instance')
      .selectAll()
      .$if(last !== undefined, (query) =>
        query.where((eb) => eb(eb.refTuple('service', 'id'), '>', eb.tuple(last?.service ?? '', last?.id ?? ''))),
      )
      .orderBy('service')
      .orderBy('id')
      .limit(PAGE_ROWS)
      .execute();
  }
}

type Registering = Extract<StoreWrite, { type: 'register' }>;

/** Registrations in a row go into one statement, in which each instance may stand but once. */
function runsOfRegistrations(writes: readonly StoreWrite[]): (Registering[] | Exclude<StoreWrite, Registering>)[] {
  const runs: (Registering[] | Exclude<StoreWrite, Registering>)[] = [];
  let named = new Set<string>();
  for (const write of writes) {
    const last = runs.at(-1);
    if (write.type !== 'register') {
      runs.push(write);
      continue;
    }
    const name = keyText(write.record.registration);
    if (Array.isArray(last) && !named.has(name)) {
      last.push(write);
      named.add(name);
    } else {
      runs.push([write]);
      named = new Set([name]);
    }
  }
  return runs;
}

async function insertAll(writer: Writer, registering: readonly Registering[]): Promise<void> {
  await writer
    .insertInto('instance')
    .values(registering.map(({ record }) => toRow(record)))
    .onConflict((conflict) =>
      conflict.columns(['service', 'id']).doUpdateSet((eb) => ({
        registration: eb.ref('excluded.registration'),
        registered_at: eb.ref('excluded.registered_at'),
        draining: eb.ref('excluded.draining'),
        configuration_version: eb.ref('excluded.configuration_version'),
        checks: eb.ref('excluded.checks'),
      })),
    )
    .execute();
}

async function writeOne(writer: Writer, write: Exclude<StoreWrite, Registering>): Promise<void> {
  switch (write.type) {
    case 'amend':
      await amend(writer, write.key, write.amendment);
      break;
    case 'remove':
      await remove(writer, 'instance', write.key);
      break;
    case 'override':
      await override(writer, { service: write.key.service, id: write.key.id, status: write.status });
      break;
    case 'clear-override':
      await remove(writer, 'override', write.key);
      break;
    case 'raise-epoch':
      await writer.updateTable('epoch').set({ epoch: write.epoch }).where('epoch', '<', write.epoch).execute();
      break;
    case 'touch':
      await writer
        .updateTable('epoch')
        .set((eb) => ({ epoch: eb.ref('epoch') }))
        .execute();
  }
}

async function amend(writer: Writer, { service, id }: InstanceKey, amendment: Amendment): Promise<void> {
  await writer
    .updateTable('instance')
    .set(toAmendedColumns(amendment))
    .where('service', '=', service)
    .where('id', '=', id)
    .execute();
}

async function remove(writer: Writer, table: 'instance' | 'override', { service, id }: InstanceKey): Promise<void> {
  await writer.deleteFrom(table).where('service', '=', service).where('id', '=', id).execute();
}

async function override(writer: Writer, stored: StoredOverride): Promise<void> {
  await writer
    .insertInto('override')
    .values(stored)
    .onConflict((conflict) => conflict.columns(['service', 'id']).doUpdateSet({ status: stored.status }))
    .execute();
}
