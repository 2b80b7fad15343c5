import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';

import { startPostgres } from '@signalbox/testkit/containers';

import { DatabaseTakenError, OwnershipLostError } from '../src/errors.ts';
import { Ownership } from '../src/ownership.ts';
import { addNote, type NoteDatabase, notesIn, openNotes } from './note-database.ts';

const openOwned = (url: string, ownership = new Ownership()) => openNotes(url, { ownership });

/** Ends the owner's sessions, as a network does that drops them. */
async function endSessions(bystander: NoteDatabase): Promise<void> {
  await sql`select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name like 'notes %'`.execute(
    bystander,
  );
}

describe('the ownership of a database on Postgres', () => {
  it('is refused to a second process, which is told who has it, and given once the first has closed', async () => {
    await using postgres = await startPostgres();
    const first = await openOwned(postgres.url);

    const refused = openOwned(postgres.url);

    await expect(refused).rejects.toBeInstanceOf(DatabaseTakenError);
    await expect(refused).rejects.toThrow(/^another process owns it: session \d+ from [\d.]+, since 20/);
    await first.destroy();
    await using second = await openOwned(postgres.url);
    await addNote(second, 'second');
  });

  it('is given to one alone of several that open at the same time', async () => {
    await using postgres = await startPostgres();

    const outcomes = await Promise.allSettled(Array.from({ length: 3 }, () => openOwned(postgres.url)));

    const opened = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(opened).toHaveLength(1);
    await Promise.all(opened.map(({ value }) => value.destroy()));
  });

  it('comes back with the next session when the server was stopped meanwhile', async () => {
    await using postgres = await startPostgres();
    const ownership = new Ownership();
    await using database = await openOwned(postgres.url, ownership);
    await addNote(database, 'before');

    await postgres.restart();
    await addNote(database, 'after').catch(() => addNote(database, 'after')); // the first may meet the session that broke

    await expect(notesIn(database)).resolves.toEqual(['after', 'before']);
    expect(ownership.isLost).toBe(false);
  });

  it('is lost for good to whoever took it while this process could not reach the server, also when they have left', async () => {
    await using postgres = await startPostgres();
    await using bystander = await openNotes(postgres.url);
    const ownership = new Ownership();
    await using database = await openOwned(postgres.url, ownership);
    await endSessions(bystander);
    const usurper = await openOwned(postgres.url);
    await addNote(usurper, 'theirs');

    await addNote(database, 'mine').catch(() => undefined); // may meet the session that broke
    await expect(addNote(database, 'mine')).rejects.toBeInstanceOf(OwnershipLostError);
    await usurper.destroy();
    await expect(addNote(database, 'mine')).rejects.toBeInstanceOf(OwnershipLostError);

    expect(ownership.isLost).toBe(true);
    await expect(notesIn(bystander)).resolves.toEqual(['theirs']);
  });

  it('is lost to whoever came and went meanwhile', async () => {
    await using postgres = await startPostgres();
    await using bystander = await openNotes(postgres.url);
    await using database = await openOwned(postgres.url);
    await endSessions(bystander);
    await (await openOwned(postgres.url)).destroy();

    await addNote(database, 'mine').catch(() => undefined); // may meet the session that broke

    await expect(addNote(database, 'mine')).rejects.toBeInstanceOf(OwnershipLostError);
  });

  it('is taken from a session of its own that the server still holds for open', async () => {
    await using postgres = await startPostgres();
    await using bystander = await openNotes(postgres.url);
    await using database = await openOwned(postgres.url);
    await using remains = await openNotes(postgres.url);
    const owner = await sql<{ application_name: string; classid: string; objid: string }>`
      select application_name, classid::text, objid::text from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory'`.execute(bystander);
    const [{ application_name: name, classid, objid } = { application_name: '', classid: '', objid: '' }] = owner.rows;

    const left = remains.connection().execute(async (session) => {
      await sql`select set_config('application_name', ${name}, false), set_config('lock_timeout', '0', false)`.execute(
        session,
      );
      const waiting = sql`select pg_advisory_lock(${Number(classid)}::int4, ${Number(objid) | 0}::int4)`.execute(
        session,
      );
      await sql`select pg_terminate_backend(pid, 10000) from pg_locks where locktype = 'advisory' and granted`.execute(
        bystander,
      );
      await waiting;
      await addNote(database, 'mine').catch(() => addNote(database, 'mine')); // the first may meet the session that broke
    });

    await left;
    await expect(notesIn(bystander)).resolves.toEqual(['mine']);
  });
});
