import { buildConnector, Client } from 'undici';

export interface ConnectionsOptions {
  /** Connections taken at a time. */
  readonly max: number;
  readonly connectTimeoutMs: number;
}

/** An idle connection is closed before Node's own servers close theirs (5 s), or a request could meet the closing. */
const KEEP_ALIVE_MS = 4_000;

/**
 * The connections to one origin, one request at a time on each. The one given back last is taken first: the busy ones stay few. undici's
 * Pool looks through its connections for a free one at every request; in a bare proxy with 50 in use, that was an eighth of its CPU time.
 */
export class Connections {
  readonly #origin: string;
  readonly #max: number;
  readonly #options: Client.Options;
  /** In use and free; the free ones, the warmest last; and those that broke and are not closed yet. */
  readonly #all = new Set<Client>();
  readonly #free: Client[] = [];
  readonly #broken = new Set<Client>();

  constructor(origin: string, { max, connectTimeoutMs }: ConnectionsOptions) {
    this.#origin = origin;
    this.#max = max;
    this.#options = {
      connect: buildConnector({ timeout: connectTimeoutMs, allowH2: false }), // one for all: it remembers TLS sessions
      keepAliveTimeout: KEEP_ALIVE_MS,
      // The route's timeout and the client connection's idle timeout bound a request; a third clock would only add cost.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
  }

  /** Whether nothing may be taken before something is given back. */
  get areExhausted(): boolean {
    return this.#free.length === 0 && this.#all.size >= this.#max;
  }

  /** A connection for one request, opened with it where there is none. Not to be called while they are exhausted. */
  take(): Client {
    return this.#free.pop() ?? this.#add();
  }

  /** This or `drop` is to be called once for each `take`, when undici is done with the request. */
  giveBack(connection: Client): void {
    this.#free.push(connection);
  }

  /** Instead of `giveBack` after a failure: undici may still be at work on it, and must not be given another request then. */
  drop(connection: Client): void {
    void this.#closeBroken(connection);
  }

  /** Resolves when the requests under way are done and all connections are closed. */
  async close(): Promise<void> {
    // undici refuses to close what is destroyed already, as those are that broke or that an earlier `close` is done with
    const closeOrAwait = (connection: Client) => (connection.destroyed ? connection.destroy() : connection.close());
    await Promise.all([...this.#all, ...this.#broken].map(closeOrAwait));
  }

  /** Cuts whatever is still under way. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#all, ...this.#broken].map((connection) => connection.destroy()));
  }

  async #closeBroken(connection: Client): Promise<void> {
    this.#all.delete(connection);
    this.#broken.add(connection);
    await Promise.resolve(); // until undici has returned from telling of the failure
    await connection.destroy();
    this.#broken.delete(connection);
  }

  #add(): Client {
    const connection = new Client(this.#origin, this.#options);
    this.#all.add(connection);
    return connection;
  }
}
