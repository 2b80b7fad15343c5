import type { ConfigSocketRequest } from '@signalbox/schemas';

import { type Pair, pairKey } from '@signalbox/layering';

import type { Audience, Subscriber } from '../refresh/audience.ts';
import type { ConfigurationReader } from '../refresh/configuration-reader.ts';
import type { Served } from '../refresh/pair-state.ts';

import { broadcastFrame, problemFrame, resumedFrame, subscribedFrame } from './frames.ts';
import { Subscription } from './subscription.ts';

/** A socket as far as a connection needs one. */
export interface FrameSink {
  readonly bufferedAmount: number;
  send(frame: string | Buffer, options: { readonly binary: false }): void;
  close(code: number): void;
}

export interface ConnectionOptions {
  readonly sink: FrameSink;
  readonly reader: ConfigurationReader;
  readonly audience: Audience;
  /** Whether the caller may read the pair. */
  mayRead(pair: Pair): boolean;
  /** Called when an instance refuses a configuration that it was sent. */
  onRejected(subscriber: Subscriber): void;
  /** @default 256 */
  readonly maxSubscriptions?: number;
  /** What a slow reader may leave unread before it is closed with 1013; it resumes with the etag that it has. @default 1048576 */
  readonly maxBufferedBytes?: number;
}

const DEFAULTS = { maxSubscriptions: 256, maxBufferedBytes: 1_048_576 };

/** Try Again Later (IANA WebSocket close code registry). */
const TRY_AGAIN_LATER = 1013;

type SubscribeRequest = ConfigSocketRequest & { type: 'subscribe' };

/** What one socket follows. Subscribing to a pair again replaces the subscription to it. */
export class Connection {
  readonly #options: Required<ConnectionOptions>;
  readonly #subscriptions = new Map<string, { readonly subscription: Subscription; readonly leave: () => void }>();
  /** The message being dealt with, and those behind it. */
  #last: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: ConnectionOptions) {
    const { maxSubscriptions = DEFAULTS.maxSubscriptions, maxBufferedBytes = DEFAULTS.maxBufferedBytes } = options;
    this.#options = { ...options, maxSubscriptions, maxBufferedBytes };
  }

  /**
   * Resolves once the message is dealt with. They are in the order in which they came, one at a time: no socket has more than one label
   * looked up at once, or those of one would keep Git from everybody else.
   */
  receive(request: ConfigSocketRequest): Promise<void> {
    const turn = this.#last.then(() => this.#receiveInTurn(request));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #receiveInTurn(request: ConfigSocketRequest): Promise<void> {
    if (this.#isClosed) {
      return;
    }
    switch (request.type) {
      case 'subscribe':
        await this.#subscribe(request);
        return;
      case 'applied':
      case 'rejected':
        this.#report(request);
        return;
    }
  }

  refuse(code: string, detail: string): void {
    this.#send(problemFrame({ code, detail }));
  }

  /** Sends what other labels have come to point at; called when one has moved. */
  async followLabels(): Promise<void> {
    for (const { subscription } of this.#subscriptions.values()) {
      if (subscription.label !== undefined) {
        await this.#follow(subscription, subscription.label);
      }
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const { leave } of this.#subscriptions.values()) {
      leave();
    }
    this.#subscriptions.clear();
  }

  async #subscribe(request: SubscribeRequest): Promise<void> {
    const { service, environment } = request;
    const pair = { service, environment };
    const key = pairKey(pair);
    if (!this.#options.mayRead(pair)) {
      this.#send(problemFrame({ code: 'auth/forbidden', detail: `may not read ${key}` }, pair));
      return;
    }
    if (!this.#subscriptions.has(key) && this.#subscriptions.size >= this.#options.maxSubscriptions) {
      const detail = `a socket follows at most ${this.#options.maxSubscriptions} configurations`;
      this.#send(problemFrame({ code: 'request/too-many-subscriptions', detail }, pair));
      return;
    }
    const subscription = this.#enter(key, request);
    // Without a label nothing is awaited: a change told meanwhile would be sent before what it changes.
    const served = request.label === undefined ? this.#current(pair) : await this.#labelled(pair, request.label);
    if (served !== undefined) {
      subscription.sentEtag = served.etag;
      this.#send(subscribedFrame(served));
      const isRefused = subscription.rejected?.etag === served.etag;
      if (request.etag !== undefined && request.etag !== served.etag && !isRefused) {
        this.#send(resumedFrame(served));
      }
    }
  }

  /** Before anything is read, so that no change falls between the two. */
  #enter(key: string, { service, environment, instanceId, label, etag }: SubscribeRequest): Subscription {
    const previous = this.#subscriptions.get(key);
    previous?.leave();
    const subscription = new Subscription({
      pair: { service, environment },
      instanceId,
      label,
      tell: (change) => {
        this.#send(broadcastFrame(change));
      },
    });
    // A client subscribes again and again to find out whether the server is alive: what it reported still holds.
    if (etag !== undefined) {
      subscription.applied = etag;
    }
    if (previous?.subscription.rejected !== undefined) {
      subscription.rejected = previous.subscription.rejected;
    }
    const leave = label === undefined ? this.#options.audience.join(subscription) : () => undefined;
    this.#subscriptions.set(key, { subscription, leave });
    return subscription;
  }

  /** A pair that can't be served stays subscribed: the change that mends it is sent. */
  #current(pair: Pair): Served | undefined {
    try {
      return this.#options.reader.current(pair);
    } catch (error) {
      this.#send(problemFrame(toProblem(error), pair));
      return undefined;
    }
  }

  async #labelled(pair: Pair, label: string): Promise<Served | undefined> {
    try {
      return await this.#options.reader.at(label, pair);
    } catch (error) {
      this.#send(problemFrame(toProblem(error), pair));
      return undefined;
    }
  }

  async #follow(subscription: Subscription, label: string): Promise<void> {
    const { service, environment, sentEtag } = subscription;
    const served = await this.#options.reader.at(label, { service, environment }).catch(() => undefined);
    if (served !== undefined && served.etag !== sentEtag) {
      subscription.sentEtag = served.etag;
      this.#send(resumedFrame(served));
    }
  }

  #report(request: ConfigSocketRequest & { type: 'applied' | 'rejected' }): void {
    const { service, environment, etag } = request;
    const subscription = this.#subscriptions.get(pairKey(request))?.subscription;
    if (subscription === undefined) {
      const detail = 'only what is subscribed to can be applied or rejected';
      this.#send(problemFrame({ code: 'request/not-subscribed', detail }, { service, environment }));
      return;
    }
    if (request.type === 'applied') {
      subscription.applied = etag;
      delete subscription.rejected;
      return;
    }
    subscription.rejected = { etag, reason: request.reason };
    this.#options.onRejected(subscription);
  }

  #send(frame: string | Buffer): void {
    const { sink, maxBufferedBytes } = this.#options;
    if (sink.bufferedAmount > maxBufferedBytes) {
      this.close();
      sink.close(TRY_AGAIN_LATER);
      return;
    }
    sink.send(frame, { binary: false });
  }
}

/** What is no refusal of ours is thrown on, to be logged. */
function toProblem(error: unknown): { readonly code: string; readonly detail: string } {
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('config/')) {
    return { code: String(error.code), detail: error.message };
  }
  throw error;
}
