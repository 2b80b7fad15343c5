import { sql } from 'kysely';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import type { DatabaseLocation } from './database-location.ts';

import { openDatabase, type OpenOptions } from './open-database.ts';

const VALID: OpenOptions = { schema: 'notes', migrations: {} };

/** As JavaScript calls, which no type holds back. */
function opening(options: Record<string, unknown>, location: unknown = { kind: 'sqlite', file: ':memory:' }) {
  return openDatabase(location as DatabaseLocation, { ...VALID, ...options });
}

describe('opening a database', () => {
  it.each([
    [{ schema: '' }, /^schema: must be 1 to 26 letters, digits, dashes and underscores, .*, not ""$/],
    [{ schema: 'a"; drop schema b' }, /^schema: must be 1 to 26 .*, not "a\\"; drop schema b"$/],
    [{ schema: 'x'.repeat(27) }, /^schema: must be 1 to 26 /],
    [{ schema: undefined }, 'schema: must be of type string, not undefined'],
    [{ migrations: 'later' }, 'migrations: must be of type object, not "later"'],
    [{ ownership: true }, 'ownership: must be of type object, not true'],
    [{ durability: 'fast' }, 'durability: must be process or power, not "fast"'],
    [{ maxSessions: 0 }, 'maxSessions: must be an integer from 1 to 100, not 0'],
    [{ maxSessions: 101 }, 'maxSessions: must be an integer from 1 to 100, not 101'],
    [{ maxSessions: '4' }, 'maxSessions: must be an integer from 1 to 100, not "4"'],
    [{ onSessionLost: {} }, 'onSessionLost: must be of type function, not an object'],
    [
      { durabilty: 'power' },
      'openDatabase: has no option "durabilty"; there are schema, migrations, ownership, durability, max',
    ],
  ])('is refused with %j', async (options, message) => {
    await expect(opening(options)).rejects.toThrow(message);
  });

  it.each([
    [{ kind: 'mysql' }, 'location.kind: must be sqlite or postgres, not "mysql"'],
    [{ kind: 'sqlite', file: '' }, 'location.file: must have at least 1 character, not ""'],
    [{ kind: 'sqlite' }, 'location.file: must be of type string, not undefined'],
    [{ kind: 'postgres', url: ['hunter2'] }, 'location.url: must be of type string, not of type object'],
  ])('is refused at %j', async (location, message) => {
    await expect(opening({}, location)).rejects.toThrow(message);
  });

  it('takes a schema of 26 characters', async () => {
    const database = await opening({ schema: `_${'x'.repeat(25)}` });

    await database.destroy();
  });

  it.each([
    ['the process alone, by default', undefined, 1],
    ['the process alone', 'process', 1],
    ['a power cut', 'power', 2],
  ] as const)('keeps commits through %s', async (_, durability, synchronous) => {
    await using directory = await temporaryDirectory();
    const location = { kind: 'sqlite', file: join(directory.path, 'notes.db') };
    const database = await opening({ durability }, location);

    const { rows } = await sql`pragma synchronous`.execute(database);

    expect(rows).toEqual([{ synchronous }]);
    await database.destroy();
  });
});
