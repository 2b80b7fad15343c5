import * as z from 'zod';

/** The body of `PUT /api/v1/services/{service}/instances/{id}/status`: an operator's word, above checks and lease. */
export const OverrideRequest = z.strictObject({ status: z.enum(['up', 'down', 'out-of-service', 'draining']) });
export type OverrideRequest = z.infer<typeof OverrideRequest>;
