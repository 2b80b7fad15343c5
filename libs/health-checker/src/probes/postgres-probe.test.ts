import pg from 'pg';
import { describe, expect, it } from 'vitest';

import { freePort } from '@signalbox/testkit';

import { TcpService } from '../../test/tcp-service.ts';
import { type PostgresClientConfig, postgresProbe } from './postgres-probe.ts';

const patience = () => new AbortController().signal;
const probeOf = (port: number) => postgresProbe({ url: `postgres://app:hunter2@127.0.0.1:${port}/shop`, driver: pg });

/** Section "Message Formats" of PostgreSQL's protocol: type, length without the type, body. */
function message(type: string, body: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return type + length.toString('latin1') + body;
}

const AUTHENTICATED = message('R', '\0\0\0\0') + message('Z', 'I');
const ONE_EMPTY_ROW = message('C', 'SELECT 1\0') + message('Z', 'I');
const refusal = (text: string) => message('E', `SFATAL\0C28P01\0M${text}\0\0`);

/** The first message of a connection has no type: its first byte is the highest of a length. */
const isStartup = (received: Buffer) => received[0] === 0;
const isQuery = (received: Buffer) => received.toString('latin1', 0, 1) === 'Q';

describe('postgresProbe', () => {
  it('passes when Postgres answers a query, and hangs up', async () => {
    await using postgres = await TcpService.start((received) =>
      isStartup(received) ? AUTHENTICATED : isQuery(received) ? ONE_EMPTY_ROW : undefined,
    );

    expect(await probeOf(postgres.port)(patience())).toEqual({ status: 'pass' });
    await postgres.abandoned();
  });

  it('says that it is refused', async () => {
    await using postgres = await TcpService.start(() => refusal('password authentication failed for user "app"'));

    expect(await probeOf(postgres.port)(patience())).toEqual({
      status: 'fail',
      output: 'password authentication failed for user "app"',
    });
    await postgres.abandoned();
  });

  it('shows no password, not even when the server repeats it', async () => {
    await using postgres = await TcpService.start(() => refusal('no pg_hba.conf entry for app:hunter2 and %40hunter'));

    const url = `postgres://app:%40hunter@127.0.0.1:${postgres.port}/shop?password=hunter2`;
    const { output } = await postgresProbe({ url, driver: pg })(patience());

    expect(output).toBe('no pg_hba.conf entry for app:*** and ***');
  });

  it('says that nobody listens', async () => {
    const port = await freePort();

    expect(await probeOf(port)(patience())).toEqual({
      status: 'fail',
      output: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  it.each([
    ['says nothing', () => undefined],
    ['lets in and answers no query', (received: Buffer) => (isStartup(received) ? AUTHENTICATED : undefined)],
    [
      'answers and does not hang up',
      (received: Buffer) => (isStartup(received) ? AUTHENTICATED : isQuery(received) ? ONE_EMPTY_ROW : undefined),
    ],
  ])('ends when its signal is aborted while a server %s, and leaves no connection', async (_name, answer) => {
    await using postgres = await TcpService.start(answer);
    const stop = new AbortController();
    const connected = postgres.connected();
    const probing = probeOf(postgres.port)(stop.signal);
    await connected;

    stop.abort();

    expect(await probing).toEqual({ status: 'fail', output: 'no answer in time' });
    await postgres.abandoned();
  });

  it('connects to nobody when its signal was aborted before', async () => {
    let made = 0;
    class Counted extends pg.Client {
      constructor(config: PostgresClientConfig) {
        super(config);
        made += 1;
      }
    }
    const probe = postgresProbe({ url: 'postgres://db/shop', driver: { Client: Counted } });

    expect(await probe(AbortSignal.abort())).toEqual({ status: 'fail', output: 'no answer in time' });
    expect(made).toBe(0);
  });

  it('refuses what is no Postgres URL, and shows nothing of it but its scheme', () => {
    expect(() => postgresProbe({ url: 'mysql://app:hunter2@db/shop', driver: pg })).toThrow(
      new TypeError('postgresProbe url: must be postgres or postgresql, not "mysql:"'),
    );
    expect(() => postgresProbe({ url: 'postgres://app:hunter2#@[db', driver: pg })).toThrow(
      new TypeError('postgresProbe url: must be postgres or postgresql, not malformed'),
    );
  });

  it('refuses a driver without its class, as a default import may be', () => {
    const driver = { default: {} } as never; // what a program without types may hand in

    expect(() => postgresProbe({ url: 'postgres://db', driver })).toThrow(
      new TypeError('postgresProbe driver: must have a class Client, not undefined'),
    );
  });
});
