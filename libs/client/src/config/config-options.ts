import type * as z from 'zod';

import { type Clock, systemClock } from '@signalbox/clock';
import { Configuration, EnvironmentName, InstanceId, ServiceName } from '@signalbox/schemas';

import type { ProblemListener } from '../connection/problem-listener.ts';
import type { ConfigPair } from './served-configuration.ts';

import {
  type NamesOf,
  requireClock,
  requireNames,
  requireTexts,
  requireType,
  requireTypeOrNone,
  shown,
} from '../connection/option-checks.ts';
import { requireName } from '../connection/option-names.ts';
import { Acceptance } from './acceptance.ts';
import { CacheFile } from './cache-file.ts';
import { type EnvironmentVariableOptions, EnvironmentVariables } from './environment-variables.ts';
import { keysOf, type SchemaKeys } from './schema-keys.ts';
import { KEY_BYTES } from './sealed-content.ts';
import { SecretKeys } from './secret-keys.ts';

/** Where configuration comes from. */
export type ConfigOrigin = 'server' | 'directory';

/** Where the configuration in use was last confirmed: its origin, or the cache file while the server does not confirm it. */
export type ConfigSource = ConfigOrigin | 'cache';

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
  /**
   * Of the config-server: `http://host:8888`. A path before the API's own is kept. Of several, a random one is asked
   * first, and the next in turn when it fails. Either this or a `directory`.
   */
  readonly url?: string | readonly string[];
  /** Of files that are read and watched in the place of a server, such as a mounted ConfigMap. */
  readonly directory?: string;
  /** 1 to 63 letters, digits, dots, dashes and underscores, with a letter or a digit at both ends; so is `env`. */
  readonly service: string;
  readonly env: string;
  /** What the configuration must satisfy, at the start and before each change is applied. @default any configuration */
  readonly schema?: z.ZodType<T>;
  /**
   * Keys that hold secrets: `db.password`; `*` for one key, `**` for any number, as in `**.password`; the key of a map
   * for all in it. Their values stand in no message, and in no readable file. So it is, unless a pattern with `!` before it
   * says that it is none, with what is called or looks like a secret. @default what the schema marks by `.meta({ writeOnly: true })`
   */
  readonly secretKeys?: readonly string[];
  /**
   * Where the last configuration that satisfied the schema is kept (mode 0600), to start from when the server is away.
   * Without a `cacheKey` it is readable, and without secrets: a start from it takes those from environment variables, and
   * fails where one is named by `secretKeys` or the schema and is not given, or the schema can't do without.
   * `onProblem` is told beforehand. Its directory is created. @default none: a start needs the server
   */
  readonly cacheFile?: string;
  /** Encrypts the cache file, secrets included (AES-256-GCM): 32 bytes. A file that is not encrypted is not believed then. @default none */
  readonly cacheKey?: Uint8Array;
  /** Environment variables that override keys. They are not kept in the cache file. @default none do */
  readonly environmentVariables?: EnvironmentVariableOptions;
  /** Sent as Bearer. @default none */
  readonly token?: string;
  /** Tells the server which instance applied or rejected a change: a name of up to 128 characters. @default none */
  readonly instanceId?: string;
  /** How long one request may take, in milliseconds from 1 to 2147483647. @default 5_000 */
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

const NAMES: NamesOf<ConfigClientOptions> = {
  url: true,
  directory: true,
  service: true,
  env: true,
  schema: true,
  secretKeys: true,
  cacheFile: true,
  cacheKey: true,
  environmentVariables: true,
  token: true,
  instanceId: true,
  requestTimeoutMs: true,
  clock: true,
  onProblem: true,
};

/** The servers to ask, or the directory to read. */
export type ConfigPlace =
  | { readonly kind: 'server'; readonly url: string | readonly string[] }
  | { readonly kind: 'directory'; readonly directory: string };

/** The options with their defaults, checked. */
export interface ConfigSettings<T> {
  readonly place: ConfigPlace;
  readonly pair: ConfigPair;
  readonly acceptance: Acceptance<T>;
  readonly secrets: SecretKeys;
  readonly cache: CacheFile | undefined;
  readonly token: string | undefined;
  readonly instanceId: string | undefined;
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
  readonly onProblem: ProblemListener | undefined;
}

/** @throws TypeError or RangeError that names the option, what it must be and, unless it may be a secret, the value */
export function toConfigSettings<T>(options: ConfigClientOptions<T>): ConfigSettings<T> {
  requireNames('ConfigClient', options, NAMES);
  const { service, env, token, instanceId, onProblem } = options;
  const { requestTimeoutMs = DEFAULTS.requestTimeoutMs, clock = DEFAULTS.clock } = options;
  requireName('service', service, ServiceName);
  requireName('env', env, EnvironmentName);
  if (instanceId !== undefined) {
    requireName('instanceId', instanceId, InstanceId);
  }
  requireClock('clock', clock);
  requireTypeOrNone('onProblem', onProblem, 'function');
  const pair = { service, environment: env };
  const schema = toSchema(options);
  const keys = keysOf(schema);
  const secrets = toSecretKeys(options, keys);
  const cache = toCacheFile(options, pair, secrets);
  const acceptance = new Acceptance(schema, toVariables(options, keys));
  return {
    place: toPlace(options),
    pair,
    acceptance,
    secrets,
    cache,
    token,
    instanceId,
    requestTimeoutMs,
    clock,
    onProblem,
  };
}

function toPlace<T>({ url, directory, cacheFile }: ConfigClientOptions<T>): ConfigPlace {
  if (directory === undefined && url !== undefined) {
    return { kind: 'server', url };
  }
  if (directory === undefined || url !== undefined) {
    throw new TypeError(`url: must be given, or else a directory, not ${url === undefined ? 'neither' : 'both'}`);
  }
  if (cacheFile !== undefined) {
    throw new TypeError('cacheFile: must come with a url, as a directory is there without a server');
  }
  requirePath('directory', directory);
  return { kind: 'directory', directory };
}

function toCacheFile<T>(
  { cacheFile: path, cacheKey: key }: ConfigClientOptions<T>,
  pair: ConfigPair,
  secrets: SecretKeys,
): CacheFile | undefined {
  requireCacheKey(key);
  if (key !== undefined && path === undefined) {
    throw new TypeError('cacheKey: must come with a cacheFile, not alone');
  }
  if (path === undefined) {
    return undefined;
  }
  requirePath('cacheFile', path);
  return new CacheFile({ path, pair, key, secrets });
}

function toSecretKeys<T>(
  { secretKeys = DEFAULTS.secretKeys }: ConfigClientOptions<T>,
  { secret }: SchemaKeys,
): SecretKeys {
  requireTexts('secretKeys', secretKeys);
  return new SecretKeys(secretKeys, secret);
}

/** Nothing of the key is shown. */
function requireCacheKey(key: unknown): void {
  if (key !== undefined && !(key instanceof Uint8Array)) {
    throw new TypeError(`cacheKey: must be a Uint8Array, not of type ${typeof key}`);
  }
  if (key !== undefined && key.byteLength !== KEY_BYTES) {
    throw new RangeError(`cacheKey: must have ${KEY_BYTES} bytes, not ${key.byteLength}`);
  }
}

function requirePath(option: string, path: string): void {
  requireType(option, path, 'string');
  if (path === '') {
    throw new RangeError(`${option}: must have at least 1 character, not ""`);
  }
}

/** What is parsed with here, and what environment variables find its keys by. */
function toSchema<T>({ schema }: ConfigClientOptions<T>): z.ZodType<T> {
  requireSchema(schema);
  return schema ?? (Configuration as z.ZodType as z.ZodType<T>); // who gives none has T's default
}

function requireSchema(schema: unknown): void {
  const isSchema = typeof schema === 'object' && schema !== null && 'safeParseAsync' in schema && '_zod' in schema;
  if (schema !== undefined && !isSchema) {
    throw new TypeError(`schema: must be a schema of zod 4, not ${shown(schema)}`);
  }
}

function toVariables<T>(
  { environmentVariables }: ConfigClientOptions<T>,
  { named }: SchemaKeys,
): EnvironmentVariables | undefined {
  return environmentVariables && new EnvironmentVariables(environmentVariables, named);
}
