import { type Clock, systemClock } from '@signalbox/clock';
import { EnvironmentName } from '@signalbox/schemas';

import type { ProblemListener } from '../connection/problem-listener.ts';

import { requireName } from '../connection/option-names.ts';

export interface RegistryClientOptions {
  /** Of the registry: `http://host:8500`. A path before the API's own is kept. */
  readonly url: string;
  /** What this client registers in, and the only one it sees, unless a call says otherwise. @default 'default' */
  readonly environment?: string;
  /** Sent as Bearer. @default none */
  readonly token?: string;
  /** How long one request may take, at least 1. @default 5_000 */
  readonly requestTimeoutMs?: number;
  /** @default the system's */
  readonly clock?: Clock;
  /** @default nobody is told */
  readonly onProblem?: ProblemListener;
}

export interface WatchOptions {
  /** Only instances of this environment are seen. @default the client's */
  readonly environment?: string;
}

const DEFAULTS = {
  environment: 'default',
  requestTimeoutMs: 5_000,
  clock: systemClock,
} satisfies Partial<RegistryClientOptions>;

export type RegistrySettings = RegistryClientOptions & Required<Pick<RegistryClientOptions, keyof typeof DEFAULTS>>;

/** Throws a RangeError for an environment that can't be. */
export function toRegistrySettings(options: RegistryClientOptions): RegistrySettings {
  const {
    environment = DEFAULTS.environment,
    requestTimeoutMs = DEFAULTS.requestTimeoutMs,
    clock = DEFAULTS.clock,
  } = options;
  requireName('environment', environment, EnvironmentName);
  return { ...options, environment, requestTimeoutMs, clock };
}
