import * as z from 'zod';

/** The queues of the shop, and what is put into each. */
export const QUEUES = ['default', 'email', 'reports'] as const;
export type QueueName = (typeof QUEUES)[number];

export const Job = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fulfil-order'), orderId: z.uuid() }),
  z.object({ kind: z.literal('confirm-order'), orderId: z.uuid() }),
  /** `day` is in UTC. */
  z.object({ kind: z.literal('report-sales'), day: z.iso.date() }),
]);
export type Job = z.infer<typeof Job>;

const QUEUE_OF = {
  'fulfil-order': 'default',
  'confirm-order': 'email',
  'report-sales': 'reports',
} as const satisfies Record<Job['kind'], QueueName>;

export function queueOf(job: Job): QueueName {
  return QUEUE_OF[job.kind];
}
