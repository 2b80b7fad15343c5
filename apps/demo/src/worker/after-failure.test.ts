import { describe, expect, it } from 'vitest';

import type { TakenJob } from '../queue/job-queues.ts';

import { afterFailure } from './after-failure.ts';

const taken: TakenJob = {
  queue: 'reports',
  entryId: '1-0',
  job: { kind: 'report-sales', day: '2026-01-31' },
  attempt: 1,
  addedAt: 0,
  leaseMs: 30_000,
};
const circumstances = { isAbandoned: false, isOutage: false, maxAttempts: 5, now: 1_000 };

describe('a job that failed', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [4, 8_000],
  ])('is tried again after attempt %d, in %d ms', (attempt, delayMs) => {
    expect(afterFailure({ ...taken, attempt }, circumstances)).toEqual({ kind: 'give back', delayMs, counted: true });
  });

  it('waits no longer than its lease, after which anyone may take it', () => {
    const outcome = afterFailure({ ...taken, attempt: 9 }, { ...circumstances, maxAttempts: 20 });

    expect(outcome).toMatchObject({ delayMs: 30_000 });
  });

  it('is put aside after the last attempt', () => {
    expect(afterFailure({ ...taken, attempt: 5 }, circumstances)).toEqual({ kind: 'bury' });
  });

  it('does not count where the worker left it, so that another may begin at once', () => {
    expect(afterFailure({ ...taken, attempt: 5 }, { ...circumstances, isAbandoned: true })).toEqual({
      kind: 'give back',
      delayMs: 0,
      counted: false,
    });
  });

  it('does not count where what it needs was away, for an hour', () => {
    const outage = { ...circumstances, isOutage: true };

    expect(afterFailure({ ...taken, attempt: 5 }, outage)).toEqual({
      kind: 'give back',
      delayMs: 2_000,
      counted: false,
    });
    expect(afterFailure({ ...taken, attempt: 5 }, { ...outage, now: 3_600_000 })).toEqual({ kind: 'bury' });
  });
});
