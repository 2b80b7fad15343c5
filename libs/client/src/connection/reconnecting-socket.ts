import type { Clock } from '@signalbox/clock';

import { exponentialBackoff } from '@signalbox/retry';

import type { ProblemListener } from './problem-listener.ts';

import { type SignalboxError, UnexpectedAnswerError } from '../errors.ts';
import { Alarm } from './alarm.ts';
import { SocketSession } from './socket-session.ts';

/** After this long a session counts as one that worked: the next loss begins a new outage, with short waits. */
const STABLE_MS = 5_000;
const OPENING_MS = 5_000;
const ANSWER_MS = 5_000;
/** A quiet spell ends after this long, or up to a tenth earlier so that clients do not ask in step. */
const QUIET_MS = 30_000;
const QUIET_JITTER = 0.1;
const TIMER_RESOLUTION_MS = 1;
const BACKOFF = { initialMs: 100, maxMs: 10_000 };

/** Who talks over the socket. */
export interface SocketOwner {
  /** What to say first, each time a connection opens. At least one message that the server answers. */
  greet(): readonly object[];
  /** Throws where it can't make sense of a message; the connection is then replaced. */
  receive(message: unknown): void;
  /** What to say after a quiet spell. At least one message that the server answers. */
  askForLife(): readonly object[];
  /** Told each time that a connection ended or none could be opened, before another is tried. */
  lost?(): void;
  /**
   * Waits in the place of a pause between connections, as long as the owner can do without one: true when another is
   * to be tried at once, false when the pause is still to come.
   *
   * @param failures in a row; a connection that stood for 5 s was none
   */
  bridge?(failures: number): Promise<boolean>;
}

export interface ReconnectingSocketOptions {
  readonly url: URL;
  readonly token: string | undefined;
  readonly clock: Clock;
  readonly report: ProblemListener;
}

/**
 * A WebSocket that comes back: after a loss it is opened again with jittered, growing waits, and its owner greets anew.
 *
 * Node's WebSocket does not show the server's pings, so a connection of which the peer is gone without a word is noticed
 * by asking: after 30 s without a message the owner's question is sent, and 5 s without any message end the connection.
 *
 * | state    | opens     | fails, closes or is silent | closed by the owner |
 * | -------- | --------- | -------------------------- | ------------------- |
 * | opening  | connected | waiting                    | over                |
 * | connected| -         | waiting                    | over                |
 * | waiting  | -         | - (then opening)           | over                |
 */
export class ReconnectingSocket {
  readonly #options: ReconnectingSocketOptions;
  readonly #owner: SocketOwner;
  readonly #backoff = exponentialBackoff(BACKOFF);
  readonly #pause: Alarm;
  readonly #running: Promise<void>;
  #session: SocketSession | undefined;
  #closed = false;

  constructor(options: ReconnectingSocketOptions, owner: SocketOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#pause = new Alarm(options.clock);
    this.#running = this.#run();
  }

  /** Lost when there is no open connection: `greet` says all that matters after the next one opens. */
  send(message: object): void {
    this.#session?.send([message]);
  }

  /** Gives the connection up and opens another after a wait, as if it had been lost. */
  restart(reason: unknown): void {
    this.#session?.drop(reason);
  }

  /** Resolves when nothing is left running; waits at most a second for the server's farewell. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#pause.wake();
    await this.#session?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let attempt = 0; !this.#closed; attempt += 1) {
      const session = this.#connect();
      const [lost] = await Promise.all([session.ended, this.#watchOver(session)]);
      attempt = session.openMs >= STABLE_MS ? 0 : attempt;
      this.#owner.lost?.();
      this.#tell(attempt, lost);
      if ((await this.#owner.bridge?.(attempt + 1)) !== true) {
        await this.#pause.sleep(this.#backoff(attempt));
      }
    }
  }

  #connect(): SocketSession {
    const { url, token, clock } = this.#options;
    const session = new SocketSession({
      url,
      token,
      clock,
      onOpen: () => {
        session.send(this.#owner.greet());
      },
      onMessage: (text) => {
        this.#receive(session, text);
      },
    });
    this.#session = session;
    return session;
  }

  #receive(session: SocketSession, text: string): void {
    try {
      this.#owner.receive(JSON.parse(text));
    } catch (error) {
      session.drop(new UnexpectedAnswerError(this.#options.url.href, error));
    }
  }

  /** Ends with the session; ends the session when the peer is silent. */
  async #watchOver(session: SocketSession): Promise<void> {
    await session.sleep(OPENING_MS);
    if (session.state === 'opening') {
      session.drop(`not open within ${OPENING_MS} ms`);
    }
    let asked = 0;
    while (session.state === 'open') {
      await session.sleep(ANSWER_MS);
      if (session.received === asked) {
        session.drop(`no answer within ${ANSWER_MS} ms`);
      }
      asked = await untilQuiet(session);
      session.send(this.#owner.askForLife());
    }
  }

  #tell(attempt: number, lost: SignalboxError): void {
    if (attempt === 0 && !this.#closed) {
      this.#options.report(lost);
    }
  }
}

/** Waits for a spell without any message; resolves with how many there had been. */
async function untilQuiet(session: SocketSession): Promise<number> {
  const spellMs = QUIET_MS * (1 - QUIET_JITTER * Math.random());
  let leftMs = spellMs - session.silentMs;
  while (session.state === 'open' && leftMs >= TIMER_RESOLUTION_MS) {
    await session.sleep(leftMs);
    leftMs = spellMs - session.silentMs;
  }
  return session.received;
}
