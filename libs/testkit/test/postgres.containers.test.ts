import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type ServiceContainer, startPostgres } from '../src/containers/index.ts';

async function connected(url: string) {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // the server ends it: the next query says so
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

describe('startPostgres', () => {
  let postgres: ServiceContainer;

  beforeAll(async () => {
    postgres = await startPostgres();
  });

  afterAll(() => postgres[Symbol.asyncDispose]());

  it('answers at its URL, as an owner of the database', async () => {
    await using client = await connected(postgres.url);

    const { rows } = await client.query('select current_database() as database, current_user as user');

    expect(rows).toEqual([{ database: 'signalbox', user: 'signalbox' }]);
  });

  it('refuses a wrong password', async () => {
    const url = new URL(postgres.url);
    url.password = 'wrong';

    await expect(connected(url.href)).rejects.toMatchObject({ code: '28P01' });
  });

  it('refuses connections while it is stopped, and is back at the same URL with what it stored', async () => {
    {
      await using client = await connected(postgres.url);
      await client.query('create table kept_by_stop as select 1 as value');
    }

    await postgres.stop();
    await expect(connected(postgres.url)).rejects.toThrow(/ECONNREFUSED/);
    await postgres.start();

    await using client = await connected(postgres.url);
    await expect(client.query('select value from kept_by_stop')).resolves.toMatchObject({ rows: [{ value: 1 }] });
  });

  it('keeps what it acknowledged when it is killed', async () => {
    {
      await using client = await connected(postgres.url);
      await client.query('create table kept_by_kill as select 1 as value');
      await postgres.kill();
    }

    await postgres.start();

    await using client = await connected(postgres.url);
    await expect(client.query('select value from kept_by_kill')).resolves.toMatchObject({ rows: [{ value: 1 }] });
  });

  it('ends its connections when it is restarted', async () => {
    await using before = await connected(postgres.url);

    await postgres.restart();

    await expect(before.query('select 1')).rejects.toThrow();
    await using after = await connected(postgres.url);
    await expect(after.query('select 1 as value')).resolves.toMatchObject({ rows: [{ value: 1 }] });
  });

  it('answers nothing while it is paused, and everything after', async () => {
    await using client = await connected(postgres.url);
    await postgres.pause();
    const answered = client.query('select 1 as value');

    const early = await Promise.race([answered, wait(100, 'silent')]);
    await postgres.unpause();

    expect(early).toBe('silent');
    await expect(answered).resolves.toMatchObject({ rows: [{ value: 1 }] });
  });
});
