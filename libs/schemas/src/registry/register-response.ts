import * as z from 'zod';

import { Lease } from './instance.ts';

/** The answer to a registration. */
export const RegisterResponse = z.object({
  service: z.string(),
  id: z.string(),
  lease: Lease.nullable(),
  revision: z.int().nonnegative(),
  ignored: z
    .array(z.string())
    .optional()
    .describe('fields of the request that the registry does not know; the first 16'),
});
export type RegisterResponse = z.infer<typeof RegisterResponse>;
