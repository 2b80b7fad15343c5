import { GenericSqliteDialect, type IGenericSqlite } from 'kysely-generic-sqlite';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** Distinct statements are few, but for multi-row inserts: one for each number of rows. */
const MAX_PREPARED = 128;

/** SQLite ends a transaction by itself on a full disk and the like; Kysely's rollback would fail then, and hide the reason. */
const NOTHING = { rows: [] };

/**
 * What a committed transaction outlives. `process`: the process, however it ends; a power cut or a crash of the system can lose the
 * last few, and never part of one. `power`: these as well, for an fsync per transaction, during which the process does nothing else.
 */
export type Durability = 'process' | 'power';

/** By https://www.sqlite.org/pragma.html#pragma_synchronous, with a write-ahead log. */
const SYNCHRONOUS = { process: 'NORMAL', power: 'FULL' } satisfies Record<Durability, string>;

/** `node:sqlite` for Kysely, in process, with a write-ahead log. */
export function sqliteDialect(file: string, durability: Durability = 'process'): GenericSqliteDialect {
  return new GenericSqliteDialect(() => executorOn(new DatabaseSync(file), durability));
}

function executorOn(database: DatabaseSync, durability: Durability): IGenericSqlite {
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${SYNCHRONOUS[durability]}; PRAGMA busy_timeout = 5000`,
  );
  const prepared = new Map<string, StatementSync>();
  return {
    db: database,
    query: (_isSelect, sql, parameters) => {
      if (sql === 'rollback' && !database.isTransaction) {
        return NOTHING;
      }
      const statement = preparedStatement(database, prepared, sql);
      const values = parameters as SQLInputValue[]; // Kysely binds what the query builder was given, here strings and numbers
      if (statement.columns().length > 0) {
        return { rows: statement.all(...values) as never[] }; // the row type is the query's; SQLite can't know it
      }
      const { changes, lastInsertRowid } = statement.run(...values);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    },
    close: () => {
      database.close();
    },
  };
}

function preparedStatement(database: DatabaseSync, prepared: Map<string, StatementSync>, sql: string): StatementSync {
  const known = prepared.get(sql);
  if (known !== undefined) {
    return known;
  }
  if (prepared.size >= MAX_PREPARED) {
    prepared.clear();
  }
  const statement = database.prepare(sql);
  prepared.set(sql, statement);
  return statement;
}
