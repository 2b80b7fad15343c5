import type { TimerOptions } from 'node:timers';

import { setTimeout as wait } from 'node:timers/promises';

/** Time as the domain sees it: it can be read, and it can be waited on. Tests pass one that they move themselves. */
export interface Clock {
  /** Milliseconds since the Unix epoch. Never goes backwards, whatever happens to the machine's wall clock. */
  now(): number;
  /**
   * Resolves once `ms` milliseconds have passed; at once when `ms` is zero or less.
   * Rejects with the signal's reason when it is aborted first, and with a RangeError for what is no number. Does not keep a process alive
   * by itself.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay a Node timer holds; a longer one would fire at once (Node.js documentation of setTimeout). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  async sleep(ms, signal) {
    if (!(ms <= Infinity)) {
      throw new RangeError(`sleep ms: must be a number of milliseconds, not ${ms}`); // a timer would take it for 1
    }
    try {
      await waitFor(ms, { ref: false, ...(signal && { signal }) });
    } catch (error) {
      signal?.throwIfAborted(); // Node rejects with an AbortError of its own, whatever the reason
      throw error;
    }
  },
};

async function waitFor(ms: number, options: TimerOptions): Promise<void> {
  let leftMs = ms;
  while (leftMs > LONGEST_TIMER_MS) {
    await wait(LONGEST_TIMER_MS, undefined, options);
    leftMs -= LONGEST_TIMER_MS;
  }
  await wait(Math.max(0, leftMs), undefined, options);
}
