import { hostname } from 'node:os';
import * as z from 'zod';

import { EnvironmentName, InstanceId, ServiceName } from '@signalbox/schemas';
import { portSetting, readSettings } from '@signalbox/service-runtime/settings';

import { ShopStartError } from './errors.ts';

const listenSettings = {
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on'),
  port: portSetting.default(0),
};

/** Where the control plane is, and who and where this process is in it; read from `SIGNALBOX_*`, or the files that `SIGNALBOX_*_FILE` name. */
const PlatformSettings = z.object({
  ...listenSettings,
  configUrl: z.url().default('http://127.0.0.1:8888'),
  registryUrl: z.url().default('http://127.0.0.1:8500'),
  environment: EnvironmentName.default('production'),
  instanceId: InstanceId.default(hostname).describe('a container has a host name of its own'),
  cacheFile: z
    .string()
    .optional()
    .describe('the last configuration that worked, for a start without the config-server'),
  token: z.string().optional(),
});

/** What the shop itself is given; read from `SHOP_*`, or the files that `SHOP_*_FILE` name. */
const ShopSettings = z.object({
  serviceName: ServiceName.optional().describe('registered under this name, it is a variant, such as a canary'),
  databasePassword: z.string().optional(),
  redisPassword: z.string().optional(),
  authKeyFile: z.string().optional(),
  authUsersFile: z.string().optional(),
  uploadsDir: z.string().optional(),
});

/** Of variables that the shop itself is given: settings, and keys of its configuration that they override. */
export const SHOP_PREFIX = 'SHOP_';

type Environment = Readonly<Record<string, string | undefined>>;

export type DemoSettings = z.infer<typeof PlatformSettings> & z.infer<typeof ShopSettings>;

/** Throws a SettingsError of one line that names the wrong variable. */
export function readDemoSettings(environment: Environment): DemoSettings {
  return {
    ...readSettings(PlatformSettings, environment),
    ...readSettings(ShopSettings, environment, { prefix: SHOP_PREFIX }),
  };
}

/** Where a service listens that was started in the same environment. */
export function readListenSettings(environment: Environment) {
  return readSettings(z.object(listenSettings), environment);
}

/** What a service can't do without. Throws a ShopStartError that names the variable. */
export function required(variable: string, value: string | undefined): string {
  if (value === undefined) {
    throw new ShopStartError(`${variable}: is needed by this service`);
  }
  return value;
}
