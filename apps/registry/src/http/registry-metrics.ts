import { Counter, Gauge, type Registry } from 'prom-client';

import type { Catalog } from '../catalog/catalog.ts';
import type { Leases } from '../leases/leases.ts';
import type { LongPolls } from '../watch/long-polls.ts';
import type { ServiceWatches } from '../watch/service-watches.ts';

import { INSTANCE_STATUSES } from '../catalog/status.ts';

/** Where the figures are taken from when they are asked for. */
export interface MeasuredRooms {
  readonly catalog: Catalog;
  readonly leases: Leases;
  readonly watches: ServiceWatches;
  readonly longPolls: LongPolls;
}

/**
 * Adds the registry's figures to `/metrics`, read once a scrape. No label has values that clients choose: how many instances a service
 * has is asked of `/api/v1/services`.
 */
export function addRegistryMetrics(registry: Registry, rooms: MeasuredRooms): void {
  addCatalogMetrics(registry, rooms);
  addLeaseMetrics(registry, rooms);
  addWatchMetrics(registry, rooms);
}

function addCatalogMetrics(registry: Registry, { catalog }: MeasuredRooms): void {
  const registers = [registry];
  new Gauge({
    name: 'signalbox_registry_services',
    help: 'Services that have instances.',
    registers,
    collect() {
      this.set(catalog.services().length);
    },
  });
  new Gauge({
    name: 'signalbox_registry_instances',
    help: 'Instances by status.',
    labelNames: ['status'],
    registers,
    collect() {
      const counts = catalog.statuses();
      INSTANCE_STATUSES.forEach((status) => {
        this.set({ status }, counts.get(status) ?? 0);
      });
    },
  });
  new Gauge({
    name: 'signalbox_registry_revision',
    help: 'Where the catalog stands: epoch times 2^32, plus the changes since.',
    registers,
    collect() {
      this.set(catalog.revision);
    },
  });
}

function addLeaseMetrics(registry: Registry, { leases }: MeasuredRooms): void {
  const registers = [registry];
  new Gauge({
    name: 'signalbox_registry_leases',
    help: 'Leases that run.',
    registers,
    collect() {
      this.set(leases.size);
    },
  });
  new Counter({
    name: 'signalbox_registry_lease_renewals_total',
    help: 'Leases renewed, one by one or many at a time.',
    registers,
    collect() {
      this.reset();
      this.inc(leases.renewals);
    },
  });
  new Counter({
    name: 'signalbox_registry_leases_lapsed_total',
    help: 'Leases that ran out.',
    registers,
    collect() {
      this.reset();
      this.inc(leases.lapses);
    },
  });
}

function addWatchMetrics(registry: Registry, { watches, longPolls }: MeasuredRooms): void {
  new Gauge({
    name: 'signalbox_registry_watchers',
    help: 'Watches of a service: over sockets (a socket may hold many), and long polls that wait.',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      this.set({ kind: 'socket' }, watches.subscriptions - longPolls.waiting);
      this.set({ kind: 'long-poll' }, longPolls.waiting);
    },
  });
}
