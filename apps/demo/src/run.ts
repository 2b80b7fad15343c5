import type { AddressInfo } from 'node:net';

import fastify, { type FastifyInstance, LogController } from 'fastify';

import { ConfigClient, type Registration, RegistryClient, ServiceCaller } from '@signalbox/client';
import { systemClock } from '@signalbox/clock';
import { HealthChecker, healthPlugin } from '@signalbox/health-checker';

import type { CommonConfiguration } from './configuration.ts';
import type { DemoSettings } from './settings.ts';
import type { ShopService } from './shop-service.ts';

import { explainFailures } from './problems.ts';
import { SHOP_PREFIX } from './settings.ts';

/** A shop would rather ask again soon than turn customers away for a minute. */
const BREAKER_RECOVERY_MS = 2_000;

/** Addresses that mean every interface: the registry is told the one by which it is reached. */
const EVERY_INTERFACE = new Set(['0.0.0.0', '::']);

/** How long it goes on answering after the registry was told that it ends: those who watch hear of it within milliseconds. */
const DRAIN_MS = 500;

/** Starts a service of the shop: configured, listening, registered. What it returns takes it down again, in the opposite order. */
export async function run<Configuration extends CommonConfiguration>(
  service: ShopService<Configuration>,
  settings: DemoSettings,
): Promise<{ close(): Promise<void> }> {
  const http = newServer(settings);
  const onProblem = (problem: Error) => {
    http.log.warn(problem.message);
  };
  const config = await connectConfig(service, { ...settings, onProblem });
  const registry = new RegistryClient({
    url: settings.registryUrl,
    onProblem,
    ...(settings.token !== undefined && { token: settings.token }),
  });
  const services = new ServiceCaller({
    registry,
    environment: settings.environment,
    breaker: { recoveryTimeoutMs: BREAKER_RECOVERY_MS },
  });
  const health = new HealthChecker({ clock: systemClock });
  const stop = new AbortController();
  const registeredAs = settings.serviceName ?? service.name;
  await http.register(healthPlugin, { health });
  explainFailures(http);
  tellWhoAnswers(http, { service: registeredAs, instance: settings.instanceId });
  const surroundings = { config, registry, services, health, clock: systemClock, stopping: stop.signal };
  await service.addRoutes(http, { ...surroundings, ...settings });
  const { host, port: wantedPort } = settings;
  await http.listen({ host, port: wantedPort, listenTextResolver: (address) => `listening on ${address}` });
  health.start();
  const { port } = http.server.address() as AddressInfo; // a TCP server that listens has an AddressInfo
  const registration = await registry.register({
    service: registeredAs,
    id: settings.instanceId,
    environment: settings.environment,
    ...(!EVERY_INTERFACE.has(host) && { address: host }),
    port,
    configurationVersion: config.version,
    checks: [{ type: 'http', path: '/health/ready', intervalMs: 5_000 }],
  });
  follow(http, { config, registration });
  return {
    async close() {
      stop.abort();
      await Promise.all([health.drain({ noticeMs: DRAIN_MS }), registration.close({ drainMs: DRAIN_MS })]);
      await http.close();
      services.close();
      await Promise.all([registry.close(), config.close(), health.close()]);
    },
  };
}

/** Variables such as `SHOP_DATABASE_URL` win over what the config-server has, here of `database.url`. */
function connectConfig<Configuration extends CommonConfiguration>(
  { name, schema }: ShopService<Configuration>,
  settings: DemoSettings & { readonly onProblem: (problem: Error) => void },
): Promise<ConfigClient<Configuration>> {
  const { configUrl, environment, instanceId, cacheFile, token, onProblem } = settings;
  return ConfigClient.connect({
    url: configUrl,
    service: name,
    env: environment,
    schema,
    instanceId,
    onProblem,
    environmentVariables: { prefix: SHOP_PREFIX },
    ...(cacheFile !== undefined && { cacheFile }),
    ...(token !== undefined && { token }),
  });
}

function newServer({ instanceId }: DemoSettings): FastifyInstance {
  return fastify({
    logger: { name: instanceId },
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
  });
}

/** Applies what changes to what runs: the log level, and the version that the registry shows. */
function follow(
  http: FastifyInstance,
  { config, registration }: { config: ConfigClient<CommonConfiguration>; registration: Registration },
): void {
  http.log.level = config.current.logLevel;
  config.onChange(({ current, changedKeys, version }) => {
    http.log.level = current.logLevel;
    http.log.info({ changedKeys, version }, 'configuration changed');
    void registration.update({ configurationVersion: version });
  });
}

/** So that a client can tell a canary from the others. */
function tellWhoAnswers(http: FastifyInstance, { service, instance }: { service: string; instance: string }): void {
  http.addHook('onRequest', (_request, reply, done) => {
    reply.headers({ 'x-shop-service': service, 'x-shop-instance': instance });
    done();
  });
}
