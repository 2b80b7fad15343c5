import * as z from 'zod';

import { databaseUrlSetting } from '@signalbox/database/database-location';
import { Label } from '@signalbox/schemas';
import { commonSettings, portSetting } from '@signalbox/service-runtime/settings';

export const ConfigServerSettings = z.object({
  ...commonSettings,
  port: portSetting.default(8888),
  dataDir: z
    .string()
    .min(1)
    .default('.signalbox/config-server')
    .describe('made when it is not there; one process at a time'),
  databaseUrl: databaseUrlSetting.optional(),
  seedDir: z.string().min(1).optional().describe('files of the first commit of a new embedded repository'),
  gitUrl: z
    .string()
    .min(1)
    .optional()
    .describe('a Git remote instead of the embedded repository: https, ssh or a path'),
  defaultLabel: Label.default('main').describe('branch that is served, and that updates are committed to'),
  fetchIntervalMs: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(10_000)
    .describe('how often the remote is fetched'),
  pollIntervalMs: z.coerce
    .number()
    .int()
    .min(100)
    .max(600_000)
    .default(2_000)
    .describe('how often the embedded repository is looked at, behind the file system watch'),
  gitTimeoutMs: z.coerce
    .number()
    .int()
    .min(100)
    .max(600_000)
    .default(30_000)
    .describe('how long Git may be silent before it counts as hung'),
  maxDocumentBytes: z.coerce
    .number()
    .int()
    .min(1_024)
    .max(67_108_864)
    .default(1_048_576)
    .describe('a larger document is a problem of the pairs that need it'),
  maxPushBytes: z.coerce
    .number()
    .int()
    .min(1_024)
    .max(1_073_741_824)
    .default(67_108_864)
    .describe('largest push, and largest request of a fetch, uncompressed'),
  maxGitExchanges: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(8)
    .describe('clones, fetches and pushes at once; who comes then is told to come again'),
  gitExchangeTimeoutMs: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(300_000)
    .describe('how long a clone, fetch or push may take'),
});
export type ConfigServerSettings = z.infer<typeof ConfigServerSettings>;
