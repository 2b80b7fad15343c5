import * as z from 'zod';

import { Instance } from './instance.ts';

export const InstanceListResponse = z.object({ revision: z.int().nonnegative(), instances: z.array(Instance) });
export type InstanceListResponse = z.infer<typeof InstanceListResponse>;

/** The answer of `GET /api/v1/services`. */
export const ServiceListResponse = z.object({
  revision: z.int().nonnegative(),
  services: z.array(z.object({ name: z.string(), instances: z.int().nonnegative(), healthy: z.int().nonnegative() })),
});
export type ServiceListResponse = z.infer<typeof ServiceListResponse>;
