import type { Clock } from '@signalbox/clock';

import { requireMethods, requireNumber } from './validation.ts';

/** Milliseconds from the Unix epoch that a date can have (ECMA-262, section 21.4.1.1). */
const DATES = { from: -8.64e15, to: 8.64e15 };

/**
 * The same clock, but where it answers what is no time, that is the one it answered last: a broken clock is no reason for a restart, as which a
 * probe that can't answer is taken. Throws a TypeError for what is no clock, and a RangeError for one that does not begin with a date.
 */
export function steadied(option: string, clock: Clock): Clock {
  requireMethods(option, clock, 'now', 'sleep');
  let last = clock.now();
  requireNumber(`${option}.now()`, last, DATES);
  return {
    now: () => {
      const now = clock.now();
      last = now >= DATES.from && now <= DATES.to ? now : last;
      return last;
    },
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}
