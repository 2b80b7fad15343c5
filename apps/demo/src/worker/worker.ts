import type { Clock } from '@signalbox/clock';

import { DatabaseUnavailableError } from '@signalbox/database';

import type { JobQueues, TakenJob } from '../queue/job-queues.ts';
import type { Job, QueueName } from '../queue/job.ts';

import { afterFailure } from './after-failure.ts';

/** What a worker is told while it runs; each take goes by what holds then. */
export interface WorkerSettings {
  readonly queues: readonly QueueName[];
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly maxAttempts: number;
}

export interface WorkerLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface WorkerOptions {
  readonly queues: JobQueues;
  /** Does a job; the signal is aborted when it is to be left, for another worker to do. May be called twice for one job. */
  readonly perform: (job: Job, abandon: AbortSignal) => Promise<void>;
  readonly settings: () => WorkerSettings;
  readonly clock: Clock;
  readonly log: WorkerLog;
}

/** Before the queues are asked again that could not be reached. */
const RETRY_MS = 500;
/** How long jobs under way may take after the worker was told to stop: within what a launcher, or an orchestrator, waits. */
const FINISH_WITHIN_MS = 2_000;
/** A lease is extended so many times before it would end. */
const EXTENSIONS_PER_LEASE = 3;

/** Takes jobs from queues and does them, so many at a time. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #running = new Set<Promise<void>>();
  readonly #abandon = new AbortController();
  #woken = Promise.withResolvers<undefined>();
  #done = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Jobs done since the start. */
  get done(): number {
    return this.#done;
  }

  /** To be called when the settings have changed: a worker that waits goes by them at once. */
  wake(): void {
    this.#woken.resolve(undefined);
    this.#woken = Promise.withResolvers();
  }

  /**
   * Works until told to stop. Jobs under way are then finished, or given back where they take longer than 2 s; resolves when none
   * is under way.
   */
  async run(stopping: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    const wake = () => {
      this.wake();
    };
    stopping.addEventListener('abort', wake, { once: true });
    let isTold = false;
    while (!stopping.aborted) {
      try {
        await this.#takeSome(stopping);
        isTold = false;
      } catch (error) {
        if (!isTold) {
          log.warn({ reason: (error as Error).message }, 'jobs can not be taken'); // ioredis rejects with errors
        }
        isTold = true;
        await clock.sleep(RETRY_MS, stopping).catch(() => undefined); // only the signal ends it early
      }
    }
    await this.#finish();
  }

  async #takeSome(stopping: AbortSignal): Promise<void> {
    const { queues, settings } = this.#options;
    const { concurrency, queues: names, leaseMs } = settings();
    const free = concurrency - this.#running.size;
    if (free <= 0) {
      await this.#woken.promise;
      return;
    }
    for (const taken of await queues.take({ queues: names, count: free, leaseMs })) {
      if (stopping.aborted) {
        await queues.giveBack(taken, { delayMs: 0, counted: false });
      } else {
        this.#begin(taken);
      }
    }
  }

  #begin(taken: TakenJob): void {
    const running = this.#work(taken).finally(() => {
      this.#running.delete(running);
      this.wake();
    });
    this.#running.add(running);
  }

  /** Never rejects. Where the queues can't be told, the lease ends and another worker takes the job. */
  async #work(taken: TakenJob): Promise<void> {
    const { log } = this.#options;
    const { queue, job, attempt } = taken;
    log.debug({ queue, job, attempt }, 'job begun');
    const over = new AbortController();
    const extending = this.#keepExtending(taken, over.signal);
    try {
      await this.#settle(taken, await this.#outcomeOf(taken));
    } catch (error) {
      log.warn({ queue, job, attempt, reason: (error as Error).message }, 'a queue was not told of a job'); // ioredis rejects with errors
    } finally {
      over.abort();
      await extending;
    }
  }

  /** What went wrong. A job that was taken too often ended the workers that did it, before they could tell. */
  async #outcomeOf({ job, attempt }: TakenJob): Promise<Error | undefined> {
    const { perform, settings } = this.#options;
    if (attempt > settings().maxAttempts) {
      return new Error('every worker that took it ended before it was done');
    }
    try {
      await perform(job, this.#abandon.signal);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  async #settle(taken: TakenJob, failure: Error | undefined): Promise<void> {
    const { log, queues, settings, clock } = this.#options;
    const { queue, job, attempt } = taken;
    if (failure === undefined) {
      await queues.complete(taken);
      this.#done += 1;
      log.info({ queue, job, attempt }, 'job done');
      return;
    }
    const next = afterFailure(taken, {
      isAbandoned: this.#abandon.signal.aborted,
      isOutage: failure instanceof DatabaseUnavailableError,
      maxAttempts: settings().maxAttempts,
      now: clock.now(),
    });
    log.warn({ queue, job, attempt, reason: failure.message, next: next.kind }, 'job not done');
    if (next.kind === 'bury') {
      await queues.bury(taken, failure.message);
    } else {
      await queues.giveBack(taken, next);
    }
  }

  async #keepExtending(taken: TakenJob, over: AbortSignal): Promise<void> {
    const { clock, queues } = this.#options;
    const isOver = () => over.aborted;
    while (!isOver()) {
      await clock.sleep(taken.leaseMs / EXTENSIONS_PER_LEASE, over).catch(() => undefined); // only the signal ends it early
      if (!isOver()) {
        await queues.extend(taken).catch(() => undefined); // tried again soon; if it never succeeds, another worker takes the job
      }
    }
  }

  async #finish(): Promise<void> {
    const { clock } = this.#options;
    const finished = new AbortController();
    const deadline = clock.sleep(FINISH_WITHIN_MS, finished.signal).then(
      () => {
        this.#abandon.abort(new Error('the worker stops'));
      },
      () => undefined, // all were finished in time
    );
    await Promise.all(this.#running);
    finished.abort();
    await deadline;
  }
}
