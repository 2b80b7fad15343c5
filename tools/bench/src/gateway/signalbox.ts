import { join } from 'node:path';

import { RegistryClient } from '@signalbox/client';
import { freePort } from '@signalbox/testkit';

import { builtApp } from '../built-app.ts';
import { onCore, Program } from '../programs.ts';
import { addressOf, answersOk, type Ground, type Site } from './site.ts';

const WORKSPACE = join(import.meta.dirname, '..', '..', '..', '..');
const ENVIRONMENT = 'production';

/** Services of the seed's routes, both answered by the one backend. */
const SERVICES = ['products', 'orders'] as const;

interface Control {
  readonly configUrl: string;
  readonly registryUrl: string;
}

/**
 * The built gateway with its settings' defaults, on the routes of docker/seed out of a running config-server, and on instances
 * out of a running registry. Those two, on the other core, have nothing to do while requests are measured.
 */
export async function startSignalbox(backend: Site, ground: Ground, otherCore: number): Promise<Site> {
  const control = await startControl({ ...ground, core: otherCore });
  const registry = new RegistryClient({ url: control.registryUrl, environment: ENVIRONMENT });
  ground.opened.use(registry);
  for (const service of SERVICES) {
    await registry.register({ service, id: `${service}-1`, address: '127.0.0.1', port: backend.port });
  }
  const port = await freePort();
  const adminPort = await freePort();
  const program = await startApp('gateway', ground, {
    environment: {
      SIGNALBOX_PORT: String(port),
      SIGNALBOX_ADMIN_PORT: String(adminPort),
      SIGNALBOX_CONFIG_URL: control.configUrl,
      SIGNALBOX_REGISTRY_URL: control.registryUrl,
      SIGNALBOX_ENVIRONMENT: ENVIRONMENT,
    },
    readyPort: adminPort,
  });
  return { program, port };
}

async function startControl(ground: Ground): Promise<Control> {
  const configPort = await freePort();
  const registryPort = await freePort();
  await startApp('config-server', ground, {
    environment: {
      SIGNALBOX_PORT: String(configPort),
      SIGNALBOX_DATA_DIR: join(ground.directory, 'config-server'),
      SIGNALBOX_SEED_DIR: join(WORKSPACE, 'docker', 'seed', 'config'),
    },
    readyPort: configPort,
  });
  await startApp('registry', ground, {
    environment: { SIGNALBOX_PORT: String(registryPort), SIGNALBOX_DATA_DIR: join(ground.directory, 'registry') },
    readyPort: registryPort,
  });
  return { configUrl: addressOf(configPort, ''), registryUrl: addressOf(registryPort, '') };
}

interface AppOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly readyPort: number;
}

async function startApp(name: string, ground: Ground, { environment, readyPort }: AppOptions): Promise<Program> {
  const program = await Program.start(name, onCore(ground.core, await builtApp(name)), {
    env: { NODE_ENV: 'production', ...environment },
    isReady: () => answersOk(addressOf(readyPort, '/health/ready')),
  });
  ground.opened.defer(() => program.stop());
  return program;
}
