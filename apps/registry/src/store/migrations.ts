import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** By name, in the order in which they are run. One that was released is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-registrations': {
    async up(database: Kysely<never>) {
      await database.schema
        .createTable('instance')
        .addColumn('service', 'text', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('registration', 'text', (column) => column.notNull())
        .addColumn('registered_at', 'text', (column) => column.notNull())
        .addColumn('draining', 'integer', (column) => column.notNull())
        .addColumn('configuration_version', 'text')
        .addColumn('checks', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('instance_pk', ['service', 'id'])
        .execute();
      await database.schema
        .createTable('override')
        .addColumn('service', 'text', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('status', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('override_pk', ['service', 'id'])
        .execute();
      await database.schema
        .createTable('epoch')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('epoch', 'integer', (column) => column.notNull())
        .execute();
    },
  },
};
