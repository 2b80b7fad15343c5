import type { Instance } from './instance.ts';
import type { InstanceKey } from './registration.ts';

import { type InstanceStatus, isRoutable } from './status.ts';

/** One change: the instance as it is from `revision` on, or none when it left. */
export interface CatalogChange extends InstanceKey {
  readonly revision: number;
  readonly instance: Instance | undefined;
}

export interface CatalogOptions {
  /** Greater than that of any earlier run on the same data; the high bits of every revision. */
  readonly epoch: number;
  /**
   * How many services that lost their last instance are remembered with the revision of it.
   * A service forgotten counts as changed when it was forgotten: a reader of it is woken once for nothing.
   * @default 1_000
   */
  readonly emptyServicesKept?: number;
}

interface ServiceEntry {
  readonly instances: Map<string, Instance>;
  lastChange: number;
}

const DEFAULTS = { emptyServicesKept: 1_000 } satisfies Partial<CatalogOptions>;

/** Revisions of one epoch. 21 bits are left for epochs within a safe integer: two million starts. */
export const REVISIONS_PER_EPOCH = 2 ** 32;

/** Who is there. One counter numbers all changes, and each service remembers the last of its own. */
export class Catalog {
  readonly #services = new Map<string, ServiceEntry>();
  /** In the order in which they were emptied. */
  readonly #emptied = new Set<string>();
  readonly #emptyServicesKept: number;
  readonly #listeners = new Set<(change: CatalogChange) => void>();
  #revision: number;
  /** The last change of any service not in `#services`, as far as is known. */
  #lastForgotten: number;
  #size = 0;

  constructor(options: CatalogOptions) {
    const { epoch, emptyServicesKept = DEFAULTS.emptyServicesKept } = options;
    this.#revision = epoch * REVISIONS_PER_EPOCH;
    this.#lastForgotten = this.#revision;
    this.#emptyServicesKept = emptyServicesKept;
  }

  get revision(): number {
    return this.#revision;
  }

  get size(): number {
    return this.#size;
  }

  get({ service, id }: InstanceKey): Instance | undefined {
    return this.#services.get(service)?.instances.get(id);
  }

  /** In the order in which they first came. */
  instancesOf(service: string): readonly Instance[] {
    return [...(this.#services.get(service)?.instances.values() ?? [])];
  }

  /** The services that have instances, by name. */
  services(): readonly { readonly name: string; readonly instances: number; readonly healthy: number }[] {
    return [...this.#services]
      .filter(([, { instances }]) => instances.size > 0)
      .map(([name, { instances }]) => ({ name, instances: instances.size, healthy: countRoutable(instances) }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** How many instances are of each status; a status that none is of is absent. */
  statuses(): ReadonlyMap<InstanceStatus, number> {
    const counts = new Map<InstanceStatus, number>();
    for (const { instances } of this.#services.values()) {
      instances.forEach(({ status }) => counts.set(status, (counts.get(status) ?? 0) + 1));
    }
    return counts;
  }

  /** Also of a service that nobody registered yet: then a revision that is not newer than any change to come. */
  lastChangeOf(service: string): number {
    return this.#services.get(service)?.lastChange ?? this.#lastForgotten;
  }

  /** Called with every change, before the call that made it returns; may not change the catalog. */
  onChange(listener: (change: CatalogChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  put(instance: Instance): void {
    const { service, id } = instance.registration;
    const entry = this.#entryOf(service);
    this.#size += entry.instances.has(id) ? 0 : 1;
    entry.instances.set(id, instance);
    this.#emptied.delete(service);
    this.#changed(entry, { service, id }, instance);
  }

  /** The instance that left; nothing changes when there was none. */
  remove({ service, id }: InstanceKey): Instance | undefined {
    const entry = this.#services.get(service);
    const instance = entry?.instances.get(id);
    if (entry === undefined || instance === undefined) {
      return undefined;
    }
    entry.instances.delete(id);
    this.#size -= 1;
    this.#changed(entry, { service, id }, undefined);
    if (entry.instances.size === 0) {
      this.#emptied.add(service);
      this.#forgetLongEmpty();
    }
    return instance;
  }

  #entryOf(service: string): ServiceEntry {
    const known = this.#services.get(service);
    if (known !== undefined) {
      return known;
    }
    const entry = { instances: new Map<string, Instance>(), lastChange: this.#revision };
    this.#services.set(service, entry);
    return entry;
  }

  #changed(entry: ServiceEntry, { service, id }: InstanceKey, instance: Instance | undefined): void {
    this.#revision += 1;
    entry.lastChange = this.#revision;
    for (const listener of this.#listeners) {
      listener({ service, id, revision: this.#revision, instance });
    }
  }

  #forgetLongEmpty(): void {
    for (const service of this.#emptied) {
      if (this.#emptied.size <= this.#emptyServicesKept) {
        return;
      }
      this.#lastForgotten = Math.max(this.#lastForgotten, this.lastChangeOf(service));
      this.#services.delete(service);
      this.#emptied.delete(service);
    }
  }
}

function countRoutable(instances: ReadonlyMap<string, Instance>): number {
  return instances.values().reduce((count, { status }) => count + (isRoutable(status) ? 1 : 0), 0);
}
