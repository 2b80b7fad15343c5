import { ConfigSocketMessage, type ConfigSocketRequest } from '@signalbox/schemas';

import type { CurrentConfiguration } from './current-configuration.ts';
import type { AcceptedConfiguration, ConfigPair, ServedConfiguration } from './served-configuration.ts';

import { ReconnectingSocket, type ReconnectingSocketOptions } from '../connection/reconnecting-socket.ts';
import { parseMessage } from '../connection/wire-message.ts';
import { ConfigInvalidError, ReportedProblemError } from '../errors.ts';

const KNOWN_TYPES = new Set<string>(ConfigSocketMessage.options.map(({ shape }) => shape.type.value));

type Changed = Extract<ConfigSocketMessage, { type: 'changed' }>;

export interface SubscriptionOptions<T> {
  readonly pair: ConfigPair;
  readonly instanceId: string | undefined;
  readonly current: CurrentConfiguration<T>;
  readonly fetch: () => Promise<ServedConfiguration>;
  /** Rejects with ConfigInvalidError where it is not to be applied. */
  readonly accept: (served: ServedConfiguration) => Promise<AcceptedConfiguration<T>>;
  /** Keeps it for a start without the server. Does not reject. */
  readonly remember: (accepted: AcceptedConfiguration<T>) => Promise<void>;
}

/**
 * Keeps the configuration in step with the server: subscribes with the etag it has, each time a connection opens and
 * as the question after a quiet spell; applies what is valid, rejects what is not.
 */
export class Subscription<T> {
  readonly #options: SubscriptionOptions<T>;
  readonly #connection: ReconnectingSocketOptions;
  readonly #socket: ReconnectingSocket;
  /** The one change that waits while another is being applied: only the newest counts. Owned by #work. */
  #waiting: Changed | undefined;
  #work: Promise<void> | undefined;
  /** What was rejected last: it is offered again at each subscription, and not worth a second report. */
  #rejected: ConfigInvalidError | undefined;

  constructor(options: SubscriptionOptions<T>, connection: ReconnectingSocketOptions) {
    this.#options = options;
    this.#connection = connection;
    this.#socket = new ReconnectingSocket(connection, {
      greet: () => [this.#subscribe()],
      askForLife: () => [this.#subscribe()],
      receive: (message) => {
        this.#receive(message);
      },
      lost: () => {
        options.current.doubt();
      },
    });
  }

  async close(): Promise<void> {
    this.#waiting = undefined;
    await this.#socket.close();
    await this.#work;
  }

  #subscribe(): ConfigSocketRequest {
    const { pair, instanceId, current } = this.#options;
    const { etag } = current.accepted;
    return { type: 'subscribe', ...pair, etag, ...(instanceId !== undefined && { instanceId }) };
  }

  #receive(raw: unknown): void {
    const message = parseMessage(ConfigSocketMessage, KNOWN_TYPES, raw);
    switch (message?.type) {
      case 'subscribed':
        this.#compare(message);
        break;
      case 'changed':
        this.#waiting = message;
        this.#work ??= this.#applyAll();
        break;
      case 'problem':
        this.#options.current.doubt();
        this.#connection.report(new ReportedProblemError(message));
        break;
      case undefined:
        break;
    }
  }

  #compare({ etag, version }: { readonly etag: string; readonly version: string }): boolean {
    const { current } = this.#options;
    const same = etag === current.accepted.etag;
    if (same) {
      current.confirm(version);
    }
    return same;
  }

  async #applyAll(): Promise<void> {
    for (let next = this.#waiting; next !== undefined; next = this.#waiting) {
      this.#waiting = undefined;
      await this.#apply(next);
    }
    this.#work = undefined;
  }

  async #apply(changed: Changed): Promise<void> {
    if (changed.etag === this.#rejected?.etag) {
      this.#answer({ type: 'rejected', etag: changed.etag, reason: this.#rejected.reason });
      return;
    }
    try {
      const served = await this.#contentOf(changed);
      if (!this.#compare(served)) {
        await this.#replace(await this.#options.accept(served));
      }
      this.#rejected = undefined;
      this.#answer({ type: 'applied', etag: served.etag });
    } catch (error) {
      this.#refuse(error);
    }
  }

  async #replace(accepted: AcceptedConfiguration<T>): Promise<void> {
    this.#options.current.replace(accepted);
    await this.#options.remember(accepted);
  }

  async #contentOf({ version, etag, configuration }: Changed): Promise<ServedConfiguration> {
    return configuration === undefined ? this.#options.fetch() : { version, etag, configuration };
  }

  /** What could not be fetched is offered again after a reconnect, which waits longer each time. */
  #refuse(error: unknown): void {
    if (!(error instanceof ConfigInvalidError)) {
      this.#socket.restart(error);
      return;
    }
    this.#rejected = error;
    this.#options.current.doubt();
    this.#connection.report(error);
    this.#answer({ type: 'rejected', etag: error.etag, reason: error.reason });
  }

  #answer(verdict: { type: 'applied'; etag: string } | { type: 'rejected'; etag: string; reason: string }): void {
    this.#socket.send({ ...this.#options.pair, ...verdict } satisfies ConfigSocketRequest);
  }
}
