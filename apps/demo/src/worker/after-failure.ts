import type { GiveBackOptions, TakenJob } from '../queue/job-queues.ts';

export interface FailureCircumstances {
  /** The worker was told to stop, and left the job. */
  readonly isAbandoned: boolean;
  /** What the job needs could not be reached: no fault of the job's. */
  readonly isOutage: boolean;
  readonly maxAttempts: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

export type AfterFailure = ({ readonly kind: 'give back' } & GiveBackOptions) | { readonly kind: 'bury' };

const FIRST_DELAY_MS = 1_000;
const OUTAGE_DELAY_MS = 2_000;
/** A job that meets nothing but outages for so long is counted like any other. */
const LONGEST_OUTAGE_MS = 3_600_000;

/** Whether, and when, a job that was not done is tried again: after 1 s, 2 s, 4 s and so on, at most its lease. */
export function afterFailure(
  { attempt, addedAt, leaseMs }: TakenJob,
  { isAbandoned, isOutage, maxAttempts, now }: FailureCircumstances,
): AfterFailure {
  if (isAbandoned) {
    return { kind: 'give back', delayMs: 0, counted: false };
  }
  if (isOutage && now - addedAt < LONGEST_OUTAGE_MS) {
    return { kind: 'give back', delayMs: Math.min(OUTAGE_DELAY_MS, leaseMs), counted: false };
  }
  if (attempt >= maxAttempts) {
    return { kind: 'bury' };
  }
  return { kind: 'give back', delayMs: Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), leaseMs), counted: true };
}
