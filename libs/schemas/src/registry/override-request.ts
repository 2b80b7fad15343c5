import * as z from 'zod';

/**
 * The body of `PUT /api/v1/services/{service}/instances/{id}/status`: an operator's word, above checks and lease. As in a
 * registration, a field that is not known is none: an instance whose client is newer than the registry drains all the same.
 */
export const OverrideRequest = z.object({ status: z.enum(['up', 'down', 'out-of-service', 'draining']) });
export type OverrideRequest = z.infer<typeof OverrideRequest>;
