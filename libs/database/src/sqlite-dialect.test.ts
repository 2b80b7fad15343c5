import { Kysely, sql } from 'kysely';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { sqliteDialect } from './sqlite-dialect.ts';

describe('sqliteDialect', () => {
  it('says why a transaction failed that SQLite has ended by itself, and goes on after', async () => {
    await using directory = await temporaryDirectory();
    const database = new Kysely<{ note: { text: string } }>({
      dialect: sqliteDialect(join(directory.path, 'test.db')),
    });
    await database.schema.createTable('note').addColumn('text', 'text').execute();
    await sql`pragma max_page_count = 3`.execute(database);
    const write = (text: string) =>
      database.transaction().execute(async (writer) => {
        await writer.insertInto('note').values({ text }).execute();
      });

    await expect(write('x'.repeat(100_000))).rejects.toThrow('database or disk is full');
    await write('short');

    expect(await database.selectFrom('note').selectAll().execute()).toEqual([{ text: 'short' }]);
    await database.destroy();
  });
});
