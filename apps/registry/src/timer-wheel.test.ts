import { describe, expect, it } from 'vitest';

import { TimerWheel } from './timer-wheel.ts';

describe('TimerWheel', () => {
  it('hands a thing out at the first tick at or after its time, and once', () => {
    const wheel = new TimerWheel<string>(100, 1_000);
    wheel.add(1_250, 'a');

    expect(wheel.takeDue(1_299)).toEqual([]);
    expect(wheel.takeDue(1_300)).toEqual(['a']);
    expect(wheel.takeDue(1_400)).toEqual([]);
  });

  it('hands out all that became due since the last time, in order of their ticks', () => {
    const wheel = new TimerWheel<string>(100, 0);
    wheel.add(3_600_000, 'late');
    wheel.add(500, 'early');
    wheel.add(500, 'early too');

    expect(wheel.takeDue(3_600_000)).toEqual(['early', 'early too', 'late']);
  });

  it('hands out at the next tick what was due before it was added', () => {
    const wheel = new TimerWheel<string>(100, 1_000);
    wheel.takeDue(1_000);
    wheel.add(200, 'past');

    expect(wheel.takeDue(1_100)).toEqual(['past']);
  });
});
