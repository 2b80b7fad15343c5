import type { Socket } from 'node:net';

import type { Deadline, Deadlines, Timed } from '../deadlines/deadlines.ts';
import type { AnswerHead } from './answer-head.ts';
import type { AnswerListener } from './answer-listener.ts';
import type { Connector } from './connector.ts';
import type { HeldWriter, HeldWrites } from './held-writes.ts';

import { AnswerParser, type AnswerSink } from './answer-parser.ts';
import { BodySender } from './body-sender.ts';
import { ConnectionClosedError, ConnectTimeoutError } from './errors.ts';
import { idleMsAfter } from './idle-time.ts';
import { type OutgoingRequest, toMessageHead } from './outgoing-request.ts';

/** Whose connections these are. */
export interface ConnectionOwner {
  /** Its answer is whole, and the next request may be sent. */
  giveBack(connection: Connection): void;
  /** It closes, or was switched to another protocol. */
  drop(connection: Connection): void;
}

export interface ConnectionOptions {
  readonly connector: Connector;
  readonly connectTimeoutMs: number;
  readonly deadlines: Deadlines;
  readonly writes: HeldWrites;
  readonly owner: ConnectionOwner;
  /** Under which name the other side proves who it is. */
  readonly serverName?: string | undefined;
}

/** As much as Node reads at a time. */
const READ_BYTES = 65_536;

/**
 * One connection to an origin, with one request at a time. It is opened with the first one.
 *
 * | state      | send       | stands | answer ends     | idle for too long | failed, aborted | switched |
 * | ---------- | ---------- | ------ | --------------- | ----------------- | --------------- | -------- |
 * | new        | connecting | -      | -               | -                 | closed          | -        |
 * | connecting | -          | busy   | -               | closed            | closed          | -        |
 * | busy       | -          | -      | idle, or closed | -                 | closed          | closed   |
 * | idle       | busy       | -      | -               | closed            | closed          | -        |
 */
export class Connection implements AnswerSink, HeldWriter, Timed {
  readonly serverName: string | undefined;
  readonly #options: ConnectionOptions;
  readonly #parser = new AnswerParser(this);
  readonly #closed = Promise.withResolvers<undefined>();
  #state: 'busy' | 'closed' | 'connecting' | 'idle' | 'new' = 'new';
  #socket: Socket | undefined;
  #listener: AnswerListener | undefined;
  /** Of a request without a body, until it is sent. */
  #head: string | undefined;
  /** Whether the request under way waits for the end of the turn. */
  #isHeld = false;
  #body: BodySender | undefined;
  /** Of connecting, or of being idle. */
  #deadline: Deadline | undefined;
  /** How long it may be idle after the answer under way; 0 where it is not to be used again. */
  #idleMs = 0;
  #isPaused = false;
  #isLast = false;
  #isForSwitching = false;
  #switchedTo: Socket | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.serverName = options.serverName;
  }

  get destroyed(): boolean {
    return this.#state === 'closed';
  }

  /** Only on one that is new or was given back. */
  send(request: OutgoingRequest, listener: AnswerListener): void {
    this.#listener = listener;
    this.#deadline?.cancel();
    if (this.#state === 'idle' && this.#socket !== undefined) {
      this.#start(this.#socket, request);
    } else {
      this.#connect(request);
    }
  }

  /** More of the answer is wanted. */
  resume(): void {
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#socket?.resume();
    }
  }

  /** Breaks off whatever is under way; the listener is told nothing more. */
  abort(): void {
    this.#listener = undefined;
    this.#cut();
  }

  /** Resolves once it is closed, which it is when the answer under way has ended. */
  close(): Promise<undefined> {
    this.#isLast = true;
    if (this.#state === 'new' || this.#state === 'idle') {
      this.#cut();
    }
    return this.#closed.promise;
  }

  /** Cuts whatever is under way; resolves once it is closed. */
  destroy(): Promise<undefined> {
    this.#cut();
    return this.#closed.promise;
  }

  onDeadline(): void {
    const { connector, connectTimeoutMs } = this.#options;
    this.#fail(new ConnectTimeoutError(connector.origin, connectTimeoutMs)); // where it was idle, nobody hears of it
  }

  writeHeld(): void {
    this.#isHeld = false;
    if (this.#head === undefined) {
      this.#socket?.uncork();
    } else if (this.#state === 'busy') {
      this.#socket?.write(this.#head, 'latin1');
      this.#head = undefined;
    }
  }

  informed(head: AnswerHead): void {
    this.#listener?.informed(head);
  }

  answered(head: AnswerHead): void {
    this.#idleMs = this.#isForSwitching ? 0 : idleMsAfter(head);
    this.#listener?.answered(head);
  }

  received(content: Buffer): void {
    if (this.#listener?.received(content) === false) {
      this.#isPaused = true;
      this.#socket?.pause();
    }
  }

  #connect(request: OutgoingRequest): void {
    const { connector, connectTimeoutMs, deadlines } = this.#options;
    this.#state = 'connecting';
    this.#deadline = deadlines.add(this, connectTimeoutMs);
    const socket = connector.open(this.serverName, this.#readOptions());
    this.#socket = socket;
    socket.once(connector.connectEvent, () => {
      this.#deadline?.cancel();
      this.#start(socket, request);
    });
    socket.on('drain', this.#onDrain).on('end', this.#onEnd).on('error', this.#onError).on('close', this.#onClose);
  }

  readonly #onDrain = (): void => {
    this.#body?.resume();
  };

  readonly #onEnd = (): void => {
    try {
      this.#parser.end();
      this.#finish(false);
    } catch (error) {
      this.#fail(error as Error); // the parser throws a ConnectionClosedError
    }
  };

  readonly #onError = (error: Error): void => {
    this.#fail(error);
  };

  readonly #onClose = (): void => {
    this.#fail(new ConnectionClosedError('before an answer was whole'));
    this.#closed.resolve(undefined);
  };

  /** Reads go to one piece of memory, past the stream; only what came after a switch is left to it. */
  #readOptions() {
    return {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (bytes: number, buffer: Uint8Array): boolean => {
        const chunk = Buffer.from(buffer.buffer, buffer.byteOffset, bytes);
        if (this.#switchedTo !== undefined) {
          return this.#switchedTo.push(Buffer.from(chunk));
        }
        this.#read(chunk);
        return true;
      },
    };
  }

  #start(socket: Socket, request: OutgoingRequest): void {
    this.#state = 'busy';
    this.#idleMs = 0;
    this.#isForSwitching = request.upgrade !== undefined;
    this.#parser.expect({ method: request.method, isUpgrade: this.#isForSwitching });
    this.#listener?.sent();
    this.#isHeld = true;
    this.#options.writes.hold(this);
    const head = toMessageHead(request);
    if (request.body === undefined) {
      this.#head = head; // costs less than to cork
      return;
    }
    socket.cork(); // what has come of the body leaves with the head
    socket.write(head, 'latin1');
    this.#body = new BodySender(request.body, socket, (error) => {
      this.#fail(error);
    });
  }

  #read(chunk: Buffer): void {
    if (this.#state !== 'busy' || this.#isHeld) {
      this.#cut(); // nothing was asked, or not yet
      return;
    }
    try {
      const used = this.#parser.read(chunk);
      this.#afterReading(chunk.subarray(used));
    } catch (error) {
      this.#fail(error as Error); // an UnsafeAnswerError, or a listener's: this answer can't go on
    }
  }

  #afterReading(rest: Buffer): void {
    const head = this.#parser.switchedBy;
    if (head !== undefined) {
      this.#switch(head, rest);
    } else if (this.#parser.isIdle) {
      this.#finish(rest.length === 0);
    }
  }

  #finish(mayBeUsedAgain: boolean): void {
    if (this.#state !== 'busy') {
      return;
    }
    const listener = this.#listener;
    const isWholeRequestSent = this.#body?.isSent ?? true;
    this.#listener = undefined;
    this.#body?.detach();
    this.#body = undefined;
    if (mayBeUsedAgain && isWholeRequestSent && this.#idleMs > 0 && !this.#isLast) {
      this.#state = 'idle';
      this.resume(); // whoever was to say so may be gone
      this.#deadline = this.#options.deadlines.add(this, this.#idleMs);
      this.#options.owner.giveBack(this);
    } else {
      this.#close();
    }
    listener?.ended();
  }

  #switch(head: AnswerHead, rest: Buffer): void {
    const socket = this.#socket;
    const listener = this.#listener;
    this.#listener = undefined;
    this.#state = 'closed';
    this.#socket = undefined;
    this.#options.owner.drop(this);
    this.#closed.resolve(undefined);
    if (socket === undefined) {
      return;
    }
    socket.off('drain', this.#onDrain).off('end', this.#onEnd).off('error', this.#onError).off('close', this.#onClose);
    this.#switchedTo = socket;
    if (rest.length > 0) {
      socket.push(Buffer.from(rest));
    }
    listener?.switched(head, socket);
  }

  #cut(): void {
    this.#fail(new ConnectionClosedError('by this side'));
  }

  #fail(error: Error): void {
    if (this.#state === 'closed') {
      return;
    }
    const listener = this.#listener;
    this.#listener = undefined;
    this.#close();
    listener?.failed(error);
  }

  #close(): void {
    this.#state = 'closed';
    this.#parser.abandon();
    this.#deadline?.cancel();
    this.#body?.detach();
    this.#options.owner.drop(this);
    if (this.#socket === undefined) {
      this.#closed.resolve(undefined);
    } else {
      this.#socket.destroy();
    }
  }
}
