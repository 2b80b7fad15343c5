import type { Clock } from '@signalbox/clock';

import { SignalboxError, UnreachableError } from '../errors.ts';
import { Alarm } from './alarm.ts';
import { startDeadline } from './deadline.ts';

const UNREF = Symbol.for('nodejs.unref');

/** How long a peer may take to answer our close frame before we stop waiting for it. */
const CLOSING_MS = 1_000;

export interface SocketSessionOptions {
  readonly url: URL;
  readonly token: string | undefined;
  readonly clock: Clock;
  readonly onOpen: () => void;
  /** Called for each message, in order; not after the session ended. */
  readonly onMessage: (text: string) => void;
}

/** One WebSocket from its opening to its end. Opening -> open -> over, or straight over. */
export class SocketSession {
  readonly #socket: WebSocket;
  readonly #options: SocketSessionOptions;
  readonly #alarm: Alarm;
  readonly #listening = new AbortController();
  readonly #ended = Promise.withResolvers<SignalboxError>();
  #state: 'opening' | 'open' | 'over' = 'opening';
  #received = 0;
  #openedAt = Infinity;
  #heardAt = Infinity;

  constructor(options: SocketSessionOptions) {
    const { url, token, clock } = options;
    this.#options = options;
    this.#alarm = new Alarm(clock);
    this.#socket = new WebSocket(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
    this.#listen(this.#listening.signal);
  }

  get state(): 'opening' | 'open' | 'over' {
    return this.#state;
  }

  /** How many messages came so far. */
  get received(): number {
    return this.#received;
  }

  /** How long it has been open, or was: not more than zero before it opened. */
  get openMs(): number {
    return this.#options.clock.now() - this.#openedAt;
  }

  /** How long ago the last message came, or the socket opened. */
  get silentMs(): number {
    return this.#options.clock.now() - this.#heardAt;
  }

  /** Resolves with the reason when the session is over. */
  get ended(): Promise<SignalboxError> {
    return this.#ended.promise;
  }

  /** Waits, but not beyond the moment at which the socket opens or the session ends. */
  sleep(ms: number): Promise<void> {
    return this.#alarm.sleep(ms);
  }

  /** Says nothing unless the session is open. */
  send(messages: readonly object[]): void {
    if (this.#state === 'open') {
      messages.forEach((message) => {
        this.#socket.send(JSON.stringify(message));
      });
    }
  }

  /** Over at once, whether the peer still answers or not: no event of the socket counts from here on. */
  drop(reason: unknown): void {
    this.#end(reason);
    unref(this.#socket);
  }

  /** Ends the session and waits a bounded time for the peer to agree. */
  async close(): Promise<void> {
    const closed = Promise.withResolvers<undefined>();
    const stopWaiting = () => {
      closed.resolve(undefined);
    };
    using patience = startDeadline(this.#options.clock, CLOSING_MS);
    if (this.#state === 'open') {
      this.#socket.addEventListener('close', stopWaiting);
      patience.signal.addEventListener('abort', stopWaiting);
    } else {
      stopWaiting();
    }
    this.#end('closed by the client');
    await closed.promise;
    unref(this.#socket);
  }

  #end(reason: unknown): void {
    if (this.#state === 'over') {
      return;
    }
    this.#state = 'over';
    this.#listening.abort();
    this.#socket.close();
    this.#alarm.wake();
    this.#ended.resolve(
      reason instanceof SignalboxError ? reason : new UnreachableError(this.#options.url.href, reason),
    );
  }

  #listen(signal: AbortSignal): void {
    const onOpen = () => {
      this.#state = 'open';
      this.#openedAt = this.#options.clock.now();
      this.#heardAt = this.#openedAt;
      this.#alarm.wake();
      this.#options.onOpen();
    };
    const onMessage = ({ data }: MessageEvent) => {
      this.#received += 1;
      this.#heardAt = this.#options.clock.now();
      this.#options.onMessage(String(data));
    };
    const onError = ({ error, message }: ErrorEvent) => {
      this.drop(error instanceof Error && error.message !== '' ? error : message || 'connection lost');
    };
    const onClose = ({ code, reason }: CloseEvent) => {
      this.drop(`closed with ${[code, reason].join(' ').trim()}`);
    };
    this.#socket.addEventListener('open', onOpen, { signal });
    this.#socket.addEventListener('message', onMessage, { signal });
    this.#socket.addEventListener('error', onError, { signal });
    this.#socket.addEventListener('close', onClose, { signal });
  }
}

/**
 * A peer that hangs answers no close frame, and its socket would hold the process until TCP gives up. The symbol is
 * Node's own for handles; its WebSocket has it where undici is 8 or later (Node 26).
 */
function unref(socket: WebSocket & { [UNREF]?: () => void }): void {
  socket[UNREF]?.();
}
