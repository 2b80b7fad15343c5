import * as ioredis from 'ioredis';
import { describe, expect, it } from 'vitest';

import { freePort } from '@signalbox/testkit';

import { TcpService } from '../../test/tcp-service.ts';
import { redisProbe } from './redis-probe.ts';

const patience = () => new AbortController().signal;
const probeOf = (port: number) => redisProbe({ url: `redis://app:hunter2@127.0.0.1:${port}`, driver: ioredis });

/** Answers each command of a chunk, by its name, with a line of the Redis protocol; refuses any other. */
function redisAnswering(answers: Readonly<Record<string, string>>) {
  const commands = /\*\d+\r\n\$\d+\r\n(\w+)\r\n/g;
  return (received: Buffer) =>
    [...received.toString().matchAll(commands)]
      .map(([, name = '']) => `${answers[name.toLowerCase()] ?? `-NOPERM no permission to run '${name}'`}\r\n`)
      .join('');
}

describe('redisProbe', () => {
  it('passes when Redis answers, with no right but to ping, and hangs up', async () => {
    await using redis = await TcpService.start(redisAnswering({ auth: '+OK', ping: '+PONG' }));

    expect(await probeOf(redis.port)(patience())).toEqual({ status: 'pass' });
    await redis.abandoned();
  });

  it.each([
    [
      'WRONGPASS invalid username-password pair or user is disabled.',
      { auth: '-WRONGPASS invalid username-password pair or user is disabled.', ping: '-NOAUTH' },
    ],
    [
      'LOADING Redis is loading the dataset in memory',
      { auth: '+OK', ping: '-LOADING Redis is loading the dataset in memory' },
    ],
    ["NOPERM no permission to run 'ping'", { auth: '+OK' }],
    ['PING was answered "QUEUED"', { auth: '+OK', ping: '+QUEUED' }],
  ])('says that it answers %s', async (output, answers) => {
    await using redis = await TcpService.start(redisAnswering(answers));

    expect(await probeOf(redis.port)(patience())).toEqual({ status: 'fail', output });
    await redis.abandoned();
  });

  it('shows no password, not even when the server repeats it', async () => {
    const repeating = "-ERR unknown command 'auth', with args beginning with: 'app' 'hunter2'";
    await using redis = await TcpService.start(redisAnswering({ auth: repeating, ping: repeating }));

    const { output } = await probeOf(redis.port)(patience());

    expect(output).toBe("ERR unknown command 'auth', with args beginning with: 'app' '***'");
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
    ['lets in and answers no ping', redisAnswering({ auth: '+OK', ping: '' })],
  ])('ends when its signal is aborted while a server %s, and leaves no connection', async (_name, answer) => {
    await using redis = await TcpService.start(answer);
    const stop = new AbortController();
    const connected = redis.connected();
    const probing = probeOf(redis.port)(stop.signal);
    await connected;

    stop.abort();

    expect(await probing).toEqual({ status: 'fail', output: 'no answer in time' });
    await redis.abandoned();
  });

  it('connects to nobody when its signal was aborted before', async () => {
    let made = 0;
    class Counted extends ioredis.Redis {
      constructor(url: string, options: ioredis.RedisOptions) {
        super(url, options);
        made += 1;
      }
    }
    const probe = redisProbe({ url: 'redis://cache', driver: { Redis: Counted } });

    expect(await probe(AbortSignal.abort())).toEqual({ status: 'fail', output: 'no answer in time' });
    expect(made).toBe(0);
  });

  it('refuses what is no Redis URL, and shows nothing of it but its scheme', () => {
    expect(() => redisProbe({ url: 'http://app:hunter2@cache', driver: ioredis })).toThrow(
      new TypeError('redisProbe url: must be redis or rediss, not "http:"'),
    );
  });

  it('refuses a driver without its class, as a default import may be', () => {
    const driver = { default: {} } as never; // what a program without types may hand in

    expect(() => redisProbe({ url: 'redis://db', driver })).toThrow(
      new TypeError('redisProbe driver: must have a class Redis, not undefined'),
    );
  });
});
