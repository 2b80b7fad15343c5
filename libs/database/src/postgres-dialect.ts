import type { ClientBase, Pool, PoolClient } from 'pg';

import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';

import type { Ownership } from './ownership.ts';

import { endsSession, toDatabaseError } from './postgres-errors.ts';

export interface PostgresOptions {
  readonly url: string;
  /** Made when it is not there; every name in a statement is looked for in it. */
  readonly schema: string;
  /** Taken on every session. There is but one session at a time then. */
  readonly ownership?: Ownership;
  /** Sessions at a time; who asks for one more waits up to `connectTimeoutMs`. 1 with an ownership. @default 4 */
  readonly maxSessions?: number;
  /** @default 5_000 */
  readonly connectTimeoutMs?: number;
  /** How long one statement may take; the server ends it, and where it does not, the session is given up a second later. @default 5_000 */
  readonly statementTimeoutMs?: number;
  /** Told of a session that broke while nobody used it; the next statement opens another. */
  readonly onSessionLost?: (error: Error) => void;
}

const DEFAULTS = {
  maxSessions: 4,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 5_000,
  onSessionLost: () => undefined,
} satisfies Partial<PostgresOptions>;

type Chosen = PostgresOptions & Required<Omit<PostgresOptions, 'ownership'>>;

/** What the server gets to end a statement by itself before the session is given up. */
const SERVER_GRACE_MS = 1_000;
/** What waits for a lock longer than this waits for a session that is gone or hangs. */
const LOCK_TIMEOUT_MS = 2_000;

/** For Kysely. Loads `pg` when it is called, and not before. Connects when it is first asked something. */
export async function postgresDialect(options: PostgresOptions): Promise<PostgresDialect> {
  const { default: pg } = await import('pg');
  const {
    maxSessions = DEFAULTS.maxSessions,
    connectTimeoutMs = DEFAULTS.connectTimeoutMs,
    statementTimeoutMs = DEFAULTS.statementTimeoutMs,
    onSessionLost = DEFAULTS.onSessionLost,
  } = options;
  const chosen = { ...options, maxSessions, connectTimeoutMs, statementTimeoutMs, onSessionLost };
  const pool = new pg.Pool({
    connectionString: chosen.url,
    max: chosen.ownership === undefined ? chosen.maxSessions : 1,
    // The session that owns the schema is kept; others go after pg's own ten seconds without use.
    ...(chosen.ownership !== undefined && { idleTimeoutMillis: 0 }),
    connectionTimeoutMillis: chosen.connectTimeoutMs,
    query_timeout: chosen.statementTimeoutMs + SERVER_GRACE_MS,
    keepAlive: true,
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- pg-pool awaits it, and gives the session up when it rejects
    onConnect: (client) => prepareSession(client, chosen),
  });
  pool.on('error', chosen.onSessionLost);
  return new PostgresDialect({ pool: checkedPool(pool) });
}

async function prepareSession(client: ClientBase, { schema, ownership, statementTimeoutMs }: Chosen): Promise<void> {
  // A session that breaks in use says so by its statements; without a listener the event would end the process.
  client.on('error', () => undefined);
  const settings = {
    application_name: schema,
    search_path: `"${schema}"`,
    statement_timeout: statementTimeoutMs,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    default_transaction_isolation: 'read committed',
    // The server notices within 25 s that a machine is gone, and lets go of its locks.
    tcp_keepalives_idle: 10,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 3,
  };
  await client.query(
    'select set_config(name, value, false) from unnest($1::text[], $2::text[]) as setting (name, value)',
    [Object.keys(settings), Object.values(settings).map(String)],
  );
  await ownership?.takeOn(client, schema);
}

/** The pool as Kysely sees it: sessions that broke or hang are not used again, and errors are this library's own. */
function checkedPool(pool: Pool): PostgresPool {
  return {
    options: {},
    end: () => pool.end(),
    connect: async () => {
      try {
        return new CheckedSession(await pool.connect()) as unknown as PostgresPoolClient; // but for cursors, which nobody asks for
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
  };
}

/** The server rolls back what a broken session left open. */
const ROLLED_BACK = { command: 'ROLLBACK', rowCount: 0, rows: [] } as const;

class CheckedSession {
  readonly #client: PoolClient;
  #isBroken = false;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<{ readonly rows: readonly unknown[] }> {
    if (this.#isBroken && sql === 'rollback') {
      return ROLLED_BACK;
    }
    try {
      return await this.#client.query(sql, [...parameters]);
    } catch (error) {
      this.#isBroken ||= endsSession(error);
      throw toDatabaseError(error);
    }
  }

  release(destroy = false): void {
    this.#client.release(destroy || this.#isBroken);
  }
}
