import type { Instance } from '@signalbox/schemas';

import { epochOf } from './revision.ts';

/** For instances without a lease, of which nothing says how often they speak up. */
const GRACE_WITHOUT_LEASE_MS = 30_000;

/** What a client knows of the instances of one service. */
export interface ServiceView {
  /** Undefined until the first snapshot. */
  readonly revision: number | undefined;
  readonly instances: ReadonlyMap<string, Instance>;
  /**
   * Until when instances are kept of which a restarted registry has not heard yet. Such a registry may have lost what
   * it knew, and hears of it again as the instances renew: within a TTL each of them, if it lives.
   */
  readonly doubtful: ReadonlyMap<string, number>;
}

export const UNKNOWN: ServiceView = { revision: undefined, instances: new Map(), doubtful: new Map() };

interface Snapshot {
  readonly revision: number;
  readonly instances: readonly Instance[];
}

interface Delta {
  readonly revision: number;
  readonly upserted: readonly Instance[];
  readonly removed: readonly string[];
}

/** What the snapshot says; and what it does not say, for a grace, where it comes from another epoch than what was known. */
export function withSnapshot(view: ServiceView, { revision, instances }: Snapshot, now: number): ServiceView {
  const next = new Map(instances.map((instance) => [instance.id, instance]));
  const doubtful = new Map<string, number>();
  const isRestarted = view.revision !== undefined && epochOf(revision) !== epochOf(view.revision);
  for (const [id, instance] of view.instances) {
    const keptUntil = isRestarted ? now + (instance.lease?.ttlMs ?? GRACE_WITHOUT_LEASE_MS) : view.doubtful.get(id);
    if (!next.has(id) && keptUntil !== undefined && keptUntil > now) {
      next.set(id, instance);
      doubtful.set(id, keptUntil);
    }
  }
  return { revision, instances: next, doubtful };
}

/** A delta to what is unknown is none: its snapshot is still to come. */
export function withDelta(view: ServiceView, { revision, upserted, removed }: Delta): ServiceView {
  if (view.revision === undefined || upserted.length + removed.length === 0) {
    return view.revision === undefined ? view : { ...view, revision };
  }
  const instances = new Map(view.instances);
  const doubtful = new Map(view.doubtful);
  for (const id of removed) {
    instances.delete(id);
    doubtful.delete(id);
  }
  for (const instance of upserted) {
    instances.set(instance.id, instance);
    doubtful.delete(instance.id);
  }
  return { revision, instances, doubtful };
}

/** Without the instances whose grace is over. */
export function withoutLapsed(view: ServiceView, now: number): ServiceView {
  const lapsed = [...view.doubtful].filter(([, until]) => until <= now).map(([id]) => id);
  return view.revision === undefined
    ? view
    : withDelta(view, { revision: view.revision, upserted: [], removed: lapsed });
}

/** When the next grace ends; undefined when nothing is doubtful. */
export function nextLapse({ doubtful }: ServiceView): number | undefined {
  return doubtful.size === 0 ? undefined : Math.min(...doubtful.values());
}
