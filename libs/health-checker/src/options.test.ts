import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { HealthChecker } from './health-checker.ts';

const passing = () => Promise.resolve();

describe('a HealthChecker', () => {
  it('has its defaults where an option is undefined', () => {
    const { body } = new HealthChecker({ clock: undefined, version: undefined }).answer('/health');

    expect(body).toEqual({ status: 'pass', timestamp: expect.any(String) as string, uptime: 0 });
  });

  it('refuses a name twice', () => {
    const checker = new HealthChecker({ clock: new FakeClock() }).addDependency('db', passing);

    expect(() => checker.addDependency('db', passing)).toThrow(
      new RangeError('HealthChecker dependency "db": is there already'),
    );
  });

  it.each([
    ['', passing, {}, 'name: must have at least one character, not ""'],
    ['db', passing, { timeoutMs: 0 }, 'timeoutMs: must be a number above 0, not 0'],
    ['db', passing, { timeoutMs: Infinity }, 'timeoutMs: must be a number above 0, not Infinity'],
    ['db', passing, { intervalMs: -1 }, 'intervalMs: must be a number above 0, not -1'],
    ['db', passing, { intervalMs: NaN }, 'intervalMs: must be a number above 0, not NaN'],
    ['db', Object.assign(() => passing(), { timeoutMs: -1 }), {}, 'timeoutMs: must be a number above 0, not -1'],
  ])('refuses a dependency out of range: "%s", %o, %j', (...[name, check, options, message]) => {
    expect(() => new HealthChecker().addDependency(name, check, options)).toThrow(
      new RangeError(`Dependency ${message}`),
    );
  });

  it.each([
    [5, passing, {}, ' name: must be of type string, not 5'],
    ['db', undefined, {}, ' check: must be of type function, not undefined'],
    ['db', 'redis://:hunter2@cache', {}, ' check: must be of type function, not "redis://cache"'],
    ['db', passing, null, ' options: must be of type object, not null'],
    ['db', passing, { critical: 'no' }, ' critical: must be of type boolean, not "no"'],
    ['db', passing, { timeoutMs: '5s' }, ' timeoutMs: must be of type number, not "5s"'],
    ['db', passing, { intervalMs: null }, ' intervalMs: must be of type number, not null'],
    ['db', passing, { interval: 5 }, ': has no option "interval"; there are critical, intervalMs, timeoutMs'],
  ])('refuses what is no such dependency: %j, %o, %j', (...[name, check, options, message]) => {
    const add = () => new HealthChecker().addDependency(name as string, check as typeof passing, options as object); // as without types

    expect(add).toThrow(new TypeError(`Dependency${message}`));
  });

  it.each<[unknown, string]>([
    [null, ' options: must be of type object, not null'],
    [{ version: 5 }, ' version: must be of type string, not 5'],
    [{ clock: Date.now }, ' clock: must be of type object, not a function'],
    [{ clock: { now: Date.now } }, ' clock.sleep: must be of type function, not undefined'],
    [{ clock: { now: () => 5n, sleep: passing } }, ' clock.now(): must be of type number, not 5'],
    [{ interval: 5 }, ': has no option "interval"; there are clock, version'],
  ])('refuses what is no such option: %o', (options, message) => {
    expect(() => new HealthChecker(options as object)).toThrow(new TypeError(`HealthChecker${message}`));
  });

  it.each([NaN, 8.64e15 + 1, -8.64e15 - 1, Infinity])('refuses a clock that has no date: %d', (time) => {
    expect(() => new HealthChecker({ clock: { now: () => time, sleep: passing } })).toThrow(
      new RangeError(
        `HealthChecker clock.now(): must be a number from -8640000000000000 to 8640000000000000, not ${time}`,
      ),
    );
  });

  it.each([
    [null, ' options: must be of type object, not null'],
    [{ noticeMs: '5s' }, ' noticeMs: must be of type number, not "5s"'],
    [{ notice: 5 }, ': has no option "notice"; there are noticeMs'],
  ])('refuses to drain with %j, and goes on', (options, message) => {
    const checker = new HealthChecker({ clock: new FakeClock() });

    expect(() => checker.drain(options as object)).toThrow(new TypeError(`HealthChecker drain${message}`));
    expect(checker.answer('/health/ready').statusCode).toBe(200);
  });
});
