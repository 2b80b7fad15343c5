import * as ioredis from 'ioredis';
import { describe, expect, it } from 'vitest';

import { redisAnswering } from '../../test/fake-redis.ts';
import { TcpService } from '../../test/tcp-service.ts';
import { redisProbe } from './redis-probe.ts';

const patience = () => new AbortController().signal;
const probeOf = (port: number) => redisProbe({ url: `redis://app:hunter2@127.0.0.1:${port}`, driver: ioredis });

describe('redisProbe', () => {
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

  it('refuses what is no Redis URL, and shows nothing of it but its scheme', () => {
    expect(() => redisProbe({ url: 'http://app:hunter2@cache', driver: ioredis })).toThrow(
      new TypeError('redisProbe url: must be redis or rediss, not "http:"'),
    );
  });
});
