import type { Socket } from 'node:net';

import type { Deadline, Deadlines, Timed } from '../deadlines/deadlines.ts';
import type { AnswerHead } from '../http1/answer-head.ts';
import type { AnswerListener } from '../http1/answer-listener.ts';
import type { Connection } from '../http1/connection.ts';
import type { OutgoingRequest } from '../http1/outgoing-request.ts';
import type { Acquired } from '../upstreams/upstream.ts';

/** What is told of an attempt, in this order; nothing more once it failed, was cancelled or discarded. */
export interface AttemptListener {
  informed(head: AnswerHead): void;
  answered(attempt: Attempt, head: AnswerHead): void;
  /** Bytes that are valid during the call only. Whether more is wanted at once; otherwise `resume` says when. */
  received(attempt: Attempt, chunk: Buffer): boolean;
  ended(): void;
  switched(head: AnswerHead, socket: Socket): void;
  failed(attempt: Attempt, error: Error): void;
  /** No answer began within the time allowed; the attempt goes on unless it is cancelled. */
  overdue(attempt: Attempt): void;
}

/** Answers by which an endpoint shows that it, or what it depends on, is in trouble. */
const FAILURES: ReadonlySet<number> = new Set([502, 503, 504]);

/** Of an answer that is not wanted: how much of it is read so that its connection can be used again, and how long. */
const DISCARD_BYTES = 65_536;
const DISCARD_MS = 1_000;

/**
 * One try of a request at one endpoint.
 *
 * | state      | sent       | answered  | ended, failed | cancelled | discarded  |
 * | ---------- | ---------- | --------- | ------------- | --------- | ---------- |
 * | queued     | sent       | -         | over          | over      | -          |
 * | sent       | -          | answered  | over          | over      | -          |
 * | answered   | -          | -         | over          | over      | discarding |
 * | discarding | -          | -         | over          | over      | -          |
 */
export class Attempt implements AnswerListener, Timed {
  readonly #acquired: Acquired;
  readonly #listener: AttemptListener;
  #connection: Connection | undefined;
  #state: 'queued' | 'sent' | 'answered' | 'discarding' | 'over' = 'queued';
  #wasSent = false;
  #discarded = 0;
  #patience: Deadline | undefined;

  constructor(acquired: Acquired, listener: AttemptListener) {
    this.#acquired = acquired;
    this.#listener = listener;
  }

  get endpoint() {
    return this.#acquired.endpoint;
  }

  /** Whether nothing of the request can have reached the endpoint. */
  get wasNeverSent(): boolean {
    return !this.#wasSent;
  }

  send(request: OutgoingRequest): void {
    this.#connection = this.endpoint.takeConnection(request.host);
    this.#connection.send(request, this);
  }

  /** From now on it may take so long until its answer begins; without, any time. */
  allow(ms: number, deadlines: Deadlines): void {
    this.#patience = deadlines.add(this, ms);
  }

  resume(): void {
    this.#connection?.resume();
  }

  /** Breaks it off. `blame` says whether the endpoint is at fault. */
  cancel(blame: 'endpoint' | 'nobody'): void {
    if (this.#state === 'over') {
      return;
    }
    if (blame === 'endpoint') {
      this.#blameEndpoint();
    } else {
      this.#acquired.permit.cancelled();
    }
    const connection = this.#connection;
    this.#finish();
    connection?.abort();
  }

  /** Reads the rest of an answer that is not wanted, within bounds, so that its connection can be used again. */
  discard(deadlines: Deadlines): void {
    this.#state = 'discarding';
    this.#patience = deadlines.add(this, DISCARD_MS);
  }

  onDeadline(): void {
    if (this.#state === 'discarding') {
      this.cancel('endpoint');
    } else {
      this.#listener.overdue(this);
    }
  }

  sent(): void {
    this.#wasSent = true;
    this.#state = 'sent';
  }

  informed(head: AnswerHead): void {
    this.#listener.informed(head);
  }

  answered(head: AnswerHead): void {
    this.#state = 'answered';
    this.#patience?.cancel();
    this.endpoint.lastHeard = 'answer';
    if (FAILURES.has(head.status)) {
      this.#acquired.permit.failed();
    } else {
      this.#acquired.permit.succeeded();
    }
    this.#listener.answered(this, head);
  }

  received(content: Buffer): boolean {
    if (this.#state === 'answered') {
      return this.#listener.received(this, content);
    }
    this.#discarded += content.length;
    if (this.#discarded > DISCARD_BYTES) {
      this.cancel('endpoint');
    }
    return true;
  }

  ended(): void {
    if (this.#finish() === 'answered') {
      this.#listener.ended();
    }
  }

  switched(head: AnswerHead, socket: Socket): void {
    this.endpoint.lastHeard = 'answer';
    this.#acquired.permit.succeeded();
    this.#finish();
    this.#listener.switched(head, socket);
  }

  failed(error: Error): void {
    this.#blameEndpoint(error);
    if (this.#finish() !== 'discarding') {
      this.#listener.failed(this, error);
    }
  }

  #blameEndpoint(error?: Error): void {
    if (this.#state === 'queued' || this.#state === 'sent') {
      this.endpoint.lastHeard = this.#wasSent && error === undefined ? 'silence' : 'broken-connection';
    }
    this.#acquired.permit.failed(error);
  }

  #finish(): string {
    const before = this.#state;
    if (before !== 'over') {
      this.#state = 'over';
      this.#connection = undefined; // others may use it from now on
      this.#patience?.cancel();
      this.endpoint.release();
    }
    return before;
  }
}
