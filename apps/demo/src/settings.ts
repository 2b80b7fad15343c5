import { hostname } from 'node:os';
import * as z from 'zod';

import { EnvironmentName, InstanceId } from '@signalbox/schemas';
import { portSetting, readSettings } from '@signalbox/service-runtime/settings';

/** Where the control plane is, and who and where this process is in it; read from `SIGNALBOX_*`, or the files that `SIGNALBOX_*_FILE` name. */
const DemoSettings = z.object({
  configUrl: z.url().default('http://127.0.0.1:8888'),
  registryUrl: z.url().default('http://127.0.0.1:8500'),
  environment: EnvironmentName.default('production'),
  instanceId: InstanceId.default(hostname).describe('a container has a host name of its own'),
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on'),
  port: portSetting.default(0),
  cacheFile: z
    .string()
    .optional()
    .describe('the last configuration that worked, for a start without the config-server'),
  token: z.string().optional(),
});
export type DemoSettings = z.infer<typeof DemoSettings>;

/** Throws a SettingsError of one line that names the wrong variable. */
export function readDemoSettings(environment: Readonly<Record<string, string | undefined>>): DemoSettings {
  return readSettings(DemoSettings, environment);
}
