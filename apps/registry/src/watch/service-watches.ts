import type { Catalog, CatalogChange } from '../catalog/catalog.ts';
import type { Instance } from '../catalog/instance.ts';
import type { Delta, ServiceUpdate, Snapshot } from './service-update.ts';

import { ChangeLog } from './change-log.ts';

export interface ServiceWatchesOptions {
  readonly catalog: Catalog;
  /** Changes remembered of each service at least; a watcher further behind gets a snapshot. @default 256 */
  readonly changesKept?: number;
  /** Services whose changes are remembered; beyond it the one that changed least lately is forgotten. @default 10_000 */
  readonly servicesKept?: number;
}

export type UpdateListener = (update: Delta) => void;

const DEFAULTS = { changesKept: 256, servicesKept: 10_000 } satisfies Partial<ServiceWatchesOptions>;

/** Tells watchers of a service what changed, once for all changes that were made in one go. */
export class ServiceWatches {
  readonly #catalog: Catalog;
  readonly #options: Required<ServiceWatchesOptions>;
  readonly #listeners = new Map<string, Set<UpdateListener>>();
  /** The service that changed last is last. */
  readonly #logs = new Map<string, ChangeLog>();
  readonly #snapshots = new Map<string, Snapshot>();
  /** Changes of services that have no log are known from here on: there were none. */
  #loggedSince: number;
  readonly #unannounced = new Map<string, Set<string>>();

  constructor(options: ServiceWatchesOptions) {
    const { changesKept = DEFAULTS.changesKept, servicesKept = DEFAULTS.servicesKept } = options;
    this.#options = { ...options, changesKept, servicesKept };
    this.#catalog = options.catalog;
    this.#loggedSince = options.catalog.revision;
    options.catalog.onChange((change) => {
      this.#record(change);
    });
  }

  /** How many subscriptions there are, to all services together. */
  get subscriptions(): number {
    return this.#listeners.values().reduce((sum, { size }) => sum + size, 0);
  }

  /** What a watcher who has seen this revision lacks: a delta, empty if nothing happened, or a snapshot when that is not known any more. */
  since(service: string, revision: number | undefined): ServiceUpdate {
    const changed = revision === undefined ? undefined : this.#changedAfter(service, revision);
    return changed === undefined ? this.#snapshot(service) : this.#delta(service, changed);
  }

  /** Whether the service changed after a revision, or may have: also of services that nobody registered yet. */
  hasChangedAfter(service: string, revision: number): boolean {
    return this.#catalog.lastChangeOf(service) > revision || revision > this.#catalog.revision;
  }

  /** Called with each change of the service from now on, with all instances that changed since the call before. */
  subscribe(service: string, listener: UpdateListener): () => void {
    const listeners = this.#listeners.get(service) ?? new Set();
    this.#listeners.set(service, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(service) === listeners) {
        this.#listeners.delete(service);
      }
    };
  }

  #record({ service, id, revision }: CatalogChange): void {
    this.#snapshots.delete(service);
    this.#log(service, revision).add(revision, id);
    if (!this.#listeners.has(service)) {
      return;
    }
    if (this.#unannounced.size === 0) {
      queueMicrotask(() => {
        this.#announce();
      });
    }
    this.#unannounced.set(service, (this.#unannounced.get(service) ?? new Set()).add(id));
  }

  #log(service: string, revision: number): ChangeLog {
    const log = this.#logs.get(service) ?? new ChangeLog(this.#loggedSince, this.#options.changesKept);
    this.#logs.delete(service);
    this.#logs.set(service, log);
    const [oldest] = this.#logs.keys();
    if (this.#logs.size > this.#options.servicesKept && oldest !== undefined) {
      this.#logs.delete(oldest);
      this.#loggedSince = revision;
    }
    return log;
  }

  #announce(): void {
    const changed = [...this.#unannounced];
    this.#unannounced.clear();
    for (const [service, ids] of changed) {
      const update = this.#delta(service, ids);
      this.#listeners.get(service)?.forEach((listener) => {
        listener(update);
      });
    }
  }

  #changedAfter(service: string, revision: number): ReadonlySet<string> | undefined {
    if (revision > this.#catalog.revision) {
      return undefined;
    }
    const log = this.#logs.get(service);
    return log === undefined && revision >= this.#loggedSince ? new Set() : log?.changedAfter(revision);
  }

  #snapshot(service: string): Snapshot {
    const known = this.#snapshots.get(service);
    if (known !== undefined) {
      return known;
    }
    const instances = this.#catalog.instancesOf(service);
    const revision = this.#catalog.lastChangeOf(service);
    const snapshot = { type: 'snapshot', service, revision, instances } as const;
    if (instances.length > 0) {
      this.#snapshots.set(service, snapshot);
    }
    return snapshot;
  }

  #delta(service: string, ids: ReadonlySet<string>): Delta {
    const removed: string[] = [];
    const upserted: Instance[] = [];
    for (const id of ids) {
      const instance = this.#catalog.get({ service, id });
      if (instance === undefined) {
        removed.push(id);
      } else {
        upserted.push(instance);
      }
    }
    return { type: 'delta', service, revision: this.#catalog.lastChangeOf(service), upserted, removed };
  }
}
