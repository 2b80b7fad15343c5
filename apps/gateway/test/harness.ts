import { EventEmitter, once } from 'node:events';

import { type Clock, systemClock } from '@signalbox/clock';
import { readSettings } from '@signalbox/service-runtime';
import { FakeClock } from '@signalbox/testkit';

import type { ConfigConnection } from '../src/configuration/configuration-feed.ts';

import { type RunningGateway, startGateway } from '../src/app.ts';
import { GatewaySettings } from '../src/config.ts';
import { FakeConfig, type RouteSketches } from './fake-config.ts';
import { FakeRegistry } from './fake-registry.ts';

export interface HarnessOptions {
  readonly routes?: RouteSketches;
  readonly destinationRules?: RouteSketches;
  readonly jwtProviders?: RouteSketches;
  /** Ports by service, of instances that are up. */
  readonly services?: Readonly<Record<string, readonly number[]>>;
  readonly settings?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** Instead of answering with the routes at once. */
  readonly connect?: (config: FakeConfig) => Promise<ConfigConnection>;
  readonly registry?: FakeRegistry;
}

/** A gateway on ports of its own, with a registry and a config-server in memory. */
export interface Harness extends AsyncDisposable {
  readonly gateway: RunningGateway;
  readonly config: FakeConfig;
  readonly registry: FakeRegistry;
  readonly url: string;
  readonly adminUrl: string;
  readonly port: number;
  /** Log lines so far. */
  readonly lines: readonly Record<string, unknown>[];
  /** Resolves once there is a log line with this message. */
  logged(message: string): Promise<void>;
}

/** Resolves when the gateway routes, unless `connect` is the test's own. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const { routes = { all: { backendRefs: [{ name: 'orders' }] } }, services = {}, clock = systemClock } = options;
  const registry = options.registry ?? new FakeRegistry();
  for (const [service, ports] of Object.entries(services)) {
    registry.set(
      service,
      ports.map((port) => ({ port })),
    );
  }
  const config = new FakeConfig(routes, options);
  const lines: Record<string, unknown>[] = [];
  const logging = new EventEmitter();
  const logged = async (message: string) => {
    while (!lines.some(({ msg }) => msg === message)) {
      await once(logging, 'line');
    }
  };
  const settings = readSettings(GatewaySettings, {
    SIGNALBOX_PORT: '0',
    SIGNALBOX_ADMIN_PORT: '0',
    SIGNALBOX_DRAIN_TIMEOUT_MS: '0',
    ...options.settings,
  });
  const gateway = await startGateway({
    settings,
    clock,
    sources: {
      connectConfiguration: () => options.connect?.(config) ?? Promise.resolve(config.connection()),
      openRegistry: () => registry,
    },
    logStream: {
      write(line) {
        lines.push(JSON.parse(line) as Record<string, unknown>); // pino writes one object a line
        logging.emit('line');
      },
    },
  });
  if (options.connect === undefined) {
    await logged('routes in force');
  }
  const { port } = gateway.address;
  return {
    gateway,
    config,
    registry,
    lines,
    logged,
    port,
    url: `http://127.0.0.1:${port}`,
    adminUrl: `http://127.0.0.1:${gateway.adminAddress.port}`,
    async [Symbol.asyncDispose]() {
      const closed = gateway.close();
      if (clock instanceof FakeClock) {
        await clock.advance(1);
      }
      await closed;
    },
  };
}
