import type { Kysely, Transaction } from 'kysely';

import { randomUUID } from 'node:crypto';

import { type DatabaseLocation, openDatabase, type OpenOptions } from '@signalbox/database';

import type { AuditEnding, AuditEntry, AuditFilter, AuditStore } from '../editing/audit-store.ts';
import type { AuditTables } from './schema.ts';

import { AuditStorageFullError, AuditUnavailableError } from '../errors.ts';
import { migrations } from './migrations.ts';
import { endedDetails, fromRow, toOutcomeColumns, toRow } from './rows.ts';

const SCHEMA = 'signalbox_config_server';
/** SQLITE_FULL of the SQLite result codes. */
const SQLITE_FULL = 13;
/** Eleven values each: SQLite takes 32,766 in a statement (SQLITE_MAX_VARIABLE_NUMBER), Postgres 65,535. */
const ROWS_AT_ONCE = 1_000;

/** The audit in an SQL database, in SQL that SQLite and Postgres both speak. */
export class SqlAuditStore implements AuditStore {
  readonly #database: Kysely<AuditTables>;

  private constructor(database: Kysely<AuditTables>) {
    this.#database = database;
  }

  /** Brings the tables up to date first. Rejects with what `openDatabase` rejects with. */
  static async open(
    location: DatabaseLocation,
    options: Pick<OpenOptions, 'onSessionLost'> = {},
  ): Promise<SqlAuditStore> {
    return new SqlAuditStore(
      await openDatabase<AuditTables>(location, { ...options, schema: SCHEMA, migrations, durability: 'power' }),
    );
  }

  async write(entries: readonly AuditEntry[], endings: readonly AuditEnding[]): Promise<void> {
    await unlessUnavailable(
      this.#database.transaction().execute(async (writer) => {
        for (let at = 0; at < entries.length; at += ROWS_AT_ONCE) {
          const rows = entries.slice(at, at + ROWS_AT_ONCE).map(toRow);
          await writer.insertInto('audit_entry').values(rows).execute();
        }
        for (const ending of endings) {
          await end(writer, ending);
        }
      }),
    );
  }

  async list({ service, environment, actor, before, limit }: AuditFilter): Promise<readonly AuditEntry[]> {
    let query = this.#database.selectFrom('audit_entry').selectAll().orderBy('id', 'desc').limit(limit);
    if (service !== undefined) {
      query = query.where('service', '=', service);
    }
    if (environment !== undefined) {
      query = query.where('environment', '=', environment);
    }
    if (actor !== undefined) {
      query = query.where('actor', '=', actor);
    }
    if (before !== undefined) {
      query = query.where('id', '<', before);
    }
    const rows = await unlessUnavailable(query.execute());
    return rows.map(fromRow);
  }

  async check(): Promise<void> {
    const id = `check ${randomUUID()}`;
    const entry = {
      id,
      timeMs: 0,
      actor: '',
      action: 'update',
      service: '',
      touched: { keys: [], keyCount: 0 },
    } as const;
    await unlessUnavailable(
      this.#database.transaction().execute(async (writer) => {
        await writer
          .insertInto('audit_entry')
          .values(toRow({ ...entry, outcome: { kind: 'pending' } }))
          .execute();
        await writer.deleteFrom('audit_entry').where('id', '=', id).execute();
      }),
    );
  }

  async close(): Promise<void> {
    await this.#database.destroy();
  }
}

async function end(writer: Transaction<AuditTables>, ending: AuditEnding): Promise<void> {
  const found = await writer.selectFrom('audit_entry').select('details').where('id', '=', ending.id).executeTakeFirst();
  if (found !== undefined) {
    await writer
      .updateTable('audit_entry')
      .set({ ...toOutcomeColumns(ending.outcome), details: endedDetails(found.details, ending) })
      .where('id', '=', ending.id)
      .execute();
  }
}

async function unlessUnavailable<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const { errcode } = error as { errcode?: unknown }; // node:sqlite does not export its error class
    throw errcode === SQLITE_FULL ? new AuditStorageFullError(error) : new AuditUnavailableError(error);
  }
}
