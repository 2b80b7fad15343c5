import * as z from 'zod';

import { EnvironmentName, InstanceId } from '@signalbox/schemas';
import { commonSettings, portSetting } from '@signalbox/service-runtime/settings';

import { toNetworks } from './proxy/peer.ts';

const networks = z.string().transform((text, context) => {
  try {
    return toNetworks(text === 'none' ? [] : text.split(',').map((network) => network.trim()));
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as RangeError).message }); // toNetworks documents what it throws
    return z.NEVER;
  }
});

const milliseconds = z.coerce.number().int().min(1).max(3_600_000);

/** The gateway's settings, read from `SIGNALBOX_*`. */
export const GatewaySettings = z.object({
  ...commonSettings,
  host: z.string().min(1).default('127.0.0.1').describe('address of the data port'),
  port: portSetting.default(8080).describe('data port'),
  reusePort: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('whether a successor may listen on the data port meanwhile; Linux, FreeBSD, Solaris, AIX'),
  adminHost: z.string().min(1).default('127.0.0.1').describe('address of the control API'),
  adminPort: portSetting.default(8081),
  configUrl: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8888'),
  registryUrl: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8500'),
  environment: EnvironmentName.default('production').describe('whose routes and instances'),
  region: z.string().min(1).max(128).optional().describe('where the gateway runs'),
  zone: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('where in its region; routes may prefer instances that are near'),
  cacheFile: z.string().min(1).optional().describe('routes to start with while the config-server is away'),
  token: z.string().min(1).optional().describe('presented to config-server and registry'),
  instanceId: InstanceId.optional().describe('how the config-server names this gateway'),
  trustedProxies: networks
    .default(() => toNetworks([]))
    .describe('networks whose forwarded fields are believed, separated by commas'),
  explainTo: networks
    .default(() => toNetworks(['127.0.0.0/8', '::1']))
    .describe('networks that are told route and instance in Signalbox-Route; "none" for nobody'),
  maxConnections: z.coerce.number().int().min(1).max(65_535).default(1_024).describe('to one endpoint'),
  maxWebSockets: z.coerce.number().int().min(0).max(1_000_000).default(10_000).describe('open at a time'),
  connectTimeoutMs: milliseconds.default(2_000),
  breakerFailures: z.coerce.number().int().min(1).max(1_000).default(5).describe('in a row, of one endpoint'),
  breakerRecoveryMs: milliseconds.default(1_500).describe('how long a failing endpoint is left alone'),
  idleTimeoutMs: milliseconds.default(300_000).describe('of a client connection on which nothing moves'),
  drainTimeoutMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(60_000)
    .default(10_000)
    .describe('for requests under way at the end'),
});
export type GatewaySettings = z.infer<typeof GatewaySettings>;
