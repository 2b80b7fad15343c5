import type { ConfigChangeListener, ConfigSource } from '@signalbox/client';
import type { Clock } from '@signalbox/clock';
import type { GatewayConfiguration } from '@signalbox/schemas';

/** What the gateway needs of a ConfigClient. */
export interface ConfigConnection {
  readonly current: GatewayConfiguration;
  readonly version: string;
  readonly source: ConfigSource;
  onChange(listener: ConfigChangeListener<GatewayConfiguration>): () => void;
  close(): Promise<void>;
}

export interface ConfigurationFeedOptions {
  readonly clock: Clock;
  readonly connect: () => Promise<ConfigConnection>;
  /** Puts a configuration in force. */
  readonly apply: (configuration: GatewayConfiguration, version: string) => Promise<void>;
  /** Told once for each different reason why there is no configuration to start with. */
  readonly onTrouble: (error: Error) => void;
}

const RETRY_MS = 1_000;

/** Follows the gateway's configuration from the first that can be had to the end. */
export class ConfigurationFeed {
  readonly #options: ConfigurationFeedOptions;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #connection: ConfigConnection | undefined;
  #trouble: string | undefined;

  constructor(options: ConfigurationFeedOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Why there is no configuration yet. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Whether the configuration in use is the one of the last run, because the server could not be asked. */
  get isFromCache(): boolean {
    return this.#connection?.source === 'cache';
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#connection?.close();
  }

  async #run(): Promise<void> {
    const { apply } = this.#options;
    const connection = await this.#connect();
    if (connection !== undefined) {
      this.#connection = connection;
      connection.onChange(({ current, version }) => apply(current, version));
      await apply(connection.current, connection.version);
    }
  }

  /** Tries until it succeeds or the feed is closed. */
  async #connect(): Promise<ConfigConnection | undefined> {
    const { clock, connect } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        return await connect();
      } catch (error) {
        this.#tell(error instanceof Error ? error : new Error(String(error)));
      }
      await clock.sleep(RETRY_MS, signal).catch(() => undefined); // aborted: the loop's condition ends it
    }
    return undefined;
  }

  #tell(error: Error): void {
    if (this.#trouble !== error.message) {
      this.#trouble = error.message;
      this.#options.onTrouble(error);
    }
  }
}
