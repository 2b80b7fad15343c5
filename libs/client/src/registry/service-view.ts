import { type Instance, isRoutable } from '@signalbox/schemas';

import { epochOf } from './revision.ts';

/** For instances without a lease, of which nothing says how often they speak up. */
const GRACE_WITHOUT_LEASE_MS = 30_000;

/** What a client knows of the instances of one service. */
export interface ServiceView {
  /** Undefined until the first snapshot. */
  readonly revision: number | undefined;
  readonly instances: ReadonlyMap<string, Instance>;
  /**
   * Instances that are kept as they were although a restarted registry says otherwise. Such a registry may have lost what
   * it knew, and hears of it again as the instances renew: within a TTL each of them, if it lives.
   */
  readonly doubtful: ReadonlyMap<string, Doubt>;
}

interface Doubt {
  readonly until: number;
  /** What the registry says of it by now: that it is starting, for want of an answer to a check. None where it has not heard of it. */
  readonly told: Instance | undefined;
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
  const doubtful = new Map<string, Doubt>();
  const isRestarted = view.revision !== undefined && epochOf(revision) !== epochOf(view.revision);
  for (const [id, instance] of view.instances) {
    const told = next.get(id);
    const until = isRestarted
      ? now + (instance.lease?.ttlMs ?? GRACE_WITHOUT_LEASE_MS)
      : (view.doubtful.get(id)?.until ?? now);
    if (until > now && (told === undefined || isForgotten(instance, told))) {
      next.set(id, instance);
      doubtful.set(id, { until, told });
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
  for (const told of upserted) {
    const doubt = doubtful.get(told.id);
    const instance = instances.get(told.id);
    if (doubt !== undefined && instance !== undefined && isForgotten(instance, told)) {
      doubtful.set(told.id, { ...doubt, told });
    } else {
      instances.set(told.id, told);
      doubtful.delete(told.id);
    }
  }
  return { revision, instances, doubtful };
}

/** With what the registry says of the instances whose grace is over. */
export function withoutLapsed(view: ServiceView, now: number): ServiceView {
  const lapsed = [...view.doubtful].filter(([, { until }]) => until <= now);
  if (lapsed.length === 0) {
    return view;
  }
  const instances = new Map(view.instances);
  const doubtful = new Map(view.doubtful);
  for (const [id, { told }] of lapsed) {
    doubtful.delete(id);
    if (told === undefined) {
      instances.delete(id);
    } else {
      instances.set(id, told);
    }
  }
  return { ...view, instances, doubtful };
}

/** When the next grace ends; undefined when nothing is doubtful. */
export function nextLapse({ doubtful }: ServiceView): number | undefined {
  return doubtful.size === 0 ? undefined : Math.min(...doubtful.values().map(({ until }) => until));
}

/** A registry that lost how the checks stood calls all that has checks "starting" until they passed again. */
function isForgotten(known: Instance, told: Instance): boolean {
  return (
    told.status === 'starting' &&
    isRoutable(known.status) &&
    told.scheme === known.scheme &&
    told.address === known.address &&
    told.port === known.port
  );
}
