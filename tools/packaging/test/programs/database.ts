import { equal } from 'node:assert/strict';

import { openDatabase, type OpenOptions } from '@signalbox/database';

interface Tables {
  note: { text: string };
}

const migrations: OpenOptions['migrations'] = {
  '0001-note': {
    async up(schema) {
      await schema.schema.createTable('note').addColumn('text', 'text').execute();
    },
  },
};
const database = await openDatabase<Tables>({ kind: 'sqlite', file: 'notes.db' }, { schema: 'notes', migrations });
await database.insertInto('note').values({ text: 'hello' }).execute();
const { text } = await database.selectFrom('note').selectAll().executeTakeFirstOrThrow();
equal(text, 'hello');
await database.destroy();
