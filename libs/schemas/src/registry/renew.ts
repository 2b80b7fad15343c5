import * as z from 'zod';

import { InstanceId, ServiceName } from '../names.ts';
import { Lease } from './instance.ts';

const MAX_RENEWALS = 1_000;
const configurationVersion = z
  .string()
  .min(1)
  .max(512)
  .regex(/^\P{Cc}+$/u, 'must not contain control characters')
  .optional();

/** The body of `PUT /api/v1/services/{service}/instances/{id}/lease`; it may be left out. As in a registration, a field that is not known is none. */
export const RenewRequest = z.object({ configurationVersion });
export type RenewRequest = z.infer<typeof RenewRequest>;

export const RenewResponse = Lease.extend({ revision: z.int().nonnegative() });
export type RenewResponse = z.infer<typeof RenewResponse>;

/** The body of `POST /api/v1/leases/renew`. */
export const RenewManyRequest = z.object({
  instances: z
    .array(z.object({ service: ServiceName, id: InstanceId, configurationVersion }))
    .min(1)
    .max(MAX_RENEWALS),
});
export type RenewManyRequest = z.infer<typeof RenewManyRequest>;

export const RenewManyResponse = z.object({
  renewed: z.int().nonnegative(),
  unknown: z.array(z.object({ service: z.string(), id: z.string() })).describe('to be registered again'),
  revision: z.int().nonnegative(),
});
export type RenewManyResponse = z.infer<typeof RenewManyResponse>;
