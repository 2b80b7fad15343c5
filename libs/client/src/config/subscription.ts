import type { Clock } from '@signalbox/clock';

import { ConfigSocketMessage, type ConfigSocketRequest } from '@signalbox/schemas';

import type { ProblemListener } from '../connection/problem-listener.ts';
import type { ConfigServers } from './config-servers.ts';
import type { CurrentConfiguration } from './current-configuration.ts';

import { ReconnectingSocket } from '../connection/reconnecting-socket.ts';
import { parseMessage } from '../connection/wire-message.ts';
import { ConfigInvalidError, ReportedProblemError, SignalboxError } from '../errors.ts';
import { LongPoll } from './long-poll.ts';
import {
  type AcceptedConfiguration,
  type ConfigPair,
  fetchConfiguration,
  type Offer,
  type ServedConfiguration,
  type Verdict,
} from './served-configuration.ts';

const KNOWN_TYPES = new Set<string>(ConfigSocketMessage.options.map(({ shape }) => shape.type.value));

/** A socket that fails this often in a row may be one that is not let through. */
const FAILURES_BEFORE_POLLING = 3;

export interface SubscriptionOptions<T> {
  readonly pair: ConfigPair;
  readonly instanceId: string | undefined;
  readonly servers: ConfigServers;
  readonly token: string | undefined;
  readonly clock: Clock;
  readonly report: ProblemListener;
  readonly current: CurrentConfiguration<T>;
  /** Aborted when the client is closed. */
  readonly closing: AbortSignal;
  /** Rejects with ConfigInvalidError where it is not to be applied. */
  readonly accept: (served: ServedConfiguration) => Promise<AcceptedConfiguration<T>>;
  /** Keeps it for a start without the server. Does not reject. */
  readonly remember: (accepted: AcceptedConfiguration<T>) => Promise<void>;
}

/**
 * Keeps the configuration in step with the server: subscribes with the etag it has, each time a connection opens and
 * as the question after a quiet spell; applies what is valid, rejects what is not. Where no socket stands, it polls.
 */
export class Subscription<T> {
  readonly #options: SubscriptionOptions<T>;
  readonly #socket: ReconnectingSocket;
  readonly #longPoll: LongPoll;
  /** The one change that waits while another is being applied: only the newest counts. Owned by #work. */
  #waiting: Offer | undefined;
  #work: Promise<void> | undefined;
  /** What was rejected last: it is offered again at each subscription, and not worth a second report. */
  #rejected: ConfigInvalidError | undefined;

  constructor(options: SubscriptionOptions<T>) {
    const { servers, token, clock, report, pair, instanceId, closing, current } = options;
    this.#options = options;
    this.#longPoll = new LongPoll({
      servers,
      pair,
      instanceId,
      clock,
      closing,
      known: () => [current.accepted.etag, this.#rejected?.etag].filter((etag) => etag !== undefined),
      take: (offer) => this.#takePolled(offer),
    });
    this.#socket = new ReconnectingSocket(
      {
        // Asked for at each connection: another server may have its turn.
        get url() {
          return servers.socketUrl;
        },
        token,
        clock,
        report,
      },
      {
        greet: () => [this.#subscribe()],
        askForLife: () => [this.#subscribe()],
        receive: (message) => {
          this.#receive(message);
        },
        lost: () => {
          current.doubt();
          servers.moveOn();
        },
        bridge: (failures) => this.#bridge(failures),
      },
    );
  }

  /** The client's `closing` has to be aborted before. */
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
        this.#longPoll.forget();
        this.#compare(message);
        break;
      case 'changed':
        this.#waiting = message;
        this.#work ??= this.#applyAll();
        break;
      case 'problem':
        this.#options.current.doubt();
        this.#options.report(new ReportedProblemError(message));
        break;
      case undefined:
        break;
    }
  }

  /** A minute of polling; false where that fails as well, so that it is not the sockets alone that are cut off. */
  async #bridge(failures: number): Promise<boolean> {
    const { closing, current, report } = this.#options;
    if (failures < FAILURES_BEFORE_POLLING || closing.aborted) {
      return false;
    }
    try {
      await this.#longPoll.spell();
      return true;
    } catch (error) {
      current.doubt();
      if (failures === FAILURES_BEFORE_POLLING && error instanceof SignalboxError) {
        report(error);
      }
      return false;
    }
  }

  async #takePolled(offer: Offer): Promise<Verdict | undefined> {
    await this.#work;
    const isKnown = offer.configuration === undefined;
    if (this.#compare(offer) || (isKnown && offer.etag === this.#rejected?.etag)) {
      return undefined;
    }
    return this.#judge(offer);
  }

  #compare({ etag, version }: Offer): boolean {
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

  /** What could not be fetched is offered again after a reconnect, which waits longer each time. */
  async #apply(offer: Offer): Promise<void> {
    try {
      this.#answer(await this.#judge(offer));
    } catch (error) {
      this.#socket.restart(error);
    }
  }

  async #judge(offer: Offer): Promise<Verdict> {
    if (offer.etag === this.#rejected?.etag) {
      return { type: 'rejected', etag: offer.etag, reason: this.#rejected.reason };
    }
    const served = await this.#contentOf(offer);
    try {
      if (!this.#compare(served)) {
        await this.#replace(await this.#options.accept(served));
      }
      this.#rejected = undefined;
      return { type: 'applied', etag: served.etag };
    } catch (error) {
      return this.#reject(error);
    }
  }

  async #replace(accepted: AcceptedConfiguration<T>): Promise<void> {
    this.#options.current.replace(accepted);
    await this.#options.remember(accepted);
  }

  async #contentOf({ version, etag, configuration }: Offer): Promise<ServedConfiguration> {
    const { servers, pair, closing } = this.#options;
    return configuration === undefined ? fetchConfiguration(servers, pair, closing) : { version, etag, configuration };
  }

  #reject(error: unknown): Verdict {
    if (!(error instanceof ConfigInvalidError)) {
      throw error;
    }
    this.#rejected = error;
    this.#options.current.doubt();
    this.#options.report(error);
    return { type: 'rejected', etag: error.etag, reason: error.reason };
  }

  #answer(verdict: Verdict): void {
    this.#socket.send({ ...this.#options.pair, ...verdict } satisfies ConfigSocketRequest);
  }
}
