import { describe, expect, it } from 'vitest';

import { FakeClock } from './fake-clock.ts';

describe('FakeClock', () => {
  it('stands still until it is advanced', async () => {
    const clock = new FakeClock(1_000);

    await clock.advance(250);

    expect(clock.now()).toBe(1_250);
  });

  it('wakes sleepers in the order in which they are due, each at its own time', async () => {
    const clock = new FakeClock(0);
    const woken: [string, number][] = [];
    void clock.sleep(20).then(() => woken.push(['second', clock.now()]));
    void clock.sleep(10).then(() => woken.push(['first', clock.now()]));

    await clock.advance(30);

    expect(woken).toEqual([
      ['first', 10],
      ['second', 20],
    ]);
  });

  it('wakes a sleeper who went to sleep again while time moved', async () => {
    const clock = new FakeClock(0);
    const ticks: number[] = [];
    const ticking = async () => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(10);
        ticks.push(clock.now());
      }
    };
    void ticking();

    await clock.advance(30);

    expect(ticks).toEqual([10, 20, 30]);
  });

  it.each([0, -5])('wakes who sleeps for %d ms at once, without being advanced', async (ms) => {
    const clock = new FakeClock(0);

    await clock.sleep(ms);

    expect([clock.now(), clock.sleeping]).toEqual([0, 0]);
  });

  it('rejects a sleep with the reason of its signal and forgets the sleeper', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const sleeping = clock.sleep(10, stop.signal);

    stop.abort(new Error('stopped'));

    await expect(sleeping).rejects.toThrow('stopped');
    expect(clock.sleeping).toBe(0);
  });

  it('rejects at once when the signal was aborted before', async () => {
    const clock = new FakeClock();

    await expect(clock.sleep(10, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });
});
