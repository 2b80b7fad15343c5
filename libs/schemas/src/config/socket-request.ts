import * as z from 'zod';

import { EnvironmentName, InstanceId, Label, ServiceName } from '../names.ts';

const MAX_ETAG_LENGTH = 128;
const MAX_REASON_LENGTH = 4_096;

const ConfigReason = z.string().max(MAX_REASON_LENGTH);

const pair = { service: ServiceName, environment: EnvironmentName };
const etag = z.string().min(1).max(MAX_ETAG_LENGTH);

/** What a client says on `WS /ws` of the config-server. */
export const ConfigSocketRequest = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('subscribe'),
    ...pair,
    label: Label.optional(),
    instanceId: InstanceId.optional(),
    etag: etag.optional().describe('what the client already has: with another one it is sent the change at once'),
  }),
  z.object({ type: z.literal('applied'), ...pair, etag }),
  z.object({ type: z.literal('rejected'), ...pair, etag, reason: ConfigReason }),
]);
export type ConfigSocketRequest = z.infer<typeof ConfigSocketRequest>;

/** The body of `POST /config/{service}/{environment}/verdicts`: what an instance without a socket made of a configuration. */
export const ConfigVerdictRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('applied'), instanceId: InstanceId, etag }),
  z.object({ type: z.literal('rejected'), instanceId: InstanceId, etag, reason: ConfigReason }),
]);
export type ConfigVerdictRequest = z.infer<typeof ConfigVerdictRequest>;
