import * as z from 'zod';

import { databaseUrlSetting } from '@signalbox/database/database-location';
import { commonSettings, portSetting } from '@signalbox/service-runtime/settings';

import { Networks } from './checks/networks.ts';

/** Loopback and the private ranges of RFC 1918 and RFC 4193. Link-local is left out: cloud metadata lives there. */
const PRIVATE_NETWORKS = ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];

/** Where AWS and Google Cloud answer for instance metadata over IPv6: within the private range, unlike the IPv4 address. */
const METADATA_ADDRESSES = ['fd00:ec2::254/128', 'fd20:ce::254/128'];

const networks = z.string().transform((text, context) => {
  try {
    return new Networks(text.split(',').map((network) => network.trim()));
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as RangeError).message }); // the constructor documents what it throws
    return z.NEVER;
  }
});

/** The registry's settings, read from `SIGNALBOX_*`. */
export const RegistrySettings = z.object({
  ...commonSettings,
  port: portSetting.default(8500),
  dataDir: z.string().min(1).default('.signalbox/registry').describe('where registrations and overrides are kept'),
  databaseUrl: databaseUrlSetting.optional(),
  checkNetworks: networks
    .default(() => new Networks(PRIVATE_NETWORKS, METADATA_ADDRESSES))
    .describe('networks that checks may reach, separated by commas'),
  checkConcurrency: z.coerce.number().int().min(1).max(1_000).default(64).describe('checks under way at a time'),
  maxInstances: z.coerce.number().int().min(1).max(1_000_000).default(100_000),
  watchBufferBytes: z.coerce
    .number()
    .int()
    .min(65_536)
    .max(1_073_741_824)
    .default(8_388_608)
    .describe('bytes that may wait for a slow watcher before it is cut off'),
});
export type RegistrySettings = z.infer<typeof RegistrySettings>;
