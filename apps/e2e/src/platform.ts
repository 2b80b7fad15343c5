import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Instance } from '@signalbox/schemas';

import { RegistryClient, type ServiceWatch } from '@signalbox/client';
import { systemClock } from '@signalbox/clock';
import { demoInstance, type DemoSpec, Fleet, type LaunchOptions } from '@signalbox/dev';
import { freePort } from '@signalbox/testkit';

/** Options of a fleet that meets no other on this machine. */
export async function isolatedOptions(): Promise<LaunchOptions> {
  return {
    dataDirectory: await mkdtemp(join(tmpdir(), 'signalbox-e2e-')),
    environment: 'production',
    ports: {
      config: await freePort(),
      registry: await freePort(),
      gateway: await freePort(),
      admin: await freePort(),
    },
  };
}

/** The whole platform as `npm start` runs it, and what a test asks of it. */
export class Platform implements AsyncDisposable {
  readonly fleet: Fleet;
  readonly #lines: string[];
  readonly #registry: RegistryClient;
  readonly #watches = new Map<string, ServiceWatch>();

  private constructor(fleet: Fleet, lines: string[]) {
    this.fleet = fleet;
    this.#lines = lines;
    this.#registry = new RegistryClient({ url: this.url('registry') });
  }

  static async start(): Promise<Platform> {
    const lines: string[] = [];
    const options = await isolatedOptions();
    const sink = (name: string, line: string) => {
      lines.push(`${name} ${line}`);
    };
    return new Platform(await Fleet.start(options, { clock: systemClock, sink }), lines);
  }

  url(server: keyof LaunchOptions['ports'], path = ''): string {
    return `http://127.0.0.1:${this.fleet.options.ports[server]}${path}`;
  }

  get repository(): string {
    return join(this.fleet.options.dataDirectory, 'config-server', 'config.git');
  }

  /** What the processes printed so far, for a test that failed. */
  get log(): string {
    return this.#lines.join('\n');
  }

  demoSpec(service: string, id: string): DemoSpec {
    return demoInstance(this.fleet.options, { service, id });
  }

  async getJson<T>(server: keyof LaunchOptions['ports'], path: string): Promise<T> {
    const response = await fetch(this.url(server, path));
    return (await response.json()) as T; // the test asserts what it is
  }

  async update(body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(this.url('config', '/admin/update'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }; // the test asserts what it is
  }

  /** Resolves once the registry shows instances of the service for which `holds` is true. */
  async instances(service: string, holds: (instances: readonly Instance[]) => boolean): Promise<readonly Instance[]> {
    const watch = this.#watch(service);
    await watch.ready;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const look = () => {
      if (holds(watch.instances)) {
        resolve(undefined);
      }
    };
    const stop = watch.onChange(look);
    look();
    await promise;
    stop();
    return watch.instances;
  }

  /** Resolves once every instance of the service says that it runs this version of its configuration. */
  async running(service: string, version: string): Promise<void> {
    await this.instances(service, (instances) =>
      instances.every(({ configurationVersion }) => configurationVersion === version),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#registry.close();
    await this.fleet.stop();
    await rm(this.fleet.options.dataDirectory, { recursive: true, force: true, maxRetries: 3 });
  }

  #watch(service: string): ServiceWatch {
    const known = this.#watches.get(service) ?? this.#registry.watch(service, { environment: 'production' });
    this.#watches.set(service, known);
    return known;
  }
}
