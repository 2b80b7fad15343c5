import type { Instance } from '@signalbox/schemas';

export type InstancesListener = (instances: readonly Instance[]) => void | Promise<void>;

/** The instances of one service in one environment, as the registry last told them. */
export interface ServiceWatch extends Disposable {
  readonly service: string;
  /** Routable and not (`isRoutable` of the schemas tells). Replaced when something changes; kept when the registry is lost. */
  readonly instances: readonly Instance[];
  /** Resolves with the first answer of the registry, also when there is no instance; when the watch is closed before, too. */
  readonly ready: Promise<void>;
  /** Tells of each change, not of what is known already. Returns what takes the listener off again. */
  onChange(listener: InstancesListener): () => void;
  /** Nothing is told from here on; `instances` stay as they are. */
  close(): void;
}
