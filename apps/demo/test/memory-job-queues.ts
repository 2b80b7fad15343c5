import type { Clock } from '@signalbox/clock';

import type { GiveBackOptions, JobQueues, QueueCounts, TakenJob, TakeRequest } from '../src/queue/job-queues.ts';

import { type Job, type QueueName, queueOf } from '../src/queue/job.ts';

interface Entry {
  readonly id: string;
  readonly job: Job;
  readonly addedAt: number;
  attempts: number;
  /** Nobody else takes it before. */
  freeAt: number;
}

/** Queues in memory, by a clock that a test moves; `isAway` makes them an outage. */
export class MemoryJobQueues implements JobQueues {
  readonly buried: { readonly job: Job; readonly reason: string }[] = [];
  isAway = false;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  #added = Promise.withResolvers<undefined>();
  #lastId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get jobs(): readonly Job[] {
    return [...this.#entries.values()].map(({ job }) => job);
  }

  async add(job: Job): Promise<void> {
    await this.#reach();
    this.#lastId += 1;
    const addedAt = this.#clock.now();
    this.#entries.set(String(this.#lastId), { id: String(this.#lastId), job, addedAt, attempts: 0, freeAt: addedAt });
    this.#added.resolve(undefined);
    this.#added = Promise.withResolvers();
  }

  async take(request: TakeRequest): Promise<readonly TakenJob[]> {
    await this.#reach();
    const taken = this.#takeNow(request);
    if (taken.length > 0) {
      return taken;
    }
    const waited = new AbortController();
    await Promise.race([this.#added.promise, this.#clock.sleep(1_000, waited.signal).catch(() => undefined)]);
    waited.abort();
    await this.#reach();
    return this.#takeNow(request);
  }

  async extend({ entryId, leaseMs }: TakenJob): Promise<void> {
    await this.#reach();
    this.#entry(entryId).freeAt = this.#clock.now() + leaseMs;
  }

  async complete({ entryId }: TakenJob): Promise<void> {
    await this.#reach();
    this.#entries.delete(entryId);
  }

  async giveBack({ entryId, attempt }: TakenJob, { delayMs, counted }: GiveBackOptions): Promise<void> {
    await this.#reach();
    const entry = this.#entry(entryId);
    entry.attempts = counted ? attempt : attempt - 1;
    entry.freeAt = this.#clock.now() + delayMs;
  }

  async bury({ entryId, job }: TakenJob, reason: string): Promise<void> {
    await this.#reach();
    this.#entries.delete(entryId);
    this.buried.push({ job, reason });
  }

  async counts(queue: QueueName): Promise<QueueCounts> {
    await this.#reach();
    const entries = [...this.#entries.values()].filter(({ job }) => queueOf(job) === queue);
    const taken = entries.filter(({ freeAt }) => freeAt > this.#clock.now()).length;
    return { jobs: entries.length, taken, buried: this.buried.length };
  }

  #takeNow({ queues, count, leaseMs }: TakeRequest): readonly TakenJob[] {
    const now = this.#clock.now();
    const free = [...this.#entries.values()]
      .filter(({ job, freeAt }) => queues.includes(queueOf(job)) && freeAt <= now)
      .slice(0, count);
    return free.map((entry) => {
      entry.attempts += 1;
      entry.freeAt = now + leaseMs;
      const { id, job, attempts, addedAt } = entry;
      return { queue: queueOf(job), entryId: id, job, attempt: attempts, addedAt, leaseMs };
    });
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      throw new Error(`no entry ${id}`);
    }
    return entry;
  }

  async #reach(): Promise<void> {
    await Promise.resolve();
    if (this.isAway) {
      throw new Error('the queues are away');
    }
  }
}
