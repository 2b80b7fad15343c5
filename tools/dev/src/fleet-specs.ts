import { join } from 'node:path';

import type { LaunchOptions, ServerName } from './options.ts';
import type { ProcessSpec } from './supervised-process.ts';

const WORKSPACE = join(import.meta.dirname, '..', '..', '..');
const app = (name: string) => join(WORKSPACE, 'apps', name, 'src', 'main.ts');

const LOOPBACK = '127.0.0.1';

const DEMO = [
  { service: 'products', count: 2 },
  { service: 'orders', count: 2 },
  { service: 'web', count: 1 },
] as const;

/** A process that compiles what those of the control plane and the demo fleet load, before there are any. */
export const COMPILE_AHEAD: ProcessSpec = {
  name: 'compile-ahead',
  args: [
    join(import.meta.dirname, 'compile-ahead', 'main.ts'),
    ...[
      ...['config-server/src/main.ts', 'registry/src/main.ts', 'gateway/src/main.ts', 'demo/src/main.ts'],
      ...DEMO.map(({ service }) => `demo/src/${service}.ts`),
    ].map((module) => join(WORKSPACE, 'apps', module)),
  ],
  environment: {},
};

interface ServerSpec extends ProcessSpec {
  readonly name: ServerName;
  readonly readyUrl: string;
}

/** The processes of the control plane, in the order in which they start. */
export function controlPlane(options: LaunchOptions): readonly ServerSpec[] {
  return servers(options).map((spec) => ({
    ...spec,
    environment: { ...spec.environment, ...options.settings?.[spec.name] },
  }));
}

function servers({ dataDirectory, environment, ports }: LaunchOptions): readonly ServerSpec[] {
  const { config, registry, gateway, admin } = ports;
  return [
    {
      name: 'config-server',
      args: [app('config-server')],
      environment: {
        SIGNALBOX_PORT: String(config),
        SIGNALBOX_DATA_DIR: join(dataDirectory, 'config-server'),
        SIGNALBOX_SEED_DIR: join(WORKSPACE, 'docker', 'seed', 'config'),
      },
      readyUrl: `http://${LOOPBACK}:${config}/health/ready`,
    },
    {
      name: 'registry',
      args: [app('registry')],
      environment: { SIGNALBOX_PORT: String(registry), SIGNALBOX_DATA_DIR: join(dataDirectory, 'registry') },
      readyUrl: `http://${LOOPBACK}:${registry}/health/ready`,
    },
    {
      name: 'gateway',
      args: [app('gateway')],
      environment: {
        ...controlPlaneUrls({ dataDirectory, environment, ports }),
        SIGNALBOX_PORT: String(gateway),
        SIGNALBOX_ADMIN_PORT: String(admin),
        SIGNALBOX_CACHE_FILE: join(dataDirectory, 'cache', 'gateway.json'),
        SIGNALBOX_DRAIN_TIMEOUT_MS: '1000',
      },
      readyUrl: `http://${LOOPBACK}:${admin}/health/ready`,
    },
  ];
}

export interface InstanceSpec extends ProcessSpec {
  readonly service: string;
}

/** The instances of the demo fleet. */
export function demoFleet(options: LaunchOptions): readonly InstanceSpec[] {
  return DEMO.flatMap(({ service, count }) =>
    Array.from({ length: count }, (_, index) => demoInstance(options, { service, id: `${service}-${index + 1}` })),
  );
}

/** One instance of a service of the shop. */
export function demoInstance(options: LaunchOptions, { service, id }: { service: string; id: string }): InstanceSpec {
  return { service, name: id, args: [app('demo'), service], environment: instanceEnvironment(options, id) };
}

/** What tells an instance who it is and where the control plane is. */
export function instanceEnvironment(options: LaunchOptions, id: string): Record<string, string> {
  return {
    ...controlPlaneUrls(options),
    SIGNALBOX_INSTANCE_ID: id,
    SIGNALBOX_CACHE_FILE: join(options.dataDirectory, 'cache', `${id}.json`),
  };
}

function controlPlaneUrls({ environment, ports }: LaunchOptions): Record<string, string> {
  return {
    SIGNALBOX_CONFIG_URL: `http://${LOOPBACK}:${ports.config}`,
    SIGNALBOX_REGISTRY_URL: `http://${LOOPBACK}:${ports.registry}`,
    SIGNALBOX_ENVIRONMENT: environment,
  };
}
