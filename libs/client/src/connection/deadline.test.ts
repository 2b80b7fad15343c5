import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { DeadlineExceededError } from '../errors.ts';
import { startDeadline } from './deadline.ts';

describe('a deadline', () => {
  it('leaves nothing on the signal of a caller who sets no time, though nobody disposes it', () => {
    const { signal: outer } = new AbortController();

    startDeadline(new FakeClock(), Infinity, outer);

    expect(getEventListeners(outer, 'abort')).toEqual([]);
  });

  it('gives up with the caller, whose reason it has, whether there is a time or not', () => {
    const reason = new Error('enough');

    for (const ms of [100, Infinity]) {
      expect(startDeadline(new FakeClock(), ms, AbortSignal.abort(reason)).signal.reason).toBe(reason);
    }
  });

  it('gives up when the time is over, and not once it was disposed', async () => {
    const clock = new FakeClock();
    const [kept, disposed] = [startDeadline(clock, 100), startDeadline(clock, 100)];
    disposed[Symbol.dispose]();

    await clock.advance(100);

    expect(kept.signal.reason).toEqual(new DeadlineExceededError(100));
    expect(disposed.signal.aborted).toBe(false);
  });
});
