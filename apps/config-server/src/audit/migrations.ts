import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** By name, in the order in which they are run. One that was released is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-audit': {
    async up(database: Kysely<never>) {
      await database.schema
        .createTable('audit_entry')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('time', 'text', (column) => column.notNull())
        .addColumn('actor', 'text', (column) => column.notNull())
        .addColumn('action', 'text', (column) => column.notNull())
        .addColumn('service', 'text', (column) => column.notNull())
        .addColumn('environment', 'text')
        .addColumn('outcome', 'text', (column) => column.notNull())
        .addColumn('version_before', 'text')
        .addColumn('version_after', 'text')
        .addColumn('code', 'text')
        .addColumn('details', 'text', (column) => column.notNull())
        .execute();
      await database.schema
        .createIndex('audit_entry_of_service')
        .on('audit_entry')
        .columns(['service', 'id'])
        .execute();
      await database.schema.createIndex('audit_entry_of_actor').on('audit_entry').columns(['actor', 'id']).execute();
    },
  },
};
