import type { Deadlines } from '../deadlines/deadlines.ts';

import { Connection, type ConnectionOwner } from '../http1/connection.ts';
import { Connector } from '../http1/connector.ts';
import { HeldWrites } from '../http1/held-writes.ts';

export interface ConnectionsOptions {
  /** Connections taken at a time. */
  readonly max: number;
  readonly connectTimeoutMs: number;
  /** Of opening a connection, and of keeping it idle. */
  readonly deadlines: Deadlines;
}

/** The connections to one origin, one request at a time on each. The one given back last is taken first: the busy ones stay few. */
export class Connections implements ConnectionOwner {
  readonly #max: number;
  readonly #options: ConnectionsOptions;
  readonly #connector: Connector;
  readonly #writes = new HeldWrites();
  /** In use and free; the free ones, the warmest last; and those that are not closed yet. */
  readonly #all = new Set<Connection>();
  readonly #free: Connection[] = [];
  readonly #closing = new Set<Connection>();

  constructor(origin: string, options: ConnectionsOptions) {
    this.#max = options.max;
    this.#options = options;
    this.#connector = new Connector(origin);
  }

  /** Whether nothing may be taken before something is given back. */
  get areExhausted(): boolean {
    return this.#free.length === 0 && this.#all.size >= this.#max;
  }

  /**
   * A connection for one request, opened with it where there is none. Over TLS the instance has to prove that it is the host which the
   * request names, or its own address. Not to be called while they are exhausted.
   */
  take(host = ''): Connection {
    const serverName = this.#connector.serverNameOf(host);
    const warmest = this.#free.at(-1);
    if (warmest === undefined || warmest.serverName === serverName) {
      return this.#free.pop() ?? this.#open(serverName);
    }
    const at = this.#free.findLastIndex((free) => free.serverName === serverName);
    const [proven] = at === -1 ? [] : this.#free.splice(at, 1);
    return proven ?? this.#open(serverName);
  }

  giveBack(connection: Connection): void {
    this.#free.push(connection);
  }

  /** Instead of `giveBack`: it is never handed out again, and makes room at once. */
  drop(connection: Connection): void {
    if (!this.#all.delete(connection)) {
      return;
    }
    const free = this.#free.indexOf(connection);
    if (free !== -1) {
      this.#free.splice(free, 1);
    }
    this.#closing.add(connection);
    void connection.destroy().then(() => this.#closing.delete(connection));
  }

  /** Resolves when the requests under way are done and all connections are closed. */
  async close(): Promise<void> {
    await Promise.all([...this.#all, ...this.#closing].map((connection) => connection.close()));
  }

  /** Cuts whatever is still under way. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#all, ...this.#closing].map((connection) => connection.destroy()));
  }

  /** Where there is no room but that of the free ones, the coldest of them makes it. */
  #open(serverName: string | undefined): Connection {
    const [coldest] = this.#free;
    if (this.#all.size >= this.#max && coldest !== undefined) {
      this.drop(coldest);
    }
    const { connectTimeoutMs, deadlines } = this.#options;
    const connection = new Connection({
      connector: this.#connector,
      connectTimeoutMs,
      deadlines,
      writes: this.#writes,
      owner: this,
      serverName,
    });
    this.#all.add(connection);
    return connection;
  }
}
