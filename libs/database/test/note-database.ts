import type { Kysely } from 'kysely';

import { openDatabase, type OpenOptions } from '../src/open-database.ts';

export interface NoteTables {
  note: { text: string };
}

export type NoteDatabase = Kysely<NoteTables> & AsyncDisposable;

const migrations: OpenOptions['migrations'] = {
  '0001-note': {
    async up(database) {
      await database.schema.createTable('note').addColumn('text', 'text').execute();
    },
  },
};

/** A database with one table, on a Postgres server. */
export async function openNotes(url: string, options: Partial<OpenOptions> = {}): Promise<NoteDatabase> {
  const location = { kind: 'postgres', url } as const;
  const database = await openDatabase<NoteTables>(location, { schema: 'notes', migrations, ...options });
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.destroy() });
}

export async function addNote(database: Kysely<NoteTables>, text: string): Promise<void> {
  await database.transaction().execute(async (writer) => {
    await writer.insertInto('note').values({ text }).execute();
  });
}

export async function notesIn(database: Kysely<NoteTables>): Promise<string[]> {
  const rows = await database.selectFrom('note').select('text').orderBy('text').execute();
  return rows.map(({ text }) => text);
}
