import { describe, expect, it } from 'vitest';

import { EndpointLoad, type EndpointLoadOptions } from './endpoint-load.ts';

function timed(options: EndpointLoadOptions = {}) {
  const clock = { now: 0 };
  const load = new EndpointLoad({ now: () => clock.now, ...options });
  const call = (ms: number, outcome: 'succeeded' | 'failed' | 'cancelled' = 'succeeded') => {
    const beganAt = load.begin();
    clock.now += ms;
    load.end(beganAt, outcome);
  };
  const cost = () => load.costAt(clock.now);
  return { clock, load, call, cost };
}

describe('the load of an endpoint', () => {
  it('counts the calls under way, however they end', () => {
    const { load } = timed();
    const began = [load.begin(), load.begin(), load.begin()];

    expect(load.inFlight).toBe(3);
    (['succeeded', 'failed', 'cancelled'] as const).forEach((outcome, i) => {
      load.end(began[i] ?? 0, outcome);
    });
    expect(load.inFlight).toBe(0);
  });

  it('is nothing while nothing is known, then a second until the first answer', () => {
    const { clock, load, cost } = timed();

    expect(cost()).toBe(0);
    const beganAt = load.begin();
    expect(cost()).toBe(2 * 1_000);
    clock.now = 5;
    load.end(beganAt, 'succeeded');
    expect(cost()).toBe(5);
  });

  it('grows with the calls under way', () => {
    const { load, call, cost } = timed();
    call(10);

    load.begin();
    load.begin();

    expect(cost()).toBe(30);
  });

  it('jumps to a peak, and forgets it by the time that passes', () => {
    const { clock, call, cost } = timed();
    call(10);
    call(500);
    expect(cost()).toBe(500);

    clock.now += 10_000;
    expect(cost()).toBeCloseTo(500 / Math.E, 6);
    call(0);
    expect(cost()).toBeCloseTo(500 / Math.E, 6);
    clock.now += 10_000;
    expect(cost()).toBeCloseTo(500 / Math.E ** 2, 6);
  });

  it('moves by an average where calls get faster', () => {
    const { clock, call, cost } = timed();
    call(100);
    clock.now += 9_990;

    call(10);

    expect(cost()).toBeCloseTo(100 / Math.E + 10 * (1 - 1 / Math.E), 6);
  });

  it('takes a failure for no less than a second, however fast it was', () => {
    const { call, cost } = timed();
    call(1, 'failed');
    expect(cost()).toBe(1_000);

    call(3_000, 'failed');
    expect(cost()).toBe(3_000);
  });

  it('learns from a cancelled call only that it takes longer', () => {
    const { call, cost } = timed();
    call(100);
    call(0, 'cancelled');
    expect(cost()).toBe(100);

    call(400, 'cancelled');
    expect(cost()).toBe(400);
  });

  it('costs no more by a clock that is behind than it did', () => {
    const { load, call, clock } = timed();
    call(100);

    expect(load.costAt(clock.now - 3_600_000_000)).toBe(100);
  });

  it('counts none below zero, however often a call is said to have ended', () => {
    const { load } = timed();
    const beganAt = load.begin();
    load.end(beganAt, 'succeeded');
    load.end(beganAt, 'succeeded');

    expect(load.inFlight).toBe(0);
  });

  it('knows an endpoint that answers within a tick of the clock', () => {
    const { load, call, cost } = timed();
    call(0);

    load.begin();

    expect(cost()).toBeLessThan(1);
  });

  it('fades and assumes as it is told', () => {
    const { clock, call, cost } = timed({ decayMs: 1_000, unknownMs: 50 });
    call(1, 'failed');
    expect(cost()).toBe(50);

    clock.now += 1_000;
    expect(cost()).toBeCloseTo(50 / Math.E, 6);
  });

  it('goes by the clock of the process unless it is given one', () => {
    const load = new EndpointLoad();
    const earliest = performance.now();
    const beganAt = load.begin();

    expect(beganAt).toBeGreaterThanOrEqual(earliest);
    expect(beganAt).toBeLessThanOrEqual(performance.now());
  });

  it.each([
    [{ decayMs: 0.9 }, 'decayMs: must be a number from 1 to 3600000, not 0.9'],
    [{ decayMs: 3_600_001 }, 'decayMs: must be a number from 1 to 3600000, not 3600001'],
    [{ unknownMs: 0 }, 'unknownMs: must be a number from 1 to 600000, not 0'],
    [{ unknownMs: Infinity }, 'unknownMs: must be a number from 1 to 600000, not Infinity'],
    [{ now: () => NaN }, 'now(): must be a finite number of milliseconds, not NaN'],
  ])('refuses %j', (options, message) => {
    expect(() => new EndpointLoad(options)).toThrow(new RangeError(`EndpointLoad ${message}`));
  });

  it.each([
    [null, ' options: must be of type object, not null'],
    [{ decayMs: '10s' }, ' decayMs: must be of type number, not "10s"'],
    [{ unknownMs: null }, ' unknownMs: must be of type number, not null'],
    [{ now: 5 }, ' now: must be of type function, not 5'],
    [{ decay: 5 }, ': has no option "decay"; there are decayMs, unknownMs, now'],
  ])('refuses what is no such option: %j', (options, message) => {
    expect(() => new EndpointLoad(options as EndpointLoadOptions)).toThrow(new TypeError(`EndpointLoad${message}`));
  });

  it.each([
    { decayMs: 1, unknownMs: 1 },
    { decayMs: 3_600_000, unknownMs: 600_000 },
    { decayMs: undefined, unknownMs: undefined },
  ])('takes options up to the ends of their ranges: %j', (options) => {
    expect(new EndpointLoad(options).inFlight).toBe(0);
  });

  it('refuses another outcome, and counts the call as ended all the same', () => {
    const { load } = timed();

    expect(() => {
      load.end(load.begin(), 'ok' as 'succeeded'); // as without types
    }).toThrow(new TypeError('EndpointLoad outcome: must be one of succeeded, failed, cancelled, not "ok"'));
    expect(load.inFlight).toBe(0);
  });

  it.each([NaN, Infinity])('learns nothing from a call that a clock without a time measured: %d', (noTime) => {
    const { clock, load, call, cost } = timed();
    call(10);
    const [first, second] = [load.begin(), load.begin()];
    load.end(noTime, 'failed');
    clock.now = noTime;
    load.end(first, 'succeeded');
    load.end(second, 'failed');
    expect(load.costAt(NaN)).toBe(10);
    clock.now = 10;

    expect(load.inFlight).toBe(0);
    expect(cost()).toBe(10);
  });
});
