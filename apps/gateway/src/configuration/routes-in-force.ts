import type { Clock } from '@signalbox/clock';
import type { GatewayConfiguration } from '@signalbox/schemas';

import type { JwtFilters } from '../filters/jwt-filters.ts';
import type { GatewayServer } from '../proxy/gateway-server.ts';
import type { ServedRoute } from '../proxy/served-route.ts';
import type { Traffic } from '../proxy/traffic.ts';
import type { Upstreams } from '../upstreams/upstreams.ts';

import { RouteTable } from '../routing/route-table.ts';
import { servicesOf, toServedRoutes } from './served-routes.ts';

export interface RoutesInForceOptions {
  readonly clock: Clock;
  readonly server: GatewayServer;
  readonly upstreams: Upstreams;
  readonly filters: JwtFilters;
  readonly traffic: Traffic;
}

/** How long a new table waits for the registry to tell of services that no route led to before, and for keys to check tokens with. */
const WATCH_PATIENCE_MS = 1_000;

/** The one route table by which requests go, replaced as a whole. */
export class RoutesInForce {
  readonly #options: RoutesInForceOptions;
  #table: RouteTable<ServedRoute> | undefined;
  #version: string | undefined;
  #latest: symbol | undefined;
  readonly #answered = Promise.withResolvers<undefined>();
  #hasRegistryAnswered = false;

  constructor(options: RoutesInForceOptions) {
    this.#options = options;
  }

  get routes(): readonly ServedRoute[] {
    return this.#table?.routes ?? [];
  }

  /** The commit that the routes are from. */
  get version(): string | undefined {
    return this.#version;
  }

  get hasTable(): boolean {
    return this.#table !== undefined;
  }

  /** Whether the registry has told of every service of the first table; later its absence makes nothing worse. */
  get hasRegistryAnswered(): boolean {
    return this.#hasRegistryAnswered;
  }

  /** Resolves when there is a table and the registry has answered. */
  get complete(): Promise<unknown> {
    return this.#answered.promise;
  }

  /**
   * Puts the routes of a configuration in force, a moment later where they lead to new services or ask for tokens: a request that goes by
   * them should find instances and keys. When another configuration comes meanwhile, only that one is put in force.
   */
  async apply(configuration: GatewayConfiguration, version: string): Promise<void> {
    const { clock, server, upstreams, filters, traffic } = this.#options;
    const application = Symbol(version);
    this.#latest = application;
    const table = new RouteTable(toServedRoutes(configuration, { upstreams, filters, traffic }));
    const services = servicesOf(configuration);
    const used = new Set(table.routes.flatMap(({ jwt }) => (jwt === undefined ? [] : [jwt])));
    const ready = Promise.all([...services].map((service) => upstreams.of(service).ready));
    const complete = Promise.all([ready, ...[...used].map(({ keys }) => keys.ready)]);
    const patience = new AbortController();
    await Promise.race([complete, clock.sleep(WATCH_PATIENCE_MS, patience.signal).catch(() => undefined)]); // aborted below
    patience.abort();
    if (this.#latest !== application) {
      return;
    }
    this.#table = table;
    this.#version = version;
    server.use(table);
    filters.retain(used);
    upstreams.retain(services);
    upstreams.balanceBy(configuration.destinationRules);
    traffic.retain(new Set(Object.keys(configuration.routes)));
    void ready.then(() => {
      this.#hasRegistryAnswered = true;
      this.#answered.resolve(undefined);
    });
  }
}
