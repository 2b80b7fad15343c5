import * as ioredis from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { systemClock } from '@signalbox/clock';
import { type ServiceContainer, startPostgres, startRedis } from '@signalbox/testkit/containers';

import { HealthChecker, postgresProbe, type Probe, redisProbe } from '../src/index.ts';

const PATIENCE = { timeout: 20_000 };

const databases = [
  {
    name: 'Postgres',
    start: startPostgres,
    probeOf: (url: string) => postgresProbe({ url, driver: pg }),
    wrongPassword: 'password authentication failed for user "signalbox"',
  },
  {
    name: 'Redis',
    start: startRedis,
    probeOf: (url: string) => redisProbe({ url, driver: ioredis }),
    wrongPassword: 'WRONGPASS invalid username-password pair or user is disabled.',
  },
];

function watch(probe: Probe) {
  const health = new HealthChecker({ clock: systemClock }).addDependency('db', probe, {
    intervalMs: 50,
    timeoutMs: 500,
  });
  health.start();
  return {
    check: () => health.answer('/health/ready').body.checks?.['db'],
    isReady: () => health.answer('/health/ready').statusCode === 200,
    [Symbol.asyncDispose]: () => health.close(),
  };
}

/** TCP connections that this process holds; the engine of the containers is asked over another kind. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;
}

describe.each(databases)('the check of $name', ({ start, probeOf, wrongPassword }) => {
  let database: ServiceContainer;

  beforeAll(async () => {
    database = await start();
  });

  afterAll(() => database[Symbol.asyncDispose]());

  it('passes while it is up, and leaves no connection between its runs', async () => {
    const result = await probeOf(database.url)(AbortSignal.timeout(PATIENCE.timeout));

    expect(result).toEqual({ status: 'pass' });
    await expect.poll(openSockets, PATIENCE).toBe(0);
  });

  it('fails with a wrong password and says so, without the password', async () => {
    const url = new URL(database.url);
    url.password = 'hunter2';

    const result = await probeOf(url.href)(AbortSignal.timeout(PATIENCE.timeout));

    expect(result).toEqual({ status: 'fail', output: wrongPassword });
  });

  it('fails while it is stopped, and passes by itself when it is back', async () => {
    await using health = watch(probeOf(database.url));
    await expect.poll(health.isReady, PATIENCE).toBe(true);

    await database.stop();
    await expect.poll(health.check, PATIENCE).toMatchObject({
      status: 'fail',
      error: expect.stringContaining('ECONNREFUSED') as string,
    });
    await database.start();

    await expect.poll(health.isReady, PATIENCE).toBe(true);
  });

  it('fails while it hangs, over one connection at most, and passes by itself when it goes on', async () => {
    await using health = watch(probeOf(database.url));
    await expect.poll(health.isReady, PATIENCE).toBe(true);
    await database.pause();
    const sockets: number[] = [];
    const failedRuns = new Set<string | undefined>();
    const look = () => {
      sockets.push(openSockets());
      const check = health.check();
      if (check?.error === 'no answer in time') {
        failedRuns.add(check.time);
      }
      return failedRuns.size;
    };

    await expect.poll(look, PATIENCE).toBe(4);
    await database.unpause();

    expect(Math.max(...sockets)).toBe(1);
    await expect.poll(health.isReady, PATIENCE).toBe(true);
  });
});
