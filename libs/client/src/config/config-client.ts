import type { Configuration } from '@signalbox/schemas';

import { type ProblemListener, toReporter } from '../connection/problem-listener.ts';
import { type CacheFileError, ClosedError, NotFetchedError } from '../errors.ts';
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
import { DirectoryWatch } from './directory-watch.ts';
import { type AcceptedConfiguration, fetchConfiguration, type ServedConfiguration } from './served-configuration.ts';
import { startingConfiguration } from './starting-configuration.ts';
import { Subscription } from './subscription.ts';

interface Following {
  close(): Promise<void>;
}

/** What gives configurations, at once and from then on. */
interface Origin {
  fetch(): Promise<ServedConfiguration>;
  follow(): Following;
}

/**
 * The effective configuration of one service in one environment, kept up to date until it is closed. `connect` does at
 * once what can be done step by step: `new`, `fetchInitialConfig`, `startListening`.
 */
export class ConfigClient<T = Configuration> implements ConfigReader, AsyncDisposable {
  readonly #settings: ConfigSettings<T>;
  readonly #origin: Origin;
  readonly #report: ProblemListener;
  readonly #closing = new AbortController();
  readonly #current: CurrentConfiguration<T>;
  readonly #values: ConfigValues;
  /** What is missing in the cache file, as it was told last. */
  #toldLack: string | undefined;
  /** The fetch under way. */
  #fetching: Promise<T> | undefined;
  #following: Following | undefined;
  #closed: Promise<void> | undefined;

  /** Connects to nothing yet. Throws a TypeError or RangeError that names a wrong option. */
  constructor(options: ConfigClientOptions<T>) {
    this.#settings = toConfigSettings(options);
    const { place, onProblem, secrets } = this.#settings;
    this.#report = toReporter(onProblem, this.#closing.signal);
    this.#current = new CurrentConfiguration(this.#report, place.kind);
    this.#origin = place.kind === 'server' ? this.#servers(place.url) : this.#directory(place.directory);
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
    this.#following ??= this.#origin.follow();
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
    await this.#following?.close();
    await Promise.allSettled([this.#fetching]);
  }

  #assertOpen(): void {
    this.#closing.signal.throwIfAborted();
  }

  async #fetchInitial(): Promise<T> {
    const { place, acceptance, cache } = this.#settings;
    const start = await startingConfiguration({
      place: place.kind === 'server' ? [place.url].flat().join(', ') : place.directory,
      origin: place.kind,
      acceptance,
      cache,
      report: this.#report,
      fetch: () => this.#origin.fetch(),
    });
    this.#assertOpen();
    this.#current.begin(start);
    if (start.source !== 'cache') {
      await this.#remember(start.accepted);
    }
    return start.accepted.value;
  }

  #servers(url: string | readonly string[]): Origin {
    const { pair, instanceId, acceptance, token, clock, requestTimeoutMs: timeoutMs } = this.#settings;
    const servers = new ConfigServers(url, { token, clock, timeoutMs });
    return {
      fetch: () => fetchConfiguration(servers, pair, this.#closing.signal),
      follow: () =>
        new Subscription({
          pair,
          instanceId,
          servers,
          token,
          clock,
          report: this.#report,
          current: this.#current,
          closing: this.#closing.signal,
          accept: (served) => acceptance.accept(served),
          remember: (accepted) => this.#remember(accepted),
        }),
    };
  }

  #directory(directory: string): Origin {
    const { pair, acceptance, clock } = this.#settings;
    const read = async () => {
      // Parsers of documents are loaded by those alone who read any.
      const { readDirectory } = await import('./mounted-directory.ts');
      return readDirectory(directory, pair);
    };
    return {
      fetch: read,
      follow: () =>
        new DirectoryWatch({
          directory,
          clock,
          report: this.#report,
          current: this.#current,
          read,
          accept: (served) => acceptance.accept(served),
        }),
    };
  }

  /** Tells once, while there still is a server, what a start without it would have to do without. */
  async #remember(accepted: AcceptedConfiguration<T>): Promise<void> {
    const { cache, acceptance } = this.#settings;
    const { version, etag, served } = accepted;
    try {
      const omitted = await cache?.write({ version, etag, configuration: served });
      const lack = acceptance.lackIn(accepted, omitted ?? []);
      if (lack !== undefined && lack.message !== this.#toldLack) {
        this.#toldLack = lack.message;
        this.#report(lack);
      }
    } catch (error) {
      this.#report(error as CacheFileError); // rejects with nothing else
    }
  }
}
