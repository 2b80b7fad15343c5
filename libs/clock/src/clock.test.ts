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

  it('waits longer than a single timer can hold', async () => {
    const stop = new AbortController();
    const outcome = Promise.race([systemClock.sleep(2 ** 40, stop.signal), Promise.resolve('still waiting')]);

    await expect(outcome).resolves.toBe('still waiting');
    stop.abort();
  });
});
