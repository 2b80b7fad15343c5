import { join } from 'node:path';

import { RegistryClient } from '@signalbox/client';
import { systemClock } from '@signalbox/clock';
import { Fleet, instanceEnvironment, type LaunchOptions } from '@signalbox/dev';
import { freePort, temporaryDirectory } from '@signalbox/testkit';

const EXAMPLES = { stock: 'plain-node', prices: 'express', shop: 'fastify' } as const;
const ROOT = join(import.meta.dirname, '..');

export type ExampleService = keyof typeof EXAMPLES;

/** The control plane and one instance of each example, as processes. */
export class ExampleFleet implements AsyncDisposable {
  readonly registry: RegistryClient;
  readonly #fleet: Fleet;
  readonly #directory: AsyncDisposable;

  private constructor(fleet: Fleet, directory: AsyncDisposable) {
    this.registry = new RegistryClient({ url: urlOf(fleet.options, 'registry'), environment: 'production' });
    this.#fleet = fleet;
    this.#directory = directory;
  }

  static async start(): Promise<ExampleFleet> {
    const directory = await temporaryDirectory();
    const options: LaunchOptions = {
      dataDirectory: directory.path,
      environment: 'production',
      ports: {
        config: await freePort(),
        registry: await freePort(),
        gateway: await freePort(),
        admin: await freePort(),
      },
      settings: { 'config-server': { SIGNALBOX_SEED_DIR: join(ROOT, 'seed') } },
    };
    const instances = Object.entries(EXAMPLES).map(([service, folder]) => ({
      service,
      name: `${service}-1`,
      args: [join(ROOT, folder, 'main.ts')],
      environment: instanceEnvironment(options, `${service}-1`),
    }));
    const sink = () => undefined; // a start that fails says the last line itself
    return new ExampleFleet(await Fleet.start(options, { clock: systemClock, sink, instances }), directory);
  }

  /** Asks the instance of a service itself, where the registry says that it is. */
  async get(service: ExampleService, path: string): Promise<{ status: number; body: unknown }> {
    const { instances } = await this.registry.discover(service, { required: true });
    const [{ address, port } = { address: '', port: 0 }] = instances;
    const response = await fetch(`http://${address}:${port}${path}`);
    return { status: response.status, body: await response.json() };
  }

  /** Changes the configuration of a service; resolves once its instance says that it runs what came of it. */
  async change(service: ExampleService, set: Record<string, unknown>): Promise<void> {
    using watch = this.registry.watch(service);
    await watch.ready;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const before = watch.instances.map(({ configurationVersion }) => configurationVersion);
    watch.onChange((instances) => {
      if (instances.every(({ configurationVersion }) => !before.includes(configurationVersion))) {
        resolve(undefined);
      }
    });
    const response = await fetch(`${urlOf(this.#fleet.options, 'config')}/admin/update`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ service, environment: 'production', set }),
    });
    if (!response.ok) {
      throw new Error(`the config-server answered ${response.status} ${await response.text()}`);
    }
    await promise;
  }

  /** Sends SIGTERM; resolves with whether it ended by itself. */
  async stop(service: ExampleService): Promise<boolean> {
    return this.#fleet.process(`${service}-1`).stop({ withinMs: 20_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry.close();
    await this.#fleet.stop();
    await this.#directory[Symbol.asyncDispose]();
  }
}

function urlOf({ ports }: LaunchOptions, server: keyof LaunchOptions['ports']): string {
  return `http://127.0.0.1:${ports[server]}`;
}
