import * as z from 'zod';

import { Configuration } from './configuration.ts';

const pairVersion = { service: z.string(), environment: z.string(), version: z.string(), etag: z.string() };

/** What the config-server says on `WS /ws`. A client ignores members and types that it does not know. */
export const ConfigSocketMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('subscribed'), ...pairVersion }),
  z.object({
    type: z.literal('changed'),
    ...pairVersion,
    changedKeys: z.array(z.string()).optional(),
    configuration: Configuration.optional().describe('absent when it is too large to push: fetch it'),
  }),
  z.object({
    type: z.literal('problem'),
    code: z.string(),
    detail: z.string(),
    service: z.string().optional(),
    environment: z.string().optional(),
  }),
]);
export type ConfigSocketMessage = z.infer<typeof ConfigSocketMessage>;
