import type { DatabaseLocation } from './database-location.ts';
import type { OpenOptions } from './open-database.ts';
import type { Durability } from './sqlite-dialect.ts';

const NAMES: Readonly<Record<keyof OpenOptions, true>> = {
  schema: true,
  migrations: true,
  ownership: true,
  durability: true,
  maxSessions: true,
  onSessionLost: true,
};
const DURABILITIES: Readonly<Record<Durability, true>> = { process: true, power: true };

/**
 * A session is called by its schema and the 36 characters of a claim, and Postgres cuts a name at 63 bytes (PostgreSQL documentation of
 * application_name): who holds a lock would not be known by a name that was cut.
 */
const MAX_SCHEMA_CHARACTERS = 26;
const SCHEMA = /^[A-Za-z_][\w-]*$/;
/** As many as a server of Postgres takes by default, of all who ask. */
const MOST_SESSIONS = 100;
/** As much of a text as a message shows. */
const MAX_SHOWN_CHARACTERS = 80;

/** Throws a TypeError or RangeError with the option, what it must be and what it is; of an address nothing is shown. */
export function requireValidLocation(location: DatabaseLocation): void {
  requireType('location', location, 'object');
  switch (location.kind) {
    case 'sqlite':
      requireType('location.file', location.file, 'string');
      if (location.file === '') {
        // SQLite would take it for a file of its own, which is gone when it is closed.
        throw new RangeError('location.file: must have at least 1 character, not ""');
      }
      break;
    case 'postgres':
      if (typeof location.url !== 'string') {
        throw new TypeError(`location.url: must be of type string, not of type ${typeof location.url}`);
      }
      break;
    default: {
      const { kind } = location as { kind: unknown };
      throw new RangeError(`location.kind: must be sqlite or postgres, not ${shown(kind)}`);
    }
  }
}

/** Throws as requireValidLocation does, also for an option that there is not. */
export function requireValidOptions(options: OpenOptions): void {
  requireType('openDatabase', options, 'object');
  for (const [option, value] of Object.entries(options)) {
    if (value !== undefined && !Object.hasOwn(NAMES, option)) {
      throw new TypeError(`openDatabase: has no option ${shown(option)}; there are ${Object.keys(NAMES).join(', ')}`);
    }
  }
  const { schema, migrations, ownership, durability, maxSessions, onSessionLost } = options;
  requireValidSchema(schema);
  requireType('migrations', migrations, 'object');
  if (ownership !== undefined) {
    requireType('ownership', ownership, 'object');
  }
  if (durability !== undefined && !Object.hasOwn(DURABILITIES, durability)) {
    throw new RangeError(`durability: must be process or power, not ${shown(durability)}`);
  }
  if (maxSessions !== undefined) {
    requireValidCount(maxSessions);
  }
  if (onSessionLost !== undefined) {
    requireType('onSessionLost', onSessionLost, 'function');
  }
}

function requireValidSchema(schema: string): void {
  requireType('schema', schema, 'string');
  if (schema.length > MAX_SCHEMA_CHARACTERS || !SCHEMA.test(schema)) {
    throw new RangeError(
      `schema: must be 1 to ${MAX_SCHEMA_CHARACTERS} letters, digits, dashes and underscores, with a letter or an underscore ` +
        `at the beginning, not ${shown(schema)}`,
    );
  }
}

function requireValidCount(maxSessions: number): void {
  if (!Number.isInteger(maxSessions) || maxSessions < 1 || maxSessions > MOST_SESSIONS) {
    throw new RangeError(`maxSessions: must be an integer from 1 to ${MOST_SESSIONS}, not ${shown(maxSessions)}`);
  }
}

function requireType(option: string, value: unknown, type: 'function' | 'object' | 'string'): void {
  if (typeof value !== type || value === null) {
    throw new TypeError(`${option}: must be of type ${type}, not ${shown(value)}`);
  }
}

/** Neither what is in an object, which may be secret, nor the text of a function. */
function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > MAX_SHOWN_CHARACTERS ? `${value.slice(0, MAX_SHOWN_CHARACTERS)}…` : value);
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'function':
      return 'a function';
    default:
      return String(value);
  }
}
