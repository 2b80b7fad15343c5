import type { Instance } from '../catalog/instance.ts';

/** All instances of a service as of a revision. */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly service: string;
  readonly revision: number;
  readonly instances: readonly Instance[];
}

/** What became of a service since an earlier revision. */
export interface Delta {
  readonly type: 'delta';
  readonly service: string;
  readonly revision: number;
  readonly upserted: readonly Instance[];
  readonly removed: readonly string[];
}

/** One object for all watchers of a service, so that what is made of it can be made once. */
export type ServiceUpdate = Snapshot | Delta;
