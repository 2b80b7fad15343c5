import type { AddressInfo } from 'node:net';

import type { Clock } from '@signalbox/clock';

import { ConfigClient, RegistryClient, type SignalboxError } from '@signalbox/client';
import { HealthChecker, type ProbeResult } from '@signalbox/health-checker';
import { createService, type Running, type Service, UnavailableError } from '@signalbox/service-runtime';

import type { GatewaySettings } from './config.ts';
import type { InstanceSource } from './upstreams/instance-source.ts';

import { addAdminRoutes } from './admin/admin-routes.ts';
import { addTokenMetrics } from './admin/token-metrics.ts';
import { addTrafficMetrics } from './admin/traffic-metrics.ts';
import { type ConfigConnection, ConfigurationFeed } from './configuration/configuration-feed.ts';
import { servicesPreferringZone } from './configuration/destination-rules.ts';
import { RoutesInForce } from './configuration/routes-in-force.ts';
import { ServableConfiguration } from './configuration/served-routes.ts';
import { Deadlines } from './deadlines/deadlines.ts';
import { JwtFilters, type JwtFiltersOptions } from './filters/jwt-filters.ts';
import { AccessLog } from './proxy/access-log.ts';
import { GatewayServer } from './proxy/gateway-server.ts';
import { Traffic } from './proxy/traffic.ts';
import { Upstreams } from './upstreams/upstreams.ts';

const VERSION = '0.1.0';

/** The routes' service name at the config-server. */
const SERVICE = 'gateway';

/** Readiness follows its reasons closely: both are looked up, not asked for. */
const READINESS = { intervalMs: 250 };

/** Where routes and instances come from. */
export interface GatewaySources {
  connectConfiguration(onProblem: (problem: SignalboxError) => void): Promise<ConfigConnection>;
  openRegistry(onProblem: (problem: SignalboxError) => void): InstanceSource & AsyncDisposable;
}

export interface GatewayOptions {
  readonly settings: GatewaySettings;
  readonly clock: Clock;
  /** @default the config-server and the registry of the settings */
  readonly sources?: GatewaySources;
  /** Where log lines go. @default standard output */
  readonly logStream?: { write(line: string): void };
  /** Ends a start that waits for routes. */
  readonly signal?: AbortSignal;
}

export interface RunningGateway extends Running {
  readonly address: AddressInfo;
  readonly adminAddress: AddressInfo;
}

/** Starts a gateway. Rejects with a StartError for what an operator has to mend; nothing is left open then. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  await using opened = new AsyncDisposableStack();
  const { settings, clock, sources = toSources(options) } = options;
  const health = new HealthChecker({ clock, version: VERSION });
  const service = await openAdmin(options, health);
  opened.defer(() => service.close());
  const rooms = openRooms(options, { service, sources, opened });
  watchReadiness(health, rooms);
  opened.defer(() => health.close());
  addAdminRoutes(service.http, rooms);
  addTrafficMetrics(service.metrics, rooms);
  addTokenMetrics(service.metrics, rooms.filters);
  health.start();
  const adminAddress = await service.listen();
  if (settings.reusePort) {
    // Another gateway may be listening there: this one would be handed connections before it can do anything with them.
    await completeness(rooms.inForce, options.signal);
  }
  const address = await listen(rooms.server, settings);
  service.log.info({ ...address }, 'routing requests');
  opened.defer(async () => {
    await service.drain();
    await rooms.server.drain(settings.drainTimeoutMs);
  });
  const running = opened.move();
  return { address, adminAddress, drainNoticeMs: service.drainNoticeMs, close: () => running.disposeAsync() };
}

function openAdmin({ settings, logStream }: GatewayOptions, health: HealthChecker): Promise<Service> {
  return createService({
    name: 'gateway',
    version: VERSION,
    description: 'How a request gets there.',
    settings: { ...settings, host: settings.adminHost, port: settings.adminPort },
    health,
    toProblem: () => undefined, // the control API only shows what is: it has no errors of its own
    ...(logStream && { logStream }),
  });
}

type Rooms = ReturnType<typeof openRooms>;

interface Opening {
  readonly service: Service;
  readonly sources: GatewaySources;
  readonly opened: AsyncDisposableStack;
}

/** Introduces the rooms to each other; what is opened is closed in the opposite order. */
function openRooms({ settings, clock }: GatewayOptions, { service: { log }, sources, opened }: Opening) {
  const onProblem = (problem: SignalboxError) => {
    log.warn({ code: problem.code }, problem.message);
  };
  const deadlines = new Deadlines(clock);
  opened.defer(() => {
    deadlines.close();
  });
  const traffic = new Traffic();
  const upstreams = new Upstreams(opened.use(sources.openRegistry(onProblem)), {
    ...settings,
    now: () => clock.now(),
    deadlines,
    onBreakerChange: ({ id, origin }, change) => {
      log.warn({ instance: id, origin, change }, 'circuit breaker');
    },
    onLastResort: (service, change) => {
      log.warn({ service, change }, 'no instance is routable: those that fail their checks are asked');
    },
  });
  opened.defer(() => upstreams.destroy());
  const filters = openFilters({ clock, services: upstreams }, log);
  opened.defer(() => filters.close());
  const isLogged = settings.logLevel === 'debug' || settings.logLevel === 'trace';
  const server = new GatewayServer({
    ...settings,
    clock,
    deadlines,
    traffic,
    log: new AccessLog(log, { isEnabled: isLogged }),
    policy: settings,
  });
  const inForce = new RoutesInForce({ clock, server, upstreams, filters, traffic });
  const feed = new ConfigurationFeed({
    clock,
    connect: () => sources.connectConfiguration(onProblem),
    apply: async (configuration, version) => {
      await inForce.apply(configuration, version);
      log.info({ version: inForce.version, routes: inForce.routes.length }, 'routes in force');
      const nearestWanted = settings.zone === undefined ? servicesPreferringZone(configuration) : [];
      if (nearestWanted.length > 0) {
        log.warn({ services: nearestWanted }, 'no zone is preferred: SIGNALBOX_ZONE does not say which is near');
      }
    },
    onTrouble: (error) => {
      log.warn({ reason: error.message }, 'no routes yet');
    },
  });
  opened.defer(() => feed.close());
  return { traffic, upstreams, filters, server, inForce, feed };
}

function openFilters(surroundings: Pick<JwtFiltersOptions, 'clock' | 'services'>, log: Service['log']): JwtFilters {
  return new JwtFilters({
    ...surroundings,
    onKeys: (from, { size, leftOut }) => {
      log.info({ from, keys: size, leftOut }, 'keys to check tokens with');
    },
    onTrouble: (from, reason) => {
      log.warn({ from, reason }, 'keys to check tokens with could not be fetched');
    },
  });
}

function watchReadiness(health: HealthChecker, { inForce, feed, filters }: Rooms): void {
  const routes = (): ProbeResult => {
    if (!inForce.hasTable) {
      return { status: 'fail', output: feed.trouble ?? 'the config-server has not answered yet' };
    }
    return feed.isFromCache
      ? { status: 'warn', output: 'the config-server is away: the routes are those of the last run' }
      : { status: 'pass' };
  };
  const instances = (): ProbeResult =>
    inForce.hasRegistryAnswered ? { status: 'pass' } : { status: 'fail', output: 'the registry has not answered yet' };
  const keys = (): ProbeResult => {
    const troubled = filters.all.filter((filter) => filter.keys.trouble !== undefined);
    return troubled.length === 0
      ? { status: 'pass' }
      : {
          status: 'warn',
          output: `the keys of ${troubled.map(({ provider }) => provider).join(', ')} can not be fetched`,
        };
  };
  health.addDependency('routes', () => Promise.resolve(routes()), READINESS);
  health.addDependency('instances', () => Promise.resolve(instances()), READINESS);
  health.addDependency('jwt-keys', () => Promise.resolve(keys()), { ...READINESS, critical: false });
}

async function completeness(inForce: RoutesInForce, signal: AbortSignal | undefined): Promise<void> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => {
    stopped.reject(new UnavailableError('stopped before it had routes and instances'));
  };
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) {
    stop();
  }
  await Promise.race([inForce.complete, stopped.promise]);
  signal?.removeEventListener('abort', stop);
}

async function listen(server: GatewayServer, { host, port, reusePort }: GatewaySettings): Promise<AddressInfo> {
  try {
    return await server.listen({ host, port, reusePort });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException; // listen rejects with a system error
    const reason = code === 'EADDRINUSE' ? 'is taken' : `can not be listened on: ${message}`;
    throw new UnavailableError(`port ${port} on ${host} ${reason}`, { cause: error });
  }
}

/** Names of routes, services and providers may be called as secrets are: what stands under them is kept for a start without the config-server. */
const NO_SECRETS = ['!routes.**', '!destinationRules.**', '!jwtProviders.**'];

function toSources({ settings, clock }: GatewayOptions): GatewaySources {
  const { configUrl, registryUrl, environment, cacheFile, token, instanceId } = settings;
  const caller = { clock, ...(token !== undefined && { token }) };
  return {
    connectConfiguration: (onProblem) =>
      ConfigClient.connect({
        ...caller,
        url: configUrl,
        service: SERVICE,
        env: environment,
        schema: ServableConfiguration,
        onProblem,
        ...(cacheFile !== undefined && { cacheFile, secretKeys: NO_SECRETS }),
        ...(instanceId !== undefined && { instanceId }),
      }),
    openRegistry: (onProblem) => new RegistryClient({ ...caller, url: registryUrl, environment, onProblem }),
  };
}
