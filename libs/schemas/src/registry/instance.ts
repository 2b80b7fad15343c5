import * as z from 'zod';

import { InstanceStatus, Override } from './status.ts';

export const Scheme = z.enum(['http', 'https', 'h2c', 'grpc', 'tcp']);
export type Scheme = z.infer<typeof Scheme>;

/** Lease of an instance: how long it lives without a renewal, and how often it should renew. */
export const Lease = z.object({ ttlMs: z.int().positive(), renewEveryMs: z.int().positive() });
export type Lease = z.infer<typeof Lease>;

/** An instance as the registry shows it. */
export const Instance = z.object({
  service: z.string(),
  id: z.string(),
  environment: z.string(),
  scheme: Scheme,
  address: z.string(),
  port: z.int().min(1).max(65_535),
  tags: z.array(z.string()),
  meta: z.record(z.string(), z.string()),
  weight: z.int().min(0),
  region: z.string().optional(),
  zone: z.string().optional(),
  version: z.string().optional(),
  configurationVersion: z.string().optional().describe('the configuration version that the instance says it runs'),
  status: InstanceStatus,
  override: Override.optional().describe('what an operator said, where that is why the status is what it is'),
  checks: z.array(z.object({ name: z.string(), status: z.enum(['pending', 'pass', 'warn', 'fail']) })),
  registeredAt: z.iso.datetime(),
  lease: Lease.nullable(),
});
export type Instance = z.infer<typeof Instance>;
