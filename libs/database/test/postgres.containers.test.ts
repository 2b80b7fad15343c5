import { sql } from 'kysely';
import { EventEmitter, once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';

import { FaultProxy } from '@signalbox/testkit';
import { startPostgres } from '@signalbox/testkit/containers';

import { DatabaseUnavailableError, explainFailure } from '../src/errors.ts';
import { Ownership } from '../src/ownership.ts';
import { addNote, notesIn, openNotes } from './note-database.ts';

/** A session is given up after 5 s. */
const PATIENCE = { timeout: 20_000 };

describe('a database on Postgres', () => {
  it('is migrated once, by whichever of several that open it at the same time', async () => {
    await using postgres = await startPostgres();

    const opened = await Promise.all(Array.from({ length: 4 }, () => openNotes(postgres.url)));
    await Promise.all(opened.map((database, i) => addNote(database, `note ${i}`)));

    await using another = await openNotes(postgres.url);
    await expect(notesIn(another)).resolves.toEqual(['note 0', 'note 1', 'note 2', 'note 3']);
    await Promise.all(opened.map((database) => database.destroy()));
  });

  it('is kept in a schema of its own', async () => {
    await using postgres = await startPostgres();
    await using database = await openNotes(postgres.url);

    const tables = await sql<{ schema: string }>`
      select table_schema as schema from information_schema.tables where table_name = 'note'`.execute(database);

    expect(tables.rows).toEqual([{ schema: 'notes' }]);
  });

  it.each([
    ['alone', () => ({ ownership: new Ownership() })],
    ['with others', () => ({})],
  ])('is opened %s by a user who may make no schema, but owns it', async (_how, options) => {
    await using postgres = await startPostgres();
    await using admin = await openNotes(postgres.url);
    await sql`drop schema notes cascade`.execute(admin);
    await sql`create role clerk login password 'p%ss/#1'`.execute(admin);
    await sql`create schema notes authorization clerk`.execute(admin);
    const url = new URL(postgres.url);
    url.username = 'clerk';
    url.password = encodeURIComponent('p%ss/#1');

    await using database = await openNotes(url.href, options());
    await addNote(database, 'one');

    await expect(notesIn(database)).resolves.toEqual(['one']);
  });

  it('says what is wrong with a login, and never the password', async () => {
    await using postgres = await startPostgres();
    const url = new URL(postgres.url);
    url.password = 'hunter2';

    const opening = openNotes(url.href);

    await expect(opening).rejects.toBeInstanceOf(DatabaseUnavailableError);
    const explained = await opening.catch(explainFailure);
    expect(explained).toMatch(/the database refused the login \(password authentication failed/);
    expect(explained).not.toContain('hunter2');
  });

  it.each([
    ['four sessions', {}, 4],
    ['as many sessions as it is told', { maxSessions: 2 }, 2],
  ])('asks by at most %s at a time', async (_how, options, sessions) => {
    await using postgres = await startPostgres();
    await using database = await openNotes(postgres.url, options);

    const asked = Array.from({ length: 10 }, () =>
      sql<{ pid: number }>`select pg_backend_pid() as pid from pg_sleep(0.1)`.execute(database),
    );

    const pids = (await Promise.all(asked)).map(({ rows: [row] }) => row?.pid);
    expect(new Set(pids).size).toBe(sessions);
  });

  it('outlives a session that breaks while nobody uses it, and says so', async () => {
    await using postgres = await startPostgres();
    await using other = await openNotes(postgres.url);
    const told = new EventEmitter();
    await using database = await openNotes(postgres.url, { onSessionLost: (error) => told.emit('lost', error) });
    await addNote(database, 'before');

    const lost = once(told, 'lost');
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'notes'
      and pid <> pg_backend_pid()`.execute(other);
    await lost;

    await addNote(database, 'after');
    await expect(notesIn(database)).resolves.toEqual(['after', 'before']);
  });

  it('refuses while the server is stopped, without its address, and goes on when it is back', async () => {
    await using postgres = await startPostgres();
    await using database = await openNotes(postgres.url);
    await addNote(database, 'before');

    await postgres.stop();
    const refused = await addNote(database, 'lost').catch((error: unknown) => error);
    await postgres.start();

    expect(refused).toBeInstanceOf(DatabaseUnavailableError);
    expect((refused as Error).message).not.toContain(new URL(postgres.url).host);
    await addNote(database, 'after');
    await expect(notesIn(database)).resolves.toEqual(['after', 'before']);
  });

  it('gives up on a server that hangs, and goes on when it moves again', async () => {
    await using postgres = await startPostgres();
    await using database = await openNotes(postgres.url);
    await addNote(database, 'before');

    await postgres.pause();
    const [one, another] = await Promise.allSettled([addNote(database, 'lost'), addNote(database, 'lost as well')]);
    await postgres.unpause();

    const late = { status: 'rejected', reason: { message: 'the database did not answer in time' } };
    expect([one, another]).toMatchObject([late, late]);
    await addNote(database, 'after');
    await expect(notesIn(database)).resolves.toEqual(['after', 'before']);
  });

  it('is opened at a later attempt when the server did not answer the first', async () => {
    await using postgres = await startPostgres();
    const direct = new URL(postgres.url);
    await using proxy = await FaultProxy.start({ host: direct.hostname, port: Number(direct.port) });
    const url = Object.assign(new URL(direct), { host: `127.0.0.1:${proxy.port}` });
    proxy.pause('toClient');

    const opening = openNotes(url.href);
    await vi.waitUntil(() => proxy.connections === 4, PATIENCE); // two attempts, each to the proxy and on from it
    proxy.resume();

    await using database = await opening;
    await expect(notesIn(database)).resolves.toEqual([]);
  });

  it('closes while the server hangs', async () => {
    await using postgres = await startPostgres();
    const database = await openNotes(postgres.url);
    await addNote(database, 'before');
    await postgres.pause();

    await expect(database.destroy()).resolves.toBeUndefined();

    await postgres.unpause();
  });

  it('does not pass on the values that the server quotes', async () => {
    await using postgres = await startPostgres();
    await using database = await openNotes(postgres.url);

    const refused = addNote(database, 'hunter2\0');

    await expect(refused).rejects.toThrow(/^the database refused it, SQLSTATE 22021$/);
  });
});
