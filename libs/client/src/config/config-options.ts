import type * as z from 'zod';

import { type Clock, systemClock } from '@signalbox/clock';
import { Configuration } from '@signalbox/schemas';

import type { ProblemListener } from '../connection/problem-listener.ts';

import { SecretKeys } from './secret-keys.ts';

/** Where the configuration in use was last confirmed: the server, or the cache file while the server does not confirm it. */
export type ConfigSource = 'server' | 'cache';

/**
 * `current` while the server is connected and has what is in use. `stale` while it is away, after a start from the cache
 * file, while what the server has is rejected, and after a problem that it reports: until it confirms what is in use or
 * gives what takes its place.
 */
export type ConfigFreshness = 'current' | 'stale';

export type ConfigFreshnessListener = (freshness: ConfigFreshness) => void | Promise<void>;

export interface ConfigChange<T> {
  readonly previous: T;
  readonly current: T;
  /** Dotted, arrays as one value; a segment with a dot in it, or an empty one, is written `["a.b"]`. Sorted. */
  readonly changedKeys: readonly string[];
  /** The commit that made the configuration what it is now. */
  readonly version: string;
}

/** Called with what was in use before, what is now, and the keys that differ. */
export type ConfigReplacedListener<T> = (
  previous: T,
  current: T,
  changedKeys: readonly string[],
) => void | Promise<void>;

export type ConfigChangeListener<T> = (change: ConfigChange<T>) => void | Promise<void>;

export interface ConfigClientOptions<T = Configuration> {
  /** Of the config-server: `http://host:8888`. A path before the API's own is kept. */
  readonly url: string;
  readonly service: string;
  readonly env: string;
  /** What the configuration must satisfy, at the start and before each change is applied. @default any configuration */
  readonly schema?: z.ZodType<T>;
  /**
   * Keys that hold secrets: `db.password`; `*` for one key, `**` for any number, as in `**.password`; the key of a map
   * for all in it. Their values stand in no message. @default none but keys that are called what secrets are called
   */
  readonly secretKeys?: readonly string[];
  /**
   * Where the last configuration that satisfied the schema is kept (mode 0600), to start from when the server is away.
   * It holds resolved secrets. Its directory is created. @default none: a start needs the server
   */
  readonly cacheFile?: string;
  /** Sent as Bearer. @default none */
  readonly token?: string;
  /** Tells the server which instance applied or rejected a change. @default none */
  readonly instanceId?: string;
  /** How long one request may take, at least 1. @default 5_000 */
  readonly requestTimeoutMs?: number;
  /** @default the system's */
  readonly clock?: Clock;
  /** @default nobody is told */
  readonly onProblem?: ProblemListener;
}

const DEFAULTS = {
  secretKeys: [],
  requestTimeoutMs: 5_000,
  clock: systemClock,
} satisfies Partial<ConfigClientOptions>;

/** The options with their defaults, checked. */
export type ConfigSettings<T> = Omit<ConfigClientOptions<T>, 'secretKeys'> &
  Required<Pick<ConfigClientOptions<T>, 'schema' | 'requestTimeoutMs' | 'clock'>> & { readonly secrets: SecretKeys };

/** @throws TypeError or RangeError that names the option */
export function toConfigSettings<T>(options: ConfigClientOptions<T>): ConfigSettings<T> {
  const { requestTimeoutMs = DEFAULTS.requestTimeoutMs, clock = DEFAULTS.clock } = options;
  const { secretKeys = DEFAULTS.secretKeys, ...others } = options;
  const schema = options.schema ?? (Configuration as z.ZodType as z.ZodType<T>); // who gives none has T's default
  return { ...others, schema, requestTimeoutMs, clock, secrets: new SecretKeys(secretKeys) };
}
