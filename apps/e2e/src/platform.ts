import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

import type { Instance, InstanceListResponse } from '@signalbox/schemas';

import { ConfigClient, RegistryClient, type ServiceWatch } from '@signalbox/client';
import { systemClock } from '@signalbox/clock';
import { demoInstance, Fleet, instanceEnvironment, type InstanceSpec, type LaunchOptions } from '@signalbox/dev';
import { freePort } from '@signalbox/testkit';

import { LineLog } from './line-log.ts';
import { untilShown } from './until-shown.ts';

/** Options of a fleet that meets no other on this machine. */
export async function isolatedOptions(dataDirectory?: string): Promise<LaunchOptions> {
  return {
    dataDirectory: dataDirectory ?? (await mkdtemp(join(tmpdir(), 'signalbox-e2e-'))),
    environment: 'production',
    ports: {
      config: await freePort(),
      registry: await freePort(),
      gateway: await freePort(),
      admin: await freePort(),
    },
  };
}

export interface PlatformOptions {
  /** What of the launch differs from `isolatedOptions`. */
  readonly launch?: Partial<LaunchOptions>;
  /** Instances to start with. @default the demo fleet's */
  readonly instances?: (options: LaunchOptions) => readonly InstanceSpec[];
}

/** Who an instance of the echo service is, and how it stands in the registry. */
export interface EchoOptions {
  readonly id: string;
  /** Of its lease. @default 30_000 */
  readonly ttlMs?: number;
  /** Of the registry's check. @default none is made */
  readonly checkIntervalMs?: number;
}

const ECHO_MAIN = join(import.meta.dirname, 'echo', 'main.ts');
/** The configuration of the scenarios: a route to the echo service. */
export const SCENARIO_SEED = join(import.meta.dirname, '..', 'seed');
const DEFAULT_TTL_MS = 30_000;

/** An instance of the echo service. */
function echoInstance(options: LaunchOptions, echo: EchoOptions): InstanceSpec {
  const { id, ttlMs = DEFAULT_TTL_MS, checkIntervalMs } = echo;
  return {
    service: 'echo',
    name: id,
    args: [ECHO_MAIN],
    environment: {
      ...instanceEnvironment(options, id),
      ECHO_TTL_MS: String(ttlMs),
      ...(checkIntervalMs !== undefined && { ECHO_CHECK_INTERVAL_MS: String(checkIntervalMs) }),
    },
  };
}

/** The whole platform as `npm start` runs it, and what a test asks of it. */
export class Platform implements AsyncDisposable {
  readonly fleet: Fleet;
  readonly #log: LineLog;
  readonly #registry: RegistryClient;
  readonly #watches = new Map<string, ServiceWatch>();

  private constructor(fleet: Fleet, log: LineLog) {
    this.fleet = fleet;
    this.#log = log;
    this.#registry = new RegistryClient({ url: this.url('registry') });
  }

  static async start({ launch, instances }: PlatformOptions = {}): Promise<Platform> {
    const log = new LineLog();
    const options = { ...(await isolatedOptions(launch?.dataDirectory)), ...launch };
    const context = { clock: systemClock, sink: log.add, ...(instances && { instances: instances(options) }) };
    return new Platform(await Fleet.start(options, context), log);
  }

  /** The control plane and instances of the echo service, to which the gateway leads `/echo`. */
  static async startWithEcho(
    echoes: readonly EchoOptions[],
    settings: LaunchOptions['settings'] = {},
    dataDirectory?: string,
  ): Promise<Platform> {
    const configServer = { SIGNALBOX_SEED_DIR: SCENARIO_SEED, ...settings['config-server'] };
    return Platform.start({
      launch: { settings: { ...settings, 'config-server': configServer }, ...(dataDirectory && { dataDirectory }) },
      instances: (options) => echoes.map((echo) => echoInstance(options, echo)),
    });
  }

  /** Starts an instance of the echo service, again where it ended; resolves when the registry says that requests may be sent to it. */
  async startEcho(echo: EchoOptions): Promise<void> {
    await this.fleet.startInstance(echoInstance(this.fleet.options, echo));
  }

  url(server: keyof LaunchOptions['ports'], path = ''): string {
    return `http://127.0.0.1:${this.fleet.options.ports[server]}${path}`;
  }

  get repository(): string {
    return join(this.fleet.options.dataDirectory, 'config-server', 'config.git');
  }

  /** What the processes printed so far, for a test that failed. */
  get log(): string {
    return this.#log.text;
  }

  /** Resolves once a process has printed such a line: `<name> <line>`. Lines of before count. */
  async logged(pattern: RegExp): Promise<void> {
    await this.#log.has(pattern);
  }

  demoSpec(service: string, id: string): InstanceSpec {
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
    return await untilShown(this.#watch(service), holds);
  }

  /** Resolves once what the registry itself lists, and not what a client remembers of it, holds. */
  async listed(service: string, holds: (instances: readonly Instance[]) => boolean): Promise<readonly Instance[]> {
    const path = `/api/v1/services/${service}/instances`;
    let list = await this.getJson<InstanceListResponse>('registry', path);
    while (!holds(list.instances)) {
      list = await this.getJson<InstanceListResponse>('registry', `${path}?revision=${list.revision}&wait=30s`);
    }
    return list.instances;
  }

  /** Resolves once every instance of the service says that it runs this version of its configuration. */
  async running(service: string, version: string): Promise<void> {
    await this.instances(service, (instances) =>
      instances.every(({ configurationVersion }) => configurationVersion === version),
    );
  }

  /** Resolves once the config-server serves this version to the service, whose configuration it changed. */
  async served(service: string, version: string): Promise<void> {
    const pair = { service, env: this.fleet.options.environment };
    await using config = await ConfigClient.connect({ url: this.url('config'), ...pair, schema: z.unknown() });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const look = () => {
      if (config.version === version) {
        resolve(undefined);
      }
    };
    config.onChange(look);
    look();
    await promise;
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
