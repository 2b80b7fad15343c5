import type { AddressInfo } from 'node:net';

import { randomInt } from 'node:crypto';
import { lookup } from 'node:dns';
import { join } from 'node:path';

import type { Clock } from '@signalbox/clock';

import { type DatabaseLocation, describeFailure, Ownership, OwnershipLostError } from '@signalbox/database';
import { HealthChecker } from '@signalbox/health-checker';
import {
  addWebSocketRoutes,
  createService,
  lockDataDirectory,
  type Running,
  type Service,
  UnavailableError,
} from '@signalbox/service-runtime';

import type { RegistrySettings } from './config.ts';

import { Catalog } from './catalog/catalog.ts';
import { Registrar } from './catalog/registrar.ts';
import { checkProbe, refuseUnreachable } from './checks/check-probe.ts';
import { CheckRunner } from './checks/check-runner.ts';
import { guardedLookup } from './checks/guarded-lookup.ts';
import { addDiscoveryRoutes } from './http/discovery-routes.ts';
import { addLeaseRoutes } from './http/lease-routes.ts';
import { toProblem } from './http/problems.ts';
import { addRegistrationRoutes } from './http/registration-routes.ts';
import { addRegistryMetrics } from './http/registry-metrics.ts';
import { addStatusRoutes } from './http/status-routes.ts';
import { Leases } from './leases/leases.ts';
import { SqlStore } from './store/sql-store.ts';
import { serveWatches } from './watch-socket/watch-connection.ts';
import { LongPolls } from './watch/long-polls.ts';
import { ServiceWatches } from './watch/service-watches.ts';

const VERSION = '0.1.0';

/**
 * A new data directory begins at an epoch of its own, so that a client of an earlier one, wiped since, is not taken for one of this:
 * its revision is answered with a snapshot. Half of the epochs are left for the starts to come.
 */
const FIRST_EPOCHS = 2 ** 20;

export interface RunningRegistry extends Running {
  readonly address: AddressInfo;
}

export interface RegistryOptions {
  readonly settings: RegistrySettings;
  readonly clock: Clock;
  /** Written into the data directory, for whoever finds it taken. */
  readonly pid: number;
  /** Where log lines go. @default standard output */
  readonly logStream?: { write(line: string): void };
}

/** Starts a registry. Rejects with a StartError for what an operator has to mend; nothing is left open then. */
export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  await using opened = new AsyncDisposableStack();
  const rooms = await openRooms(options, opened);
  const { service, catalog, registrar, leases, checks } = rooms;
  await usingDatabase(options.settings, () => registrar.restore());
  service.log.info({ instances: catalog.size, revision: catalog.revision }, 'catalog restored');
  addRoutes(rooms, options);
  leases.start();
  checks.start();
  rooms.health.start();
  const address = await service.listen();
  const running = opened.move();
  return { address, drainNoticeMs: rooms.service.drainNoticeMs, close: () => running.disposeAsync() };
}

type Rooms = Awaited<ReturnType<typeof openRooms>>;

/** Introduces the rooms to each other; what is opened is closed in the opposite order. */
async function openRooms({ settings, clock, pid, logStream }: RegistryOptions, opened: AsyncDisposableStack) {
  const health = new HealthChecker({ clock, version: VERSION });
  const service = await createService({
    name: 'registry',
    version: VERSION,
    description: 'Who is alive, and where.',
    settings,
    health,
    toProblem,
    ...(logStream && { logStream }),
  });
  service.http.removeContentTypeParser('text/plain');
  const ownership = new Ownership();
  const store = await openStore(service, { settings, pid, ownership }, opened);
  const epoch = await usingDatabase(settings, () => store.nextEpoch(randomInt(1, FIRST_EPOCHS)));

  const catalog = new Catalog({ epoch });
  const leases = new Leases({
    clock,
    onLapsed: (key) => {
      service.log.info({ ...key }, 'lease lapsed');
      registrar.lapse(key);
    },
    onTimeLost: (lostMs) => {
      service.log.warn({ lostMs }, 'time was lost: every lease begins anew');
    },
  });
  const reach = { networks: settings.checkNetworks, lookup: guardedLookup(settings.checkNetworks, lookup) };
  const checks = new CheckRunner({
    clock,
    maxConcurrent: settings.checkConcurrency,
    probeFor: (registration, check) => checkProbe(registration, check, reach),
    onStanding: (key, standing) => {
      service.log.info({ service: key.service, id: key.id, checks: standing }, 'checks changed');
      registrar.reportChecks(key, standing);
    },
  });
  const registrar = new Registrar({
    catalog,
    store,
    clock,
    followers: [leases, checks],
    maxInstances: settings.maxInstances,
    onStorageTrouble: (error) => {
      service.log.error({ err: error }, 'a change that is in effect could not be stored');
    },
  });
  // Reads go on from memory while nothing can be stored: the registry is worse for it, and not out of service.
  health.addDependency('storage', () => registrar.touchStorage(), { critical: false, intervalMs: 5_000 });
  // Once another registry has the database, this one's memory is out of date: nobody is to be sent here.
  health.addDependency('ownership', () => refuseLoss(ownership), { intervalMs: 1_000 });
  opened.defer(() => registrar.close());
  opened.defer(() => checks.close());
  opened.defer(() => leases.close());
  opened.defer(() => health.close());
  opened.defer(() => service.close());
  return { service, health, catalog, leases, checks, registrar };
}

function addRoutes({ service, catalog, registrar, leases }: Rooms, { settings, clock }: RegistryOptions): void {
  const watches = new ServiceWatches({ catalog });
  const longPolls = new LongPolls({ clock, watches });
  service.http.addHook('preClose', () => {
    longPolls.close();
    return Promise.resolve();
  });
  addRegistrationRoutes(service.http, {
    catalog,
    registrar,
    refuseUnreachable: (registration) => {
      refuseUnreachable(registration, settings.checkNetworks);
    },
  });
  addLeaseRoutes(service.http, { catalog, registrar, leases });
  addStatusRoutes(service.http, { catalog, registrar });
  addDiscoveryRoutes(service.http, { catalog, longPolls });
  addRegistryMetrics(service.metrics, { catalog, leases, watches, longPolls });
  addWebSocketRoutes(service, [
    {
      path: '/api/v1/watch',
      clock,
      onConnection: (socket, { identity }) => {
        serveWatches(socket, identity, { watches, clock, maxBufferedBytes: settings.watchBufferBytes });
      },
    },
  ]);
}

interface StoreOptions extends Pick<RegistryOptions, 'settings' | 'pid'> {
  readonly ownership: Ownership;
}

/** An embedded database is owned with its data directory, one on a server by a lock there. */
async function openStore(
  service: Service,
  { settings, pid, ownership }: StoreOptions,
  opened: AsyncDisposableStack,
): Promise<SqlStore> {
  const location = databaseLocation(settings);
  if (location.kind === 'sqlite') {
    opened.use(lockDataDirectory(settings.dataDir, pid));
  }
  const onSessionLost = (error: Error) => {
    service.log.warn({ err: error }, 'the connection to the database was lost');
  };
  const store = await usingDatabase(settings, () => SqlStore.open(location, { ownership, onSessionLost }));
  opened.defer(() => store.close());
  return store;
}

function databaseLocation({ databaseUrl, dataDir }: RegistrySettings): DatabaseLocation {
  return databaseUrl === undefined
    ? { kind: 'sqlite', file: join(dataDir, 'registry.db') }
    : { kind: 'postgres', url: databaseUrl };
}

/** What the start asks of the database. Rejects with an UnavailableError that names it, where it is away, taken, damaged, full or read-only. */
async function usingDatabase<T>(settings: RegistrySettings, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new UnavailableError(describeFailure(databaseLocation(settings), error), { cause: error });
  }
}

function refuseLoss({ isLost }: Ownership): Promise<void> {
  return isLost ? Promise.reject(new OwnershipLostError()) : Promise.resolve();
}
