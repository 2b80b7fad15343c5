import { describe, expect, it } from 'vitest';

import { DatabaseUnavailableError } from '@signalbox/database';
import { FakeClock } from '@signalbox/testkit';

import type { Job } from '../queue/job.ts';

import { MemoryJobQueues } from '../../test/memory-job-queues.ts';
import { Worker, type WorkerSettings } from './worker.ts';

const report = (day: number): Job => ({ kind: 'report-sales', day: `2026-01-0${day}` });
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** A worker on queues in memory, and what a test does to it. */
class Bench implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly queues = new MemoryJobQueues(this.clock);
  readonly performed: Job[] = [];
  settings: WorkerSettings = { queues: ['default', 'reports'], concurrency: 2, leaseMs: 30_000, maxAttempts: 3 };
  readonly worker: Worker;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(perform: (job: Job, abandon: AbortSignal) => Promise<void>) {
    this.worker = new Worker({
      queues: this.queues,
      clock: this.clock,
      log: silent,
      settings: () => this.settings,
      perform: async (job, abandon) => {
        this.performed.push(job);
        await perform(job, abandon);
      },
    });
    this.#running = this.worker.run(this.#stop.signal);
  }

  /** Adds a job and lets the worker find it. */
  async add(...jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) {
      await this.queues.add(job);
    }
    await this.clock.advance(0);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Tells it to stop, and not more. */
  tellToStop(): void {
    this.#stop.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.clock.advance(10_000);
    await this.#running;
  }
}

/** A job that ends when the test says so, or is abandoned. */
function held() {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const perform = async (_job: Job, abandon: AbortSignal) => {
    const abandoned = Promise.withResolvers<never>();
    abandon.addEventListener('abort', () => {
      abandoned.reject(abandon.reason as Error);
    });
    await Promise.race([promise, abandoned.promise]);
  };
  return { perform, finish: resolve };
}

describe('a worker', () => {
  it('takes what it does out of its queue', async () => {
    await using bench = new Bench(() => Promise.resolve());

    await bench.add(report(1));
    await bench.clock.advance(1_000);

    expect([bench.queues.jobs, bench.worker.done]).toEqual([[], 1]);
  });

  it('does no more at a time than it is told, and more at once where that is changed', async () => {
    const { perform, finish } = held();
    await using bench = new Bench(perform);
    await bench.add(report(1), report(2), report(3), report(4));
    await bench.clock.advance(2_000);
    const before = bench.worker.running;

    bench.settings = { ...bench.settings, concurrency: 3 };
    bench.worker.wake();
    await bench.clock.advance(0);

    expect([before, bench.worker.running]).toEqual([2, 3]);
    finish(undefined);
  });

  it('takes from those queues alone that it is told', async () => {
    await using bench = new Bench(() => Promise.resolve());

    bench.settings = { ...bench.settings, queues: ['email'] };
    await bench.clock.advance(1_000);
    await bench.add(report(1));
    await bench.clock.advance(1_000);

    expect(bench.performed).toEqual([]);
  });

  it('tries a job that fails again after a while, and puts it aside with the reason after the last attempt', async () => {
    await using bench = new Bench(() => Promise.reject(new Error('out of paper')));
    await bench.add(report(1));
    const attempts = [bench.performed.length];

    for (let second = 0; second < 6; second += 1) {
      await bench.clock.advance(1_000);
      attempts.push(bench.performed.length);
    }

    expect(attempts.at(0)).toBe(1);
    expect(attempts.at(-1)).toBe(3);
    expect(bench.queues.buried).toEqual([{ job: report(1), reason: 'out of paper' }]);
    expect(bench.queues.jobs).toEqual([]);
  });

  it('keeps a job for as long as the database is away, however often it fails', async () => {
    let isAway = true;
    await using bench = new Bench(() =>
      isAway ? Promise.reject(new DatabaseUnavailableError('away')) : Promise.resolve(),
    );
    await bench.add(report(1));

    await bench.clock.advance(60_000);
    const attemptsMeanwhile = bench.performed.length;
    isAway = false;
    await bench.clock.advance(5_000);

    expect(attemptsMeanwhile).toBeGreaterThan(3);
    expect([bench.worker.done, bench.queues.buried]).toEqual([1, []]);
  });

  it('keeps a job that takes longer than its lease to itself', async () => {
    const { perform, finish } = held();
    await using bench = new Bench(perform);
    await bench.add(report(1));

    await bench.clock.advance(300_000);

    expect(bench.performed).toHaveLength(1);
    finish(undefined);
  });

  it('puts aside unseen what ended every worker that took it', async () => {
    await using bench = new Bench(() => Promise.resolve());
    bench.settings = { ...bench.settings, queues: ['email'] };
    await bench.clock.advance(1_000);
    await bench.queues.add(report(1));
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await bench.queues.take({ queues: ['reports'], count: 1, leaseMs: 0 });
    }

    bench.settings = { ...bench.settings, queues: ['reports'] };
    await bench.clock.advance(2_000);

    expect(bench.performed).toEqual([]);
    expect(bench.queues.buried).toMatchObject([{ reason: 'every worker that took it ended before it was done' }]);
  });

  it('goes on when the queues are back', async () => {
    await using bench = new Bench(() => Promise.resolve());
    bench.queues.isAway = true;
    await bench.clock.advance(10_000);

    bench.queues.isAway = false;
    await bench.add(report(1));
    await bench.clock.advance(1_000);

    expect(bench.worker.done).toBe(1);
  });
});

describe('a worker that is told to stop', () => {
  it('finishes what it does, and takes nothing more', async () => {
    const { perform, finish } = held();
    await using bench = new Bench(perform);
    await bench.add(report(1));
    bench.tellToStop();
    await bench.add(report(2), report(3));

    finish(undefined);
    await bench.clock.advance(1_000);
    await bench.stop();

    expect(bench.performed).toEqual([report(1)]);
    expect(bench.queues.jobs).toEqual([report(2), report(3)]);
  });

  it('gives back after two seconds what it can not finish, for another to begin at once', async () => {
    await using bench = new Bench(held().perform);
    await bench.add(report(1));

    bench.tellToStop();
    await bench.clock.advance(3_000);
    await bench.stop();

    const [taken] = await bench.queues.take({ queues: ['reports'], count: 1, leaseMs: 1_000 });
    expect(taken).toMatchObject({ job: report(1), attempt: 1 });
  });
});
