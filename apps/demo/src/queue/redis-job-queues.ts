import type { Redis } from 'ioredis';

import type { GiveBackOptions, JobQueues, QueueCounts, TakenJob, TakeRequest } from './job-queues.ts';

import { QueueFullError } from '../errors.ts';
import { connectRedis, type RedisConnectionOptions } from '../redis-connection.ts';
import { Job, type QueueName, queueOf, QUEUES } from './job.ts';
import { CREATE_GROUP, FORGET_CONSUMER, isGroupMissing } from './redis-groups.ts';
import { entriesOf, type Entry, entryTimeOf, queueOfKey } from './stream-entries.ts';

export interface RedisJobQueuesOptions extends Pick<RedisConnectionOptions, 'url' | 'onOutage'> {
  /** Who takes jobs here; unique among those who do. */
  readonly consumer: string;
  /** How many jobs a queue may hold. @default 100_000 */
  readonly maxJobs?: number;
  /** How long a command may take, beyond what it is told to wait. @default 2_000 */
  readonly commandTimeoutMs?: number;
}

const DEFAULT_MAX_JOBS = 100_000;
/** About so many jobs that were put aside are kept for each queue. */
const MAX_BURIED = 10_000;
const GROUP = 'workers';
/** Holds what was given back, until somebody takes it. */
const NOBODY = 'nobody';
/** How long a worker waits where there is no job: as long as it needs to notice that it is told to stop. */
const WAIT_MS = 1_000;
const DEFAULT_COMMAND_TIMEOUT_MS = 2_000;

const keyOf = (queue: QueueName) => `shop:jobs:${queue}`;
const buriedKeyOf = (queue: QueueName) => `shop:jobs:${queue}:buried`;

/**
 * Queues as Redis streams with a consumer group. What is taken stays in the stream, with who took it and when, until it is done: a job of
 * a worker that was killed is claimed by another once it has been idle for its lease (https://redis.io/docs/latest/commands/xautoclaim/).
 */
export class RedisJobQueues implements JobQueues {
  readonly #commands: Redis;
  /** A command that waits keeps its connection from all others. */
  readonly #waiting: Redis;
  readonly #consumer: string;
  readonly #maxJobs: number;
  /** Where the search for abandoned jobs goes on: it looks at a part of those that are taken. */
  readonly #cursors = new Map<QueueName, string>();

  private constructor(
    commands: Redis,
    waiting: Redis,
    { consumer, maxJobs = DEFAULT_MAX_JOBS }: RedisJobQueuesOptions,
  ) {
    this.#commands = commands;
    this.#waiting = waiting;
    this.#consumer = consumer;
    this.#maxJobs = maxJobs;
  }

  /** Resolves once connected, or once that has failed: connections come back by themselves. */
  static async open(options: RedisJobQueuesOptions): Promise<RedisJobQueues> {
    const { url, onOutage, commandTimeoutMs = DEFAULT_COMMAND_TIMEOUT_MS } = options;
    const [commands, waiting] = await Promise.all([
      connectRedis({ url, onOutage, commandTimeoutMs }),
      connectRedis({ url, onOutage: () => undefined, commandTimeoutMs: WAIT_MS + commandTimeoutMs }),
    ]);
    return new RedisJobQueues(commands, waiting, options);
  }

  async add(job: Job): Promise<void> {
    const queue = queueOf(job);
    if ((await this.#commands.xlen(keyOf(queue))) >= this.#maxJobs) {
      throw new QueueFullError(queue, this.#maxJobs);
    }
    await this.#commands.xadd(keyOf(queue), '*', 'job', JSON.stringify(job));
  }

  async take(request: TakeRequest): Promise<readonly TakenJob[]> {
    const taken: TakenJob[] = [];
    for (const queue of request.queues) {
      taken.push(...(await this.#claimAbandoned(queue, { ...request, count: request.count - taken.length })));
      taken.push(...(await this.#readNew(queue, { ...request, count: request.count - taken.length })));
    }
    return taken.length > 0 ? taken : await this.#awaitNew(request);
  }

  async extend({ queue, entryId }: TakenJob): Promise<void> {
    await this.#commands.xclaim(keyOf(queue), GROUP, this.#consumer, 0, entryId, 'JUSTID');
  }

  async complete({ queue, entryId }: TakenJob): Promise<void> {
    await this.#commands.multi().xack(keyOf(queue), GROUP, entryId).xdel(keyOf(queue), entryId).exec();
  }

  async giveBack({ queue, entryId, attempt, leaseMs }: TakenJob, { delayMs, counted }: GiveBackOptions): Promise<void> {
    const idleMs = Math.max(0, leaseMs - delayMs);
    const attempts = counted ? attempt : attempt - 1;
    const options = ['IDLE', idleMs, 'RETRYCOUNT', attempts, 'JUSTID'] as const;
    await this.#commands.xclaim(keyOf(queue), GROUP, NOBODY, 0, entryId, ...options);
  }

  async bury({ queue, entryId, job, attempt }: TakenJob, reason: string): Promise<void> {
    await this.#bury(queue, { id: entryId, text: JSON.stringify(job) }, `attempt ${attempt}: ${reason}`);
  }

  async counts(queue: QueueName): Promise<QueueCounts> {
    const [jobs, buried, taken] = await Promise.all([
      this.#commands.xlen(keyOf(queue)),
      this.#commands.xlen(buriedKeyOf(queue)),
      this.#withGroup(queue, () => this.#commands.xpending(keyOf(queue), GROUP)),
    ]);
    return { jobs, taken: Number(taken[0]), buried };
  }

  /** Leaves nothing of this consumer's behind, but for jobs that it could not give back: those are claimed by others. */
  async close(): Promise<void> {
    try {
      for (const queue of QUEUES) {
        await this.#commands.eval(FORGET_CONSUMER, 1, keyOf(queue), GROUP, this.#consumer);
      }
    } catch {
      // Redis is away: a consumer without jobs stays listed, and is in nobody's way
    }
    this.#commands.disconnect();
    this.#waiting.disconnect();
  }

  async #claimAbandoned(queue: QueueName, { count, leaseMs }: TakeRequest): Promise<readonly TakenJob[]> {
    if (count <= 0) {
      return [];
    }
    const cursor = this.#cursors.get(queue) ?? '0-0';
    const [next, claimed] = (await this.#withGroup(queue, () =>
      this.#commands.xautoclaim(keyOf(queue), GROUP, this.#consumer, leaseMs, cursor, 'COUNT', count),
    )) as [string, unknown]; // as the command is documented
    this.#cursors.set(queue, next);
    const taken = await Promise.all(
      entriesOf(claimed).map(async (entry) =>
        this.#toTaken(queue, entry, { leaseMs, attempt: await this.#attemptsOf(queue, entry.id) }),
      ),
    );
    return taken.filter((job) => job !== undefined);
  }

  async #attemptsOf(queue: QueueName, entryId: string): Promise<number> {
    const [pending] = (await this.#commands.xpending(keyOf(queue), GROUP, entryId, entryId, 1)) as [
      [id: string, consumer: string, idleMs: number, deliveries: number]?,
    ]; // as the command is documented
    return pending?.[3] ?? 1;
  }

  async #readNew(queue: QueueName, { count, leaseMs }: TakeRequest): Promise<readonly TakenJob[]> {
    if (count <= 0) {
      return [];
    }
    const streams = await this.#withGroup(queue, () =>
      this.#commands.xreadgroup('GROUP', GROUP, this.#consumer, 'COUNT', count, 'STREAMS', keyOf(queue), '>'),
    );
    return this.#toNewJobs(streams, leaseMs);
  }

  /** One of each queue may come at once: what is too much goes back. */
  async #awaitNew({ queues, count, leaseMs }: TakeRequest): Promise<readonly TakenJob[]> {
    const keys = queues.map(keyOf);
    const arrived = await this.#toNewJobs(
      await this.#waiting.xreadgroup(
        ...(['GROUP', GROUP, this.#consumer, 'COUNT', 1, 'BLOCK', WAIT_MS, 'STREAMS'] as const),
        ...keys,
        ...keys.map(() => '>'),
      ),
      leaseMs,
    );
    for (const tooMuch of arrived.slice(count)) {
      await this.giveBack(tooMuch, { delayMs: 0, counted: false });
    }
    return arrived.slice(0, count);
  }

  async #toNewJobs(streams: unknown, leaseMs: number): Promise<readonly TakenJob[]> {
    const taken: TakenJob[] = [];
    for (const [key, entries] of (streams ?? []) as [string, unknown][]) {
      for (const entry of entriesOf(entries)) {
        const job = await this.#toTaken(queueOfKey(key), entry, { leaseMs, attempt: 1 });
        taken.push(...(job === undefined ? [] : [job]));
      }
    }
    return taken;
  }

  /** Undefined for what is no job, which is put aside. */
  async #toTaken(
    queue: QueueName,
    entry: Entry,
    { leaseMs, attempt }: { leaseMs: number; attempt: number },
  ): Promise<TakenJob | undefined> {
    const job = Job.safeParse(entry.content);
    if (!job.success) {
      await this.#bury(queue, entry, 'it is none of the jobs that are known here');
      return undefined;
    }
    return { queue, entryId: entry.id, job: job.data, attempt, addedAt: entryTimeOf(entry.id), leaseMs };
  }

  async #bury(queue: QueueName, { id, text }: Pick<Entry, 'id' | 'text'>, reason: string): Promise<void> {
    await this.#commands
      .multi()
      .xadd(buriedKeyOf(queue), 'MAXLEN', '~', MAX_BURIED, '*', 'job', text, 'reason', reason)
      .xack(keyOf(queue), GROUP, id)
      .xdel(keyOf(queue), id)
      .exec();
  }

  /** A stream and its group are made when they are first needed; a Redis that lost what it held needs them again. */
  async #withGroup<T>(queue: QueueName, command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (error) {
      if (!isGroupMissing(error)) {
        throw error;
      }
      await this.#commands.eval(CREATE_GROUP, 1, keyOf(queue), GROUP);
      return await command();
    }
  }
}
