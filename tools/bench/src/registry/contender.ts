import type { WatchProtocol } from '../watching/watch-protocol.ts';
import type { BenchInstance } from './instances.ts';

/**
 * A registry under measurement, and connections to it. A connection has one call under way at a time, as that of an instance or a
 * caller would; every call rejects with a BenchError unless its answer is the expected one.
 */
export interface RegistryContender {
  readonly name: string;
  readonly pid: number;
  readonly connections: readonly RegistryConnection[];
  /** What a watcher of a service says, and how it reads the answers. */
  watching(service: string): WatchProtocol;
  stop(): Promise<void>;
}

export interface RegistryConnection {
  /** Registers with a lease, or replaces what is registered. */
  register(instance: BenchInstance): Promise<void>;
  renew(instance: BenchInstance): Promise<void>;
  /** How many instances the service has. */
  discover(service: string): Promise<number>;
}
