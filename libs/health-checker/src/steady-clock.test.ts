import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { HealthChecker } from './health-checker.ts';

const START = Date.UTC(2026, 0, 1);
const passing = () => Promise.resolve();

describe('a HealthChecker whose clock is broken', () => {
  it.each([NaN, Infinity, 1e300])(
    'answers with the last time that its clock told where that tells none: %d',
    (none) => {
      const clock = { time: START, now: () => clock.time, sleep: passing };
      const checker = new HealthChecker({ clock });
      clock.time = START + 5_000;
      checker.answer('/health/live');
      clock.time = none;

      expect(checker.answer('/health/live')).toMatchObject({
        statusCode: 200,
        body: { timestamp: '2026-01-01T00:00:05.000Z', uptime: 5 },
      });
    },
  );

  it('tells of no time below zero where its clock is set back', async () => {
    const waits = new FakeClock();
    const clock = { time: START, now: () => clock.time, sleep: waits.sleep.bind(waits) };
    const checker = new HealthChecker({ clock }).addDependency('db', () => {
      clock.time -= 60_000;
      return passing();
    });
    checker.start();
    await waits.advance(0);
    await checker.close();

    expect(checker.answer('/health/ready').body).toMatchObject({ uptime: 0, checks: { db: { responseTimeMs: 0 } } });
  });
});
