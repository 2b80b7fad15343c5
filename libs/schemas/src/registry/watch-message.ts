import * as z from 'zod';

import { Instance } from './instance.ts';

const revision = z.int().nonnegative();

/** What the registry says on `WS /api/v1/watch`. A client ignores members and types that it does not know. */
export const WatchMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), service: z.string(), revision, instances: z.array(Instance) }),
  z.object({
    type: z.literal('delta'),
    service: z.string(),
    revision,
    upserted: z.array(Instance),
    removed: z.array(z.string()).describe('ids'),
  }),
  z.object({ type: z.literal('problem'), code: z.string(), detail: z.string() }),
]);
export type WatchMessage = z.infer<typeof WatchMessage>;
