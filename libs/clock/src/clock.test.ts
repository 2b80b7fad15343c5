import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { systemClock } from './clock.ts';

describe('systemClock', () => {
  it('never goes backwards', () => {
    const earlier = systemClock.now();

    expect(systemClock.now()).toBeGreaterThanOrEqual(earlier);
  });

  it('resolves at once for a delay of zero or less', async () => {
    await expect(systemClock.sleep(-5)).resolves.toBeUndefined();
  });

  it('stops waiting when the signal is aborted, with its reason', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const sleeping = systemClock.sleep(3_600_000, stop.signal);

    stop.abort(reason);

    await expect(sleeping).rejects.toBe(reason);
    await expect(systemClock.sleep(3_600_000, stop.signal)).rejects.toBe(reason);
  });

  it.each([2 ** 31, 2 ** 40, Infinity])('waits %d ms, longer than a single timer can hold', async (ms) => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on('warning', warned);
    const stop = new AbortController();
    const sleeping = systemClock.sleep(ms, stop.signal);

    await turnOfTheLoop();
    stop.abort('enough');

    await expect(sleeping).rejects.toBe('enough');
    expect(warnings).toEqual([]); // Node's, of a timer that fires at once in place of so late
    process.off('warning', warned);
  });

  it('refuses to sleep for what is no number', async () => {
    const nothing = undefined as unknown as number; // as without types

    await expect(systemClock.sleep(NaN)).rejects.toThrow(
      new RangeError('sleep ms: must be a number of milliseconds, not NaN'),
    );
    await expect(systemClock.sleep(nothing)).rejects.toThrow(RangeError);
  });

  it('keeps no process alive by a sleep', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const stop = new AbortController();
    const before = timers();

    const sleeping = systemClock.sleep(3_600_000, stop.signal);

    expect(timers()).toBe(before);
    stop.abort('enough');
    await expect(sleeping).rejects.toBe('enough');
  });

  it('counts from the Unix epoch', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(60_000);
  });
});
