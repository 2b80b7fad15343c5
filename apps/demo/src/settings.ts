import * as z from 'zod';

import { EnvironmentName, InstanceId } from '@signalbox/schemas';

const Settings = z.object({
  SIGNALBOX_CONFIG_URL: z.url().default('http://127.0.0.1:8888'),
  SIGNALBOX_REGISTRY_URL: z.url().default('http://127.0.0.1:8500'),
  SIGNALBOX_ENVIRONMENT: EnvironmentName.default('production'),
  SIGNALBOX_INSTANCE_ID: InstanceId,
  SIGNALBOX_CACHE_FILE: z.string().optional(),
  SIGNALBOX_TOKEN: z.string().optional(),
});

/** Where the control plane is, and who this process is in it. */
export interface DemoSettings {
  readonly configUrl: string;
  readonly registryUrl: string;
  readonly environment: string;
  readonly instanceId: string;
  /** The last configuration that worked, for a start without the config-server. */
  readonly cacheFile: string | undefined;
  readonly token: string | undefined;
}

/** Throws a TypeError of one line that names the wrong variable. */
export function readDemoSettings(environment: Readonly<Record<string, string | undefined>>): DemoSettings {
  const parsed = Settings.safeParse(environment);
  if (!parsed.success) {
    throw new TypeError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
  }
  return {
    configUrl: parsed.data.SIGNALBOX_CONFIG_URL,
    registryUrl: parsed.data.SIGNALBOX_REGISTRY_URL,
    environment: parsed.data.SIGNALBOX_ENVIRONMENT,
    instanceId: parsed.data.SIGNALBOX_INSTANCE_ID,
    cacheFile: parsed.data.SIGNALBOX_CACHE_FILE,
    token: parsed.data.SIGNALBOX_TOKEN,
  };
}
