import { type Dialect, Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';

import { RetryPolicy } from '@signalbox/retry';

import type { DatabaseLocation } from './database-location.ts';
import type { Ownership } from './ownership.ts';

import { DatabaseTimeoutError } from './errors.ts';
import { requireValidLocation, requireValidOptions } from './open-options.ts';
import { postgresDialect } from './postgres-dialect.ts';
import { type Durability, sqliteDialect } from './sqlite-dialect.ts';

export interface OpenOptions {
  /** On Postgres, where the tables are: 1 to 26 letters, digits, dashes and underscores. SQLite has a file for each app. */
  readonly schema: string;
  /** By name, in the order in which they are run. */
  readonly migrations: Readonly<Record<string, Migration>>;
  /** On Postgres, for an app that must be alone; a file of SQLite's is in a data directory that is. */
  readonly ownership?: Ownership;
  /** On SQLite; a Postgres server has its own say. @default 'process' */
  readonly durability?: Durability;
  /** On Postgres: sessions at a time, 1 to 100; with an `ownership` there is one. @default 4 */
  readonly maxSessions?: number;
  /** On Postgres: told of a connection that broke while nobody used it. The next statement opens another. */
  readonly onSessionLost?: (error: Error) => void;
}

/** A server that is busy when its clients start often answers the next time. Whatever else is wrong is told at once. */
const opening = new RetryPolicy({
  attempts: 3,
  deadlineMs: Infinity, // each attempt has bounds of its own
  judgeError: (error) => (error instanceof DatabaseTimeoutError ? 'again' : 'final'),
});

/**
 * A database with its tables up to date; `destroy()` closes it. Processes that open one at the same time migrate it one after the other,
 * under a lock of the database's. A Postgres server that does not answer in time is asked three times in all. Rejects, with nothing left
 * open, with a TypeError or RangeError for an option that can't be, with what SQLite says, with DatabaseUnavailableError, DatabaseTakenError, or a migration's error.
 */
export async function openDatabase<Tables>(location: DatabaseLocation, options: OpenOptions): Promise<Kysely<Tables>> {
  requireValidLocation(location);
  requireValidOptions(options);
  const database = new Kysely<Tables>({ dialect: await dialectFor(location, options) });
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve({ ...options.migrations }) },
    ...(location.kind === 'postgres' && { migrationTableSchema: options.schema }),
  });
  try {
    await opening.execute(() => migrate(migrator), { isIdempotent: true });
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return database;
}

async function migrate(migrator: Migrator): Promise<void> {
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw error instanceof Error ? error : new Error('a migration failed', { cause: error });
  }
}

async function dialectFor(location: DatabaseLocation, options: OpenOptions): Promise<Dialect> {
  const { schema, ownership, durability, maxSessions, onSessionLost } = options;
  return location.kind === 'sqlite'
    ? sqliteDialect(location.file, durability)
    : await postgresDialect({
        url: location.url,
        schema,
        ...(ownership && { ownership }),
        ...(maxSessions !== undefined && { maxSessions }),
        ...(onSessionLost && { onSessionLost }),
      });
}
