import { HttpApi } from '../connection/http-api.ts';
import { type ProblemListener, toReporter } from '../connection/problem-listener.ts';
import { parseServerUrl, toSocketUrl } from '../connection/server-url.ts';
import { CacheFileError } from '../errors.ts';
import { writeCacheFile } from './cache-file.ts';
import {
  type ConfigChangeListener,
  type ConfigClientOptions,
  type ConfigFreshness,
  type ConfigFreshnessListener,
  type ConfigSettings,
  type ConfigSource,
  toConfigSettings,
} from './config-options.ts';
import { CurrentConfiguration } from './current-configuration.ts';
import { accept, type AcceptedConfiguration, fetchConfiguration } from './served-configuration.ts';
import { type StartingConfiguration, startingConfiguration } from './starting-configuration.ts';
import { Subscription } from './subscription.ts';

interface Connection {
  readonly server: URL;
  readonly api: HttpApi;
  readonly report: ProblemListener;
  readonly closing: AbortController;
}

/** The effective configuration of one service in one environment, kept up to date until it is closed. */
export class ConfigClient<T> implements AsyncDisposable {
  readonly #settings: ConfigSettings<T>;
  readonly #connection: Connection;
  readonly #current: CurrentConfiguration<T>;
  readonly #subscription: Subscription<T>;
  #closed: Promise<void> | undefined;

  private constructor(settings: ConfigSettings<T>, connection: Connection, start: StartingConfiguration<T>) {
    this.#settings = settings;
    this.#connection = connection;
    this.#current = new CurrentConfiguration(start, connection.report);
    this.#subscription = this.#subscribe();
  }

  /**
   * Resolves with a configuration that satisfies the schema; with the cache file's, and `source` telling so, when the
   * server is away, answers 5xx or serves what the schema refuses. Does not retry.
   *
   * Rejects with ConfigUnavailableError when there is neither, ConfigInvalidError when the schema refuses what is
   * served and the cache is no help, RefusedError for an unknown service or environment or a missing right.
   */
  static async connect<T>(options: ConfigClientOptions<T>): Promise<ConfigClient<T>> {
    const settings = toConfigSettings(options);
    const { token, clock, requestTimeoutMs: timeoutMs } = settings;
    const server = parseServerUrl(settings.url);
    const closing = new AbortController();
    const report = toReporter(settings.onProblem, closing.signal);
    const api = new HttpApi({ server, token, clock, timeoutMs });
    const start = await startingConfiguration(settings, api, report);
    const client = new ConfigClient(settings, { server, api, report, closing }, start);
    if (start.source === 'server') {
      await client.#remember(start.accepted);
    }
    return client;
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

  /**
   * Tells of each change after it was validated and `current` is the new one; changes that arrive while one is being
   * validated are told as one. Returns what takes the listener off again. What it throws is told to `onProblem`.
   */
  onChange(listener: ConfigChangeListener<T>): () => void {
    return this.#current.listeners.add(listener);
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
    this.#connection.closing.abort();
    this.#current.listeners.clear();
    this.#current.freshnessListeners.clear();
    this.#closed ??= this.#subscription.close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #subscribe(): Subscription<T> {
    const { service, env, instanceId, schema, token, clock } = this.#settings;
    const { server, api, report, closing } = this.#connection;
    const pair = { service, environment: env };
    return new Subscription(
      {
        pair,
        instanceId,
        current: this.#current,
        fetch: () => fetchConfiguration(api, pair, closing.signal),
        accept: (served) => accept(schema, served),
        remember: (accepted) => this.#remember(accepted),
      },
      { url: toSocketUrl(server, 'ws'), token, clock, report },
    );
  }

  async #remember(accepted: AcceptedConfiguration<T>): Promise<void> {
    const { service, env, cacheFile } = this.#settings;
    if (cacheFile === undefined) {
      return;
    }
    try {
      await writeCacheFile(cacheFile, { service, environment: env }, accepted);
    } catch (error) {
      this.#connection.report(error instanceof CacheFileError ? error : new CacheFileError(cacheFile, error));
    }
  }
}
