import type { Clock } from '@signalbox/clock';
import type { ConfigVerdictRequest } from '@signalbox/schemas';

import type { ConfigServers } from './config-servers.ts';
import type { ConfigPair, Offer, Verdict } from './served-configuration.ts';

import { fetchOffer, pathOf } from './served-configuration.ts';

/** As long as is certain to be under the limits of proxies: half of nginx's default `proxy_read_timeout`. */
const WAIT_MS = 30_000;
/** From one poll to the next, where what answers does not wait: a cache in between, or a configuration that changes all the time. */
const LEAST_MS = 1_000;
/** How long is polled before a socket is tried again. */
const SPELL_MS = 60_000;

export interface LongPollOptions {
  readonly servers: ConfigServers;
  readonly pair: ConfigPair;
  /** Without it nobody can be told who applied or rejected a change. */
  readonly instanceId: string | undefined;
  readonly clock: Clock;
  /** Aborted when the client is closed. */
  readonly closing: AbortSignal;
  /** Etags of what is in use, first, and of what was rejected. */
  readonly known: () => readonly string[];
  /** What becomes of what the server has; undefined where that is known already. Rejects where it could not be fetched. */
  readonly take: (offer: Offer) => Promise<Verdict | undefined>;
}

/** Follows changes by requests that wait, where no socket can be had. */
export class LongPoll {
  readonly #options: LongPollOptions;
  /** The verdict that the server was not told yet. */
  #untold: Verdict | undefined;

  constructor(options: LongPollOptions) {
    this.#options = options;
  }

  /** Resolves a minute later; rejects as soon as a request fails, or the client is closed. */
  async spell(): Promise<void> {
    const { clock, closing } = this.#options;
    const end = clock.now() + SPELL_MS;
    // At once first, to know whether what is in use is still what the server has.
    await this.#poll(0);
    while (clock.now() < end) {
      const soonest = clock.now() + LEAST_MS;
      await this.#poll(WAIT_MS);
      await clock.sleep(soonest - clock.now(), closing);
    }
  }

  /** A subscription told the server what became of it. */
  forget(): void {
    this.#untold = undefined;
  }

  async #poll(waitMs: number): Promise<void> {
    const { servers, pair, instanceId, closing, known, take } = this.#options;
    await this.#tell();
    const offer = await fetchOffer(servers, pair, { known: known(), waitMs, instanceId, signal: closing });
    this.#untold = await take(offer);
    await this.#tell();
  }

  async #tell(): Promise<void> {
    const { servers, pair, instanceId, closing } = this.#options;
    if (this.#untold === undefined || instanceId === undefined) {
      return;
    }
    const body = { ...this.#untold, instanceId } satisfies ConfigVerdictRequest;
    await servers.request({ method: 'POST', path: `${pathOf(pair)}/verdicts`, body }, closing);
    this.#untold = undefined;
  }
}
