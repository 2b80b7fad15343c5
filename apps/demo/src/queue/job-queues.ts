import type { Job, QueueName } from './job.ts';

/** A job that a worker holds until its lease ends: unless it is extended, another takes it then. */
export interface TakenJob {
  readonly queue: QueueName;
  readonly entryId: string;
  readonly job: Job;
  /** From 1: how often it was taken, but for those times that it was given back uncounted. */
  readonly attempt: number;
  /** When it was added, in milliseconds since the Unix epoch, by the clock of the queue. */
  readonly addedAt: number;
  readonly leaseMs: number;
}

export interface TakeRequest {
  /** Asked in this order. */
  readonly queues: readonly QueueName[];
  /** At most so many. */
  readonly count: number;
  readonly leaseMs: number;
}

/** What is to become of a job that was taken and not done. */
export interface GiveBackOptions {
  /** Nobody takes it before; at most its lease. */
  readonly delayMs: number;
  /** Whether the attempt is one. */
  readonly counted: boolean;
}

export interface QueueCounts {
  /** In the queue, taken or not. */
  readonly jobs: number;
  readonly taken: number;
  /** Put aside, since they failed too often. */
  readonly buried: number;
}

/** Where a worker gets its jobs. Every method rejects while the queues can't be reached. */
export interface JobQueues {
  /** Rejects with a QueueFullError where the queue holds as many jobs as it may. */
  add(job: Job): Promise<void>;
  /** Waits for a second at most where there is none. A job whose holder's lease has ended comes before new ones. */
  take(request: TakeRequest): Promise<readonly TakenJob[]>;
  /** The lease begins anew. */
  extend(taken: TakenJob): Promise<void>;
  complete(taken: TakenJob): Promise<void>;
  giveBack(taken: TakenJob, options: GiveBackOptions): Promise<void>;
  /** Puts it aside with the reason, for a person to look at. */
  bury(taken: TakenJob, reason: string): Promise<void>;
  counts(queue: QueueName): Promise<QueueCounts>;
}
