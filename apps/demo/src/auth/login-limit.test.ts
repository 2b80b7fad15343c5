import { describe, expect, it } from 'vitest';

import { TooManyLoginsError } from '../errors.ts';
import { LoginLimit, type LoginLimits } from './login-limit.ts';

const right = () => Promise.resolve(true);
const wrong = () => Promise.resolve(false);

function aLimit(limits: Partial<LoginLimits> = {}) {
  const time = { now: 0 };
  const chosen = { failuresPerUser: 2, perMinute: 100, ...limits };
  const limit = new LoginLimit(
    () => chosen,
    () => time.now,
  );
  return { limit, time, chosen };
}

describe('logins', () => {
  it('of one user are refused after too many failures, until the minute is over', async () => {
    const { limit, time } = aLimit();
    await limit.attempt('ada', wrong);
    time.now = 10_000;
    await limit.attempt('ada', wrong);

    await expect(limit.attempt('ada', right)).rejects.toMatchObject({ retryAfterS: 50 });
    expect(await limit.attempt('bob', right)).toBe(true);
    time.now = 60_000;
    expect(await limit.attempt('ada', right)).toBe(true);
  });

  it('that succeed do not count', async () => {
    const { limit } = aLimit();

    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(await limit.attempt('ada', right)).toBe(true);
    }
  });

  it('that are made at once count before it is known how they end', async () => {
    const { limit } = aLimit();

    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => limit.attempt('ada', wrong)));

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  });

  it('are refused to everybody where there are too many in all', async () => {
    const { limit } = aLimit({ perMinute: 3 });
    for (const user of ['a', 'b', 'c']) {
      await limit.attempt(user, wrong);
    }

    await expect(limit.attempt('d', right)).rejects.toBeInstanceOf(TooManyLoginsError);
  });

  it('wait for each other no more than sixteen at a time', async () => {
    const { limit } = aLimit();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const underWay = Array.from({ length: 16 }, (_, index) => limit.attempt(`user-${index}`, () => promise));

    await expect(limit.attempt('ada', right)).rejects.toMatchObject({ retryAfterS: 1 });
    resolve(true);
    await Promise.all(underWay);
    expect(await limit.attempt('ada', right)).toBe(true);
  });

  it('go by the limits of the moment', async () => {
    const { limit, chosen } = aLimit();
    await limit.attempt('ada', wrong);
    await limit.attempt('ada', wrong);

    chosen.failuresPerUser = 3;

    expect(await limit.attempt('ada', wrong)).toBe(false);
  });
});
