import pg from 'pg';
import { describe, expect, it } from 'vitest';

import { answerQueries, refusingPostgres } from '../../test/fake-postgres.ts';
import { TcpService } from '../../test/tcp-service.ts';
import { postgresProbe } from './postgres-probe.ts';

const patience = () => new AbortController().signal;
const probeOf = (port: number) => postgresProbe({ url: `postgres://app:hunter2@127.0.0.1:${port}/shop`, driver: pg });

describe('postgresProbe', () => {
  it('says that it is refused', async () => {
    await using postgres = await refusingPostgres('password authentication failed for user "app"');

    expect(await probeOf(postgres.port)(patience())).toEqual({
      status: 'fail',
      output: 'password authentication failed for user "app"',
    });
    await postgres.abandoned();
  });

  it('shows no password, not even when the server repeats it', async () => {
    await using postgres = await refusingPostgres('no pg_hba.conf entry for app:hunter2 and %40hunter');

    const url = `postgres://app:%40hunter@127.0.0.1:${postgres.port}/shop?password=hunter2`;
    const { output } = await postgresProbe({ url, driver: pg })(patience());

    expect(output).toBe('no pg_hba.conf entry for app:*** and ***');
  });

  it('ends when its signal is aborted while a server that answered does not hang up', async () => {
    await using postgres = await TcpService.start(answerQueries);
    const stop = new AbortController();
    const connected = postgres.connected();
    const probing = probeOf(postgres.port)(stop.signal);
    await connected;

    stop.abort();

    expect(await probing).toEqual({ status: 'fail', output: 'no answer in time' });
    await postgres.abandoned();
  });

  it('refuses what is no Postgres URL, and shows nothing of it but its scheme', () => {
    expect(() => postgresProbe({ url: 'mysql://app:hunter2@db/shop', driver: pg })).toThrow(
      new TypeError('postgresProbe url: must be postgres or postgresql, not "mysql:"'),
    );
    expect(() => postgresProbe({ url: 'postgres://app:hunter2#@[db', driver: pg })).toThrow(
      new TypeError('postgresProbe url: must be postgres or postgresql, not malformed'),
    );
  });
});
