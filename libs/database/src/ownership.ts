import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';

import { DatabaseTakenError, OwnershipLostError } from './errors.ts';
import { sqlStateOf } from './postgres-errors.ts';

/** As much of a session as is needed here. */
export interface Session {
  query(sql: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** First half of the advisory lock's key, "sgbx" in ASCII, to keep clear of the locks of others in the same database. */
const LOCK_SPACE = 0x73_67_62_78;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * That one process alone writes to a schema. Every session takes the schema's advisory lock before anything else is asked on it, so that
 * nothing is ever written without the lock: it comes and goes with the session.
 *
 * | state | session opens, nobody else has been here | session opens, somebody holds the lock or has held it since |
 * | ----- | ---------------------------------------- | ----------------------------------------------------------- |
 * | new   | owned                                    | new, if still held: DatabaseTakenError; else owned           |
 * | owned | owned                                    | lost: OwnershipLostError                                    |
 * | lost  |                                          | lost: OwnershipLostError                                    |
 */
export class Ownership {
  /** Written into the schema, where whoever comes next overwrites it. */
  readonly #claim = randomUUID();
  #state: 'new' | 'owned' | 'lost' = 'new';

  /** Another process has written since: for good. */
  get isLost(): boolean {
    return this.#state === 'lost';
  }

  /** To be called on each new session. Rejects with DatabaseTakenError or OwnershipLostError. */
  async takeOn(session: Session, schema: string): Promise<void> {
    const key = [LOCK_SPACE, crc32(schema) | 0];
    switch (this.#state) {
      case 'new':
        await this.#takeFirst(session, { schema, key });
        this.#state = 'owned';
        break;
      case 'owned':
        await this.#takeAgain(session, { schema, key });
        break;
      case 'lost':
        throw new OwnershipLostError();
    }
  }

  async #takeFirst(session: Session, { schema, key }: Place): Promise<void> {
    if (!(await this.#lock(session, { schema, key }))) {
      throw new DatabaseTakenError(await holderOf(session, key));
    }
    const { rows } = await session.query('select 1 where to_regnamespace($1) is not null', [`"${schema}"`]);
    if (rows.length === 0) {
      await session.query(`create schema "${schema}"`);
    }
    await session.query(
      'create table if not exists ownership (id integer primary key check (id = 1), claim text not null)',
    );
    await session.query(
      'insert into ownership (id, claim) values (1, $1) on conflict (id) do update set claim = excluded.claim',
      [this.#claim],
    );
  }

  async #takeAgain(session: Session, { schema, key }: Place): Promise<void> {
    await this.#endFormerSessions(session, { schema, key });
    const isLocked = await this.#lock(session, { schema, key });
    const unchanged =
      isLocked && (await session.query('select 1 from ownership where id = 1 and claim = $1', [this.#claim]));
    if (unchanged === false || unchanged.rows.length === 0) {
      this.#state = 'lost';
      throw new OwnershipLostError();
    }
  }

  /** Waits for as long as the session's lock_timeout: the server may not have noticed yet that the last holder is gone. */
  async #lock(session: Session, { schema, key }: Place): Promise<boolean> {
    await session.query("select set_config('application_name', $1, false)", [this.#nameIn(schema)]);
    try {
      await session.query('select pg_advisory_lock($1, $2)', key);
      return true;
    } catch (error) {
      if (sqlStateOf(error) === LOCK_NOT_AVAILABLE) {
        return false;
      }
      throw error;
    }
  }

  /** Where a connection broke on the way, the server holds its session for open, and the lock with it. */
  async #endFormerSessions(session: Session, { schema, key }: Place): Promise<void> {
    await session.query(
      `select pg_terminate_backend(pid) from (${HOLDERS}) holder where application_name = $3 and pid <> pg_backend_pid()`,
      [...unsigned(key), this.#nameIn(schema)],
    );
  }

  /** Short enough for Postgres, which cuts names at 63 bytes. */
  #nameIn(schema: string): string {
    return `${schema} ${this.#claim}`;
  }
}

interface Place {
  readonly schema: string;
  readonly key: readonly number[];
}

const HOLDERS = `select activity.pid, application_name, client_addr, backend_start
  from pg_locks join pg_stat_activity activity on activity.pid = pg_locks.pid
  where locktype = 'advisory' and granted and classid::text = $1 and objid::text = $2
    and database = (select oid from pg_database where datname = current_database())`;

async function holderOf(session: Session, key: readonly number[]): Promise<string> {
  const { rows } = await session.query(
    `select pid, host(client_addr) as address, to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since
     from (${HOLDERS}) holder`,
    unsigned(key),
  );
  const [holder] = rows as readonly { pid: number; address: string | null; since: string | null }[]; // the columns asked for
  return holder === undefined
    ? 'a session that has just ended'
    : `session ${holder.pid} from ${holder.address ?? 'this machine'}, since ${holder.since ?? 'before'}`;
}

/** As `pg_locks` shows the halves of a key. */
function unsigned(key: readonly number[]): string[] {
  return key.map((half) => String(half >>> 0));
}
