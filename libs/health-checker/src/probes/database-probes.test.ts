import * as ioredis from 'ioredis';
import pg from 'pg';
import { describe, expect, it } from 'vitest';

import { FakeClock, freePort } from '@signalbox/testkit';

import { answerLogins, answerQueries } from '../../test/fake-postgres.ts';
import { redisAnswering } from '../../test/fake-redis.ts';
import { TcpService } from '../../test/tcp-service.ts';
import { HealthChecker } from '../health-checker.ts';
import { type PostgresClientConfig, postgresProbe } from './postgres-probe.ts';
import { redisProbe } from './redis-probe.ts';

const patience = () => new AbortController().signal;

const postgres = {
  name: 'postgresProbe',
  className: 'Client',
  probeOf: (port: number, more: object = {}) =>
    postgresProbe({ url: `postgres://app:hunter2@127.0.0.1:${port}/shop`, driver: pg, ...more }),
  countedProbe: (onMade: () => void) => {
    class Client extends pg.Client {
      constructor(config: PostgresClientConfig) {
        super(config);
        onMade();
      }
    }
    return postgresProbe({ url: 'postgres://db/shop', driver: { Client } });
  },
  probeWith: (driver: never) => postgresProbe({ url: 'postgres://db', driver }),
  healthy: answerQueries,
  stuck: answerLogins,
};

const redis = {
  name: 'redisProbe',
  className: 'Redis',
  probeOf: (port: number, more: object = {}) =>
    redisProbe({ url: `redis://app:hunter2@127.0.0.1:${port}`, driver: ioredis, ...more }),
  countedProbe: (onMade: () => void) => {
    class Redis extends ioredis.Redis {
      constructor(url: string, options: ioredis.RedisOptions) {
        super(url, options);
        onMade();
      }
    }
    return redisProbe({ url: 'redis://cache', driver: { Redis } });
  },
  probeWith: (driver: never) => redisProbe({ url: 'redis://cache', driver }),
  healthy: redisAnswering({ auth: '+OK', ping: '+PONG' }),
  stuck: redisAnswering({ auth: '+OK', ping: '' }),
};

const silent = () => undefined;

describe.each([postgres, redis])('$name', ({ name, className, probeOf, countedProbe, probeWith, healthy, stuck }) => {
  it('passes when the server answers, and hangs up', async () => {
    await using server = await TcpService.start(healthy);

    expect(await probeOf(server.port)(patience())).toEqual({ status: 'pass' });
    await server.abandoned();
  });

  it('says that nobody listens', async () => {
    const port = await freePort();

    expect(await probeOf(port)(patience())).toEqual({
      status: 'fail',
      output: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  it.each([
    ['says nothing', silent],
    ['lets in and answers nothing else', stuck],
  ])('ends when its signal is aborted while a server %s, and leaves no connection', async (_name, answer) => {
    await using server = await TcpService.start(answer);
    const stop = new AbortController();
    const connected = server.connected();
    const probing = probeOf(server.port)(stop.signal);
    await connected;

    stop.abort();

    expect(await probing).toEqual({ status: 'fail', output: 'no answer in time' });
    await server.abandoned();
  });

  it('is given 5 s by default', async () => {
    await using server = await TcpService.start(silent);
    const clock = new FakeClock();
    const health = new HealthChecker({ clock }).addDependency('db', probeOf(server.port));
    health.start();
    const status = () => health.answer('/health/ready').body.checks?.['db']?.status;

    await clock.advance(4_999);
    expect(status()).toBe('unknown');
    await clock.advance(1);
    expect(status()).toBe('fail');
    await health.close();
  });

  it('connects to nobody when its signal was aborted before', async () => {
    let made = 0;
    const probe = countedProbe(() => {
      made += 1;
    });

    expect(await probe(AbortSignal.abort())).toEqual({ status: 'fail', output: 'no answer in time' });
    expect(made).toBe(0);
  });

  it.each([
    [null, 'must be of type object, not null'],
    [undefined, 'must be of type object, not undefined'],
    ['pg', 'must be of type object, not "pg"'],
  ])('refuses a driver that is none: %j', (driver, message) => {
    expect(() => probeWith(driver as never)).toThrow(new TypeError(`${name} driver: ${message}`));
  });

  it('refuses an option that it does not have, and shows nothing of it', () => {
    expect(() => probeOf(5, { password: 'hunter2' })).toThrow(
      new TypeError(`${name}: has no option "password"; there are url, driver`),
    );
  });

  it('refuses a driver without its class, as a default import may be', () => {
    const driver = { default: {} } as never; // what a program without types may hand in

    expect(() => probeWith(driver)).toThrow(
      new TypeError(`${name} driver: must have a class ${className}, not undefined`),
    );
  });
});
