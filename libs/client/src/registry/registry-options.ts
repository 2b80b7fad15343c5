import { type Clock, systemClock } from '@signalbox/clock';
import { EnvironmentName, ServiceName } from '@signalbox/schemas';

import type { ProblemListener } from '../connection/problem-listener.ts';

import { type NamesOf, requireClock, requireNames, requireTypeOrNone } from '../connection/option-checks.ts';
import { requireName } from '../connection/option-names.ts';

export interface RegistryClientOptions {
  /** Of the registry: `http://host:8500`. A path before the API's own is kept. */
  readonly url: string;
  /** What this client registers in, and the only one it sees, unless a call says otherwise. @default 'default' */
  readonly environment?: string;
  /** Sent as Bearer. @default none */
  readonly token?: string;
  /** How long one request may take, in milliseconds from 1 to 2147483647. @default 5_000 */
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

const NAMES: NamesOf<RegistryClientOptions> = {
  url: true,
  environment: true,
  token: true,
  requestTimeoutMs: true,
  clock: true,
  onProblem: true,
};
const WATCH_NAMES: NamesOf<WatchOptions> = { environment: true };

export type RegistrySettings = RegistryClientOptions & Required<Pick<RegistryClientOptions, keyof typeof DEFAULTS>>;

/** Throws a RangeError or TypeError that names the option, what it must be and the value. */
export function toRegistrySettings(options: RegistryClientOptions): RegistrySettings {
  requireNames('RegistryClient', options, NAMES);
  const {
    environment = DEFAULTS.environment,
    requestTimeoutMs = DEFAULTS.requestTimeoutMs,
    clock = DEFAULTS.clock,
  } = options;
  requireName('environment', environment, EnvironmentName);
  requireClock('clock', clock);
  requireTypeOrNone('onProblem', options.onProblem, 'function');
  return { ...options, environment, requestTimeoutMs, clock };
}

/** Throws a RangeError or TypeError for a name that can't be. */
export function requireWatchable(service: string, options: Required<WatchOptions>): void {
  requireNames('watch', options, WATCH_NAMES);
  requireName('service', service, ServiceName);
  requireName('environment', options.environment, EnvironmentName);
}
