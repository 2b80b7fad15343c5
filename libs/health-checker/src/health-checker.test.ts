import { describe, expect, it, vi } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { HEALTH_PATHS, HealthChecker } from './health-checker.ts';

const START = Date.UTC(2026, 0, 1);

function startChecker(add: (checker: HealthChecker) => HealthChecker, clock = new FakeClock(START)) {
  const checker = add(new HealthChecker({ clock, version: '1.2.3' }));
  checker.start();
  return { clock, checker, [Symbol.asyncDispose]: () => checker.close() };
}

const passing = () => Promise.resolve();
const failing = () => Promise.reject(new Error('connection refused'));
const hanging = () => Promise.withResolvers<undefined>().promise;

describe('HealthChecker', () => {
  it('answers liveness whatever its dependencies do', async () => {
    await using health = startChecker((checker) => checker.addDependency('db', failing));
    await health.clock.advance(0);

    expect(health.checker.answer('/health/live')).toEqual({
      statusCode: 200,
      body: { status: 'pass', timestamp: '2026-01-01T00:00:00.000Z', uptime: 0, version: '1.2.3' },
    });
  });

  it('is not ready before a critical dependency was looked at', async () => {
    await using health = startChecker((checker) => checker.addDependency('db', hanging));

    expect(health.checker.answer('/health/ready')).toMatchObject({
      statusCode: 503,
      body: { status: 'not_ready', checks: { db: { status: 'unknown', critical: true } } },
    });
  });

  it('is ready once its critical dependencies pass', async () => {
    await using health = startChecker((checker) => checker.addDependency('db', passing));
    await health.clock.advance(0);

    expect(health.checker.answer('/health/ready')).toMatchObject({ statusCode: 200, body: { status: 'ready' } });
  });

  it('stays ready while a dependency fails that is not critical, and warns', async () => {
    await using health = startChecker((checker) => checker.addDependency('mail', failing, { critical: false }));
    await health.clock.advance(0);

    expect(health.checker.answer('/health/ready').statusCode).toBe(200);
    expect(health.checker.answer('/health')).toMatchObject({ statusCode: 200, body: { status: 'warn' } });
  });

  it('says in detail what fails and why', async () => {
    await using health = startChecker((checker) => checker.addDependency('db', failing));
    await health.clock.advance(0);

    const { statusCode, body } = health.checker.answer('/health/detailed');

    expect(statusCode).toBe(503);
    expect(body).toMatchObject({
      status: 'fail',
      checks: {
        db: { status: 'fail', critical: true, error: 'connection refused', time: '2026-01-01T00:00:00.000Z' },
      },
    });
  });

  it.each([
    ['a rejection', () => Promise.reject(new Error('cannot reach redis://app:hunter2@cache:6379 now'))],
    [
      'a result',
      () => Promise.resolve({ status: 'fail', output: 'cannot reach redis://app:hunter2@cache:6379 now' } as const),
    ],
  ])('shows no credentials of a URL in the output of %s', async (_name, check) => {
    await using health = startChecker((checker) => checker.addDependency('cache', check));
    await health.clock.advance(0);

    expect(health.checker.answer('/health/detailed').body.checks).toMatchObject({
      cache: { error: 'cannot reach redis://cache:6379 now' },
    });
  });

  it('bounds what a check has to say', async () => {
    const talkative = () => Promise.reject(new Error('x'.repeat(1_000_000)));
    await using health = startChecker((checker) => checker.addDependency('db', talkative));
    await health.clock.advance(0);

    expect(health.checker.answer('/health/detailed').body.checks?.['db']?.error).toHaveLength(1_000);
  });

  it('fails a check that does not answer in time', async () => {
    await using health = startChecker((checker) => checker.addDependency('db', hanging, { timeoutMs: 1_000 }));

    await health.clock.advance(1_000);

    expect(health.checker.answer('/health/detailed').body.checks).toMatchObject({
      db: { status: 'fail', responseTimeMs: 1_000, error: 'no answer in time' },
    });
  });

  it('gives a check 5 s by default', async () => {
    await using health = startChecker((checker) => checker.addDependency('db', hanging));
    const status = () => health.checker.answer('/health/detailed').body.checks?.['db']?.status;

    await health.clock.advance(4_999);
    expect(status()).toBe('unknown');
    await health.clock.advance(1);
    expect(status()).toBe('fail');
  });

  it.each([
    [0, 27_000],
    [0.5, 30_000],
    [1, 33_000],
  ])('looks again after 30 s by default, less or more by a tenth as chance has it: %d', async (unit, ms) => {
    using chance = vi.spyOn(Math, 'random');
    chance.mockReturnValue(unit);
    let runs = 0;
    const check = () => {
      runs += 1;
      return passing();
    };
    await using health = startChecker((checker) => checker.addDependency('db', check));

    await health.clock.advance(ms - 1);
    expect(runs).toBe(1);
    await health.clock.advance(1);
    expect(runs).toBe(2);
  });

  it('answers from what it saw last, however often it is asked', async () => {
    let runs = 0;
    const check = () => {
      runs += 1;
      return passing();
    };
    await using health = startChecker((checker) => checker.addDependency('db', check));
    await health.clock.advance(20_000);

    const answers = HEALTH_PATHS.map((path) => health.checker.answer(path).statusCode);

    expect(answers).toEqual([200, 200, 200, 200, 200]);
    expect(runs).toBe(1);
    expect(health.checker.answer('/health/ready').body.checks?.['db']?.time).toBe('2026-01-01T00:00:00.000Z');
  });

  it('looks again at its interval and notices a recovery', async () => {
    let works = false;
    const check = () => (works ? passing() : failing());
    await using health = startChecker((checker) => checker.addDependency('db', check, { intervalMs: 10_000 }));
    await health.clock.advance(0);
    works = true;

    await health.clock.advance(11_000);

    expect(health.checker.answer('/health/ready').statusCode).toBe(200);
  });

  it('never runs a check while its last run is under way', async () => {
    const clock = new FakeClock(START);
    let running = 0;
    let most = 0;
    const slow = async () => {
      running += 1;
      most = Math.max(most, running);
      await clock.sleep(900);
      running -= 1;
    };
    await using health = startChecker(
      (checker) => checker.addDependency('db', slow, { intervalMs: 100, timeoutMs: 1_000 }),
      clock,
    );

    await clock.advance(10_000);

    expect(most).toBe(1);
    expect(health.checker.answer('/health/live').statusCode).toBe(200);
  });

  it('does not begin a check again while one that ignores its signal hangs, and notices when it has ended', async () => {
    const clock = new FakeClock(START);
    const hung = Promise.withResolvers<undefined>();
    let runs = 0;
    const check = () => {
      runs += 1;
      return runs === 1 ? hung.promise : passing();
    };
    await using health = startChecker((checker) => checker.addDependency('db', check), clock);
    await clock.advance(10 * 60_000);

    expect(runs).toBe(1);
    expect(health.checker.answer('/health/ready').statusCode).toBe(503);
    hung.resolve(undefined);
    await clock.advance(35_000);
    expect(health.checker.answer('/health/ready').statusCode).toBe(200);
  });

  it('is not ready from the moment it drains', async () => {
    await using health = startChecker((checker) => checker);

    const drained = health.checker.drain({ noticeMs: 0 });

    expect(health.checker.answer('/health/ready')).toMatchObject({ statusCode: 503, body: { reason: 'draining' } });
    expect(health.checker.answer('/health/live').statusCode).toBe(200);
    await drained;
  });

  it('gives notice for 5 s by default before a drain is over', async () => {
    await using health = startChecker((checker) => checker);
    let isOver = false;
    const drained = health.checker.drain().then(() => (isOver = true));

    await health.clock.advance(4_999);
    expect(isOver).toBe(false);
    await health.clock.advance(1);
    await drained;
  });

  it('gives one notice however often it is told to drain', async () => {
    await using health = startChecker((checker) => checker);
    const first = health.checker.drain({ noticeMs: 100 });
    const second = health.checker.drain({ noticeMs: 60_000 });

    await health.clock.advance(100);

    await Promise.all([first, second]);
    expect(health.clock.sleeping).toBe(0);
  });

  it('ends a notice when it is closed', async () => {
    const health = startChecker((checker) => checker);
    const drained = health.checker.drain();

    await health.checker.close();

    await drained;
    expect(health.clock.sleeping).toBe(0);
  });

  it.each([-1, Number.NaN, Infinity])('refuses a notice of %d ms, and does not drain', async (noticeMs) => {
    await using health = startChecker((checker) => checker);

    expect(() => health.checker.drain({ noticeMs })).toThrow(
      new RangeError(`HealthChecker drain noticeMs: must be a number from 0, not ${noticeMs}`),
    );
    expect(health.checker.answer('/health/ready').statusCode).toBe(200);
  });

  it("goes by the system's clock by default", () => {
    const { timestamp } = new HealthChecker().answer('/health').body;

    expect(Math.abs(Date.parse(timestamp) - Date.now())).toBeLessThan(60_000);
  });

  it('looks at a dependency that was added after the start, and ends with it as well', async () => {
    await using health = startChecker((checker) => checker);
    expect(health.checker.answer('/health/ready').statusCode).toBe(200);

    health.checker.addDependency('db', passing);
    expect(health.checker.answer('/health/ready').statusCode).toBe(503);
    await health.clock.advance(0);
    expect(health.checker.answer('/health/ready').statusCode).toBe(200);

    await health.checker.close();
    expect(health.clock.sleeping).toBe(0);
  });

  it('looks once at a time however often it is started', async () => {
    let runs = 0;
    const check = () => {
      runs += 1;
      return passing();
    };
    await using health = startChecker((checker) => checker.addDependency('db', check));

    health.checker.start();
    await health.clock.advance(0);

    expect(runs).toBe(1);
  });

  it('has started once every critical dependency has passed, and stays so when one fails later', async () => {
    let works = false;
    const check = () => (works ? passing() : failing());
    await using health = startChecker((checker) =>
      checker.addDependency('db', check, { intervalMs: 1_000 }).addDependency('mail', failing, { critical: false }),
    );
    await health.clock.advance(0);
    expect(health.checker.answer('/health/startup')).toMatchObject({ statusCode: 503, body: { status: 'starting' } });

    works = true;
    await health.clock.advance(1_100);
    expect(health.checker.answer('/health/startup')).toMatchObject({ statusCode: 200, body: { status: 'started' } });

    works = false;
    await health.clock.advance(1_100);
    expect(health.checker.answer('/health/startup').statusCode).toBe(200);
    expect(health.checker.answer('/health/ready').statusCode).toBe(503);
  });

  it('says the details of what passes', async () => {
    const warning = () => Promise.resolve({ status: 'warn', output: 'served as last read' } as const);
    await using health = startChecker((checker) => checker.addDependency('config', warning));
    await health.clock.advance(0);

    expect(health.checker.answer('/health/detailed').body).toMatchObject({
      status: 'warn',
      checks: { config: { status: 'warn', details: 'served as last read', responseTimeMs: 0 } },
    });
  });

  it.each([
    ['the answer of a query', { rows: [] }],
    ['null', null],
    ['a status alone', 'pass'],
  ])('does not take for a verdict what is none, such as %s', async (_name, answer) => {
    const query = () => Promise.resolve(answer) as never; // what a program without types may hand in
    await using health = startChecker((checker) => checker.addDependency('db', query));
    await health.clock.advance(0);

    expect(health.checker.answer('/health/ready')).toMatchObject({
      statusCode: 503,
      body: { checks: { db: { error: expect.stringContaining('a status of pass, warn or fail') as string } } },
    });
  });

  it('takes an option that is undefined for one that is not there', async () => {
    const options = { critical: undefined, intervalMs: undefined, timeoutMs: undefined };
    await using health = startChecker((checker) => checker.addDependency('db', hanging, options));

    await health.clock.advance(5_000);

    expect(health.checker.answer('/health/ready')).toMatchObject({
      statusCode: 503,
      body: { checks: { db: { status: 'fail', critical: true, responseTimeMs: 5_000 } } },
    });
  });

  it('leaves nothing waiting once closed, not even for a check that hangs', async () => {
    const health = startChecker((checker) => checker.addDependency('db', hanging).addDependency('mail', passing));
    await health.clock.advance(0);

    await health.checker.close();

    expect(health.clock.sleeping).toBe(0);
  });

  it('does not take a check that is given up at the end for one that fails', async () => {
    const health = startChecker((checker) => checker.addDependency('db', hanging));
    await health.clock.advance(0);

    await health.checker.close();

    expect(health.checker.answer('/health/ready').body.checks).toEqual({ db: { status: 'unknown', critical: true } });
  });
});
