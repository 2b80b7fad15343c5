import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { Deadlines } from './deadlines.ts';

function recorder(clock: FakeClock) {
  const fired: [string, number][] = [];
  const start = clock.now();
  const named = (name: string) => ({
    onDeadline: () => {
      fired.push([name, clock.now() - start]);
    },
  });
  return { fired, named };
}

describe('Deadlines', () => {
  it('fires each when it is due, at most a tick later', async () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const { fired, named } = recorder(clock);

    deadlines.add(named('long'), 100);
    deadlines.add(named('short'), 50);
    await clock.advance(10);
    deadlines.add(named('short, later'), 50);
    await clock.advance(200);

    expect(fired).toEqual([
      ['short', 60],
      ['short, later', 60],
      ['long', 100],
    ]);
  });

  it('does not fire what was cancelled, in whatever order', async () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const { fired, named } = recorder(clock);
    const all = ['a', 'b', 'c', 'd'].map((name) => deadlines.add(named(name), 50));

    all[1]?.cancel();
    all[3]?.cancel();
    all[1]?.cancel();
    await clock.advance(100);

    expect(fired.map(([name]) => name)).toEqual(['a', 'c']);
  });

  it('fires one that was set while another fired', async () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const { fired, named } = recorder(clock);

    deadlines.add({ onDeadline: () => void deadlines.add(named('second'), 50) }, 50);
    await clock.advance(200);

    expect(fired).toEqual([['second', 120]]);
  });

  it('keeps no timer when nothing is due, and none after it was closed', async () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const { fired, named } = recorder(clock);
    deadlines.add(named('one'), 10).cancel();
    await clock.advance(40);
    expect(clock.sleeping).toBe(0);

    deadlines.add(named('two'), 10);
    deadlines.close();
    await clock.advance(100);

    expect(clock.sleeping).toBe(0);
    expect(fired).toEqual([]);
  });
});
