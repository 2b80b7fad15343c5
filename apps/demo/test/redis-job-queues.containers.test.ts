import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type ServiceContainer, startRedis } from '@signalbox/testkit/containers';

import type { TakenJob } from '../src/queue/job-queues.ts';
import type { Job } from '../src/queue/job.ts';

import { RedisJobQueues } from '../src/queue/redis-job-queues.ts';

const LEASE_MS = 600_000;
/** A machine that is busy with other containers may stand still for longer than a worker has patience. */
const PATIENCE_MS = 30_000;
const ALL = { queues: ['default', 'email', 'reports'], count: 10, leaseMs: LEASE_MS } as const;
const fulfil = (): Job => ({ kind: 'fulfil-order', orderId: randomUUID() });
const report: Job = { kind: 'report-sales', day: '2026-01-31' };

let redis: ServiceContainer;
let operator: Redis;

beforeAll(async () => {
  redis = await startRedis();
  operator = new Redis(redis.url);
});

afterAll(async () => {
  operator.disconnect();
  await redis[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await operator.flushall();
});

function held(taken: TakenJob | undefined): TakenJob {
  if (taken === undefined) {
    throw new Error('no job was taken');
  }
  return taken;
}

/** A worker's end of the queues. */
async function aConsumer(consumer: string, maxJobs?: number) {
  const queues = await RedisJobQueues.open({
    url: redis.url,
    consumer,
    onOutage: () => undefined,
    commandTimeoutMs: PATIENCE_MS,
    ...(maxJobs !== undefined && { maxJobs }),
  });
  return Object.assign(queues, { [Symbol.asyncDispose]: () => queues.close() });
}

describe('jobs in Redis', () => {
  it('are each taken by one worker, from the queues in their order, and no more than it asks for', async () => {
    await using one = await aConsumer('one');
    await using two = await aConsumer('two');
    const jobs = [fulfil(), fulfil()];
    for (const job of [report, ...jobs]) {
      await one.add(job);
    }

    const first = await one.take({ ...ALL, count: 2 });
    const second = await two.take(ALL);

    expect(first.map(({ job }) => job)).toEqual(jobs);
    expect(second).toMatchObject([{ job: report, queue: 'reports', attempt: 1 }]);
  });

  it('are waited for, and come as soon as they are added', async () => {
    await using one = await aConsumer('one');
    await using two = await aConsumer('two');
    await one.take(ALL); // from now on there are queues to wait on

    const waiting = one.take({ ...ALL, count: 1 });
    await two.add(report);

    expect((await waiting).map(({ job }) => job)).toEqual([report]);
  });

  it('are gone when they are done', async () => {
    await using one = await aConsumer('one');
    await one.add(report);
    const [taken] = await one.take(ALL);
    await one.complete(held(taken));

    expect(await one.counts('reports')).toEqual({ jobs: 0, taken: 0, buried: 0 });
  });

  it('of a worker that vanished are taken by another once their lease has ended, and not before', async () => {
    await using one = await aConsumer('one');
    await using two = await aConsumer('two');
    await one.add(report);
    await one.take(ALL);

    const before = await two.take(ALL);
    const after = await two.take({ ...ALL, leaseMs: 0 });

    expect(before).toEqual([]);
    expect(after).toMatchObject([{ job: report, attempt: 2 }]);
  });

  it('that are extended begin their lease anew', async () => {
    await using one = await aConsumer('one');
    await using two = await aConsumer('two');
    await one.add(report);
    const [taken] = await one.take(ALL);
    await operator.xclaim('shop:jobs:reports', 'workers', 'one', 0, held(taken).entryId, 'IDLE', LEASE_MS, 'JUSTID');

    await one.extend(held(taken));

    expect(await two.take(ALL)).toEqual([]);
  });

  it.each([
    { counted: true, attempt: 2 },
    { counted: false, attempt: 1 },
  ])('that are given back are taken at once by another: %j', async ({ counted, attempt }) => {
    await using one = await aConsumer('one');
    await using two = await aConsumer('two');
    await one.add(report);
    const [taken] = await one.take(ALL);

    await one.giveBack(held(taken), { delayMs: 0, counted });

    expect(await two.take(ALL)).toMatchObject([{ job: report, attempt }]);
  });

  it('that are given back for later are not taken before', async () => {
    await using one = await aConsumer('one');
    await one.add(report);
    const [taken] = await one.take(ALL);

    await one.giveBack(held(taken), { delayMs: LEASE_MS / 2, counted: true });

    expect(await one.take(ALL)).toEqual([]);
    expect(await one.take({ ...ALL, leaseMs: LEASE_MS / 2 })).toHaveLength(1);
  });

  it('that are put aside are kept with the reason', async () => {
    await using one = await aConsumer('one');
    await one.add(report);
    const [taken] = await one.take(ALL);

    await one.bury(held(taken), 'out of paper');

    expect(await one.counts('reports')).toEqual({ jobs: 0, taken: 0, buried: 1 });
    const [[, fields]] = (await operator.xrange('shop:jobs:reports:buried', '-', '+')) as [[string, string[]]];
    expect(fields).toEqual(['job', JSON.stringify(report), 'reason', 'attempt 1: out of paper']);
  });

  it.each(['', '{', '{"kind":"make-coffee"}', '{"kind":"fulfil-order","orderId":"../../etc/passwd"}'])(
    'that are none are put aside as they are: %j',
    async (text) => {
      await using one = await aConsumer('one');
      await operator.xadd('shop:jobs:default', '*', 'job', text);

      const taken = await one.take(ALL);

      expect([taken, await one.counts('default')]).toEqual([[], { jobs: 0, taken: 0, buried: 1 }]);
    },
  );

  it('are refused where the queue holds as many as it may', async () => {
    await using one = await aConsumer('one', 2);
    await one.add(fulfil());
    await one.add(fulfil());

    await expect(one.add(fulfil())).rejects.toThrow('the queue default holds 2 jobs');
    await expect(one.add(report)).resolves.toBeUndefined();
  });

  it('are taken again after Redis has lost everything', async () => {
    await using one = await aConsumer('one');
    await one.take(ALL);
    await operator.flushall();

    await one.add(report);

    expect((await one.take(ALL)).map(({ job }) => job)).toEqual([report]);
  });
});

describe('a worker that leaves', () => {
  const consumers = async () =>
    ((await operator.xinfo('CONSUMERS', 'shop:jobs:reports', 'workers')) as string[][]).map(([, name]) => name);

  it('is forgotten where it holds nothing', async () => {
    const one = await aConsumer('one');
    await one.add(report);
    const [taken] = await one.take(ALL);
    await one.complete(held(taken));
    await one.close();

    expect(await consumers()).toEqual([]);
  });

  it('loses no job that it could not give back', async () => {
    const one = await aConsumer('one');
    await one.add(report);
    await one.take(ALL);
    await one.close();
    await using two = await aConsumer('two');

    expect(await two.take({ ...ALL, leaseMs: 0 })).toMatchObject([{ job: report }]);
  });
});
