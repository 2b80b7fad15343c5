import * as z from 'zod';

import { ServiceName } from '../names.ts';

/** What a client says on `WS /api/v1/watch` of the registry. */
export const WatchRequest = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('watch'),
    service: ServiceName,
    revision: z
      .int()
      .nonnegative()
      .optional()
      .describe('what the client has seen: answered with what changed since, if the registry still knows'),
  }),
  z.object({ type: z.literal('unwatch'), service: ServiceName }),
]);
export type WatchRequest = z.infer<typeof WatchRequest>;
