import type { InstanceStatus, Override } from '@signalbox/schemas';

/** An instance as the gateway needs to know it. */
export interface UpstreamInstance {
  readonly id: string;
  readonly scheme: string;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly region?: string | undefined;
  readonly zone?: string | undefined;
  readonly status: InstanceStatus;
  /** What an operator said of it. */
  readonly override?: Override | undefined;
}

/** What is known of one service's instances. It stays as it was while the registry is away. */
export interface InstanceWatch {
  readonly instances: readonly UpstreamInstance[];
  /** Resolves once the registry has answered for the first time. */
  readonly ready: Promise<unknown>;
  /** Returns the way to stop listening. */
  onChange(listener: () => void): () => void;
  close(): unknown;
}

/** Where instances are found. */
export interface InstanceSource {
  watch(service: string): InstanceWatch;
}
