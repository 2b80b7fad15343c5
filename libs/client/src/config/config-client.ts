import type { Configuration } from '@signalbox/schemas';

import { type ProblemListener, toReporter } from '../connection/problem-listener.ts';
import { ClosedError, NotFetchedError } from '../errors.ts';
import {
  type ConfigChangeListener,
  type ConfigClientOptions,
  type ConfigFreshness,
  type ConfigFreshnessListener,
  type ConfigReplacedListener,
  type ConfigSettings,
  type ConfigSource,
  toConfigSettings,
} from './config-options.ts';
import { ConfigServers } from './config-servers.ts';
import { type ConfigKeys, type ConfigReader, ConfigValues, type ListOptions } from './config-values.ts';
import { CurrentConfiguration } from './current-configuration.ts';
import { type AcceptedConfiguration, fetchConfiguration, type ServedConfiguration } from './served-configuration.ts';
import { startingConfiguration } from './starting-configuration.ts';
import { Subscription } from './subscription.ts';

/**
 * The effective configuration of one service in one environment, kept up to date until it is closed. `connect` does at
 * once what can be done step by step: `new`, `fetchInitialConfig`, `startListening`.
 */
export class ConfigClient<T = Configuration> implements ConfigReader, AsyncDisposable {
  readonly #settings: ConfigSettings<T>;
  readonly #servers: ConfigServers;
  readonly #report: ProblemListener;
  readonly #closing = new AbortController();
  readonly #current: CurrentConfiguration<T>;
  readonly #values: ConfigValues;
  /** The fetch under way. */
  #fetching: Promise<T> | undefined;
  #subscription: Subscription<T> | undefined;
  #closed: Promise<void> | undefined;

  /** Connects to nothing yet. Throws a TypeError or RangeError that names a wrong option. */
  constructor(options: ConfigClientOptions<T>) {
    this.#settings = toConfigSettings(options);
    const { url, token, clock, requestTimeoutMs: timeoutMs, onProblem, secrets } = this.#settings;
    this.#servers = new ConfigServers(url, { token, clock, timeoutMs });
    this.#report = toReporter(onProblem, this.#closing.signal);
    this.#current = new CurrentConfiguration(this.#report);
    this.#values = new ConfigValues(() => this.#current.accepted.configuration, secrets);
  }

  /** A client that was started: rejects as `fetchInitialConfig` does. */
  static async connect<T = Configuration>(options: ConfigClientOptions<T>): Promise<ConfigClient<T>> {
    const client = new ConfigClient(options);
    await client.fetchInitialConfig();
    client.startListening();
    return client;
  }

  /**
   * Resolves with a configuration that satisfies the schema; with the cache file's, and `source` telling so, when the
   * server is away, answers 5xx or serves what the schema refuses. Does not retry; after a failure it may be called
   * again, after a success it resolves with what is in use.
   *
   * Rejects with ConfigUnavailableError when there is neither, ConfigInvalidError when the schema refuses what is
   * served and the cache is no help, RefusedError for an unknown service or environment or a missing right, ClosedError
   * after `close`.
   */
  async fetchInitialConfig(): Promise<T> {
    this.#assertOpen();
    if (this.#current.hasBegun) {
      return this.current;
    }
    this.#fetching ??= this.#fetchInitial().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  /** Follows changes from now on; again, it does nothing. Throws NotFetchedError before `fetchInitialConfig`, and ClosedError. */
  startListening(): void {
    this.#assertOpen();
    if (!this.#current.hasBegun) {
      throw new NotFetchedError();
    }
    this.#subscription ??= this.#subscribe();
  }

  /** What the schema made of the configuration; replaced as a whole, never changed in place. */
  get current(): T {
    return this.#current.accepted.value;
  }

  /** The commit that last changed this configuration. */
  get version(): string {
    return this.#current.accepted.version;
  }

  /** Of the content: the same again where a later commit restores it. */
  get etag(): string {
    return this.#current.accepted.etag;
  }

  get source(): ConfigSource {
    return this.#current.source;
  }

  /** Names of the environment variables that override keys of it, by key. */
  get overrides(): ReadonlyMap<string, string> {
    return this.#current.accepted.variables;
  }

  /**
   * Tells of each change after it was validated and `current` is the new one; changes that arrive while one is being
   * validated are told as one. Returns what takes the listener off again. What it throws is told to `onProblem`.
   */
  onChange(listener: ConfigChangeListener<T>): () => void {
    return this.#current.listeners.add(listener);
  }

  /** As `onChange`, for a listener of the form `(previous, current, changedKeys)`. */
  addChangeListener(listener: ConfigReplacedListener<T>): () => void {
    return this.onChange(({ previous, current, changedKeys }) => listener(previous, current, changedKeys));
  }

  get<F extends string | null = never>(keys: ConfigKeys, fallback?: F): string | F {
    return this.#values.get(keys, fallback);
  }

  getInt<F extends number | null = never>(keys: ConfigKeys, fallback?: F): number | F {
    return this.#values.getInt(keys, fallback);
  }

  getBool<F extends boolean | null = never>(keys: ConfigKeys, fallback?: F): boolean | F {
    return this.#values.getBool(keys, fallback);
  }

  getList<F extends readonly string[] | null = never>(
    keys: ConfigKeys,
    fallback?: F,
    options?: ListOptions,
  ): readonly string[] | F {
    return this.#values.getList(keys, fallback, options);
  }

  group(name: string): ConfigReader {
    return this.#values.group(name);
  }

  get freshness(): ConfigFreshness {
    return this.#current.freshness;
  }

  /**
   * Tells each time that `freshness` has become another; after `onChange` where a change ends a stale spell. Returns what
   * takes the listener off again. What it throws is told to `onProblem`.
   */
  onFreshness(listener: ConfigFreshnessListener): () => void {
    return this.#current.freshnessListeners.add(listener);
  }

  /** Ends the subscription; `current` stays readable. Waits at most a second for a server that hangs. */
  close(): Promise<void> {
    this.#closing.abort(new ClosedError('the configuration client'));
    this.#current.listeners.clear();
    this.#current.freshnessListeners.clear();
    this.#closed ??= this.#end();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #end(): Promise<void> {
    await this.#subscription?.close();
    await Promise.allSettled([this.#fetching]);
  }

  #assertOpen(): void {
    this.#closing.signal.throwIfAborted();
  }

  async #fetchInitial(): Promise<T> {
    const { url, acceptance, cache } = this.#settings;
    const start = await startingConfiguration({
      url: [url].flat().join(', '),
      acceptance,
      cache,
      report: this.#report,
      fetch: () => this.#fetch(),
    });
    this.#current.begin(start);
    if (start.source === 'server') {
      await this.#remember(start.accepted);
    }
    return start.accepted.value;
  }

  #subscribe(): Subscription<T> {
    const { pair, instanceId, acceptance, token, clock } = this.#settings;
    return new Subscription({
      pair,
      instanceId,
      servers: this.#servers,
      token,
      clock,
      report: this.#report,
      current: this.#current,
      closing: this.#closing.signal,
      accept: (served) => acceptance.accept(served),
      remember: (accepted) => this.#remember(accepted),
    });
  }

  #fetch(): Promise<ServedConfiguration> {
    return fetchConfiguration(this.#servers, this.#settings.pair, this.#closing.signal);
  }

  async #remember({ version, etag, served }: AcceptedConfiguration<T>): Promise<void> {
    const { cache } = this.#settings;
    await cache?.write({ version, etag, configuration: served }).catch(this.#report);
  }
}
