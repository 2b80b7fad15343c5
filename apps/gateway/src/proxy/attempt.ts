import type { Duplex } from 'node:stream';
import type { Client, Dispatcher } from 'undici';

import type { Acquired } from '../upstreams/upstream.ts';
import type { Deadline, Deadlines, Timed } from './deadlines.ts';

/** What is told of an attempt, in this order; nothing more once it failed, was cancelled or discarded. */
export interface AttemptListener {
  informed(status: number, fields: readonly Buffer[]): void;
  answered(attempt: Attempt, status: number, fields: readonly Buffer[]): void;
  /** Whether more is wanted at once; otherwise `resume` says when. */
  received(attempt: Attempt, chunk: Buffer): boolean;
  ended(): void;
  switched(fields: readonly Buffer[], socket: Duplex): void;
  failed(attempt: Attempt, error: Error): void;
  /** No answer began within the time allowed; the attempt goes on unless it is cancelled. */
  overdue(attempt: Attempt): void;
}

/** Answers by which an endpoint shows that it, or what it depends on, is in trouble. */
const FAILURES: ReadonlySet<number> = new Set([502, 503, 504]);

/** Of an answer that is not wanted: how much of it is read so that its connection can be used again, and how long. */
const DISCARD_BYTES = 65_536;
const DISCARD_MS = 1_000;

const ABANDONED = new Error('abandoned by the gateway');

/**
 * One try of a request at one endpoint.
 *
 * | state      | written    | answered  | ended, failed | cancelled | discarded  |
 * | ---------- | ---------- | --------- | ------------- | --------- | ---------- |
 * | queued     | sent       | -         | over          | over      | -          |
 * | sent       | -          | answered  | over          | over      | -          |
 * | answered   | -          | -         | over          | over      | discarding |
 * | discarding | -          | -         | over          | over      | -          |
 */
export class Attempt implements Dispatcher.DispatchHandler, Timed {
  readonly #acquired: Acquired;
  readonly #listener: AttemptListener;
  #connection: Client | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #state: 'queued' | 'sent' | 'answered' | 'discarding' | 'over' = 'queued';
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
    return this.#controller === undefined;
  }

  send(options: Dispatcher.DispatchOptions): void {
    this.#connection = this.endpoint.takeConnection();
    this.#connection.dispatch(options, this);
  }

  /** From now on it may take so long until its answer begins; without, any time. */
  allow(ms: number, deadlines: Deadlines): void {
    this.#patience = deadlines.add(this, ms);
  }

  resume(): void {
    this.#controller?.resume();
  }

  /** Breaks it off. `blame` says whether the endpoint is at fault. */
  cancel(blame: 'endpoint' | 'nobody'): void {
    if (blame === 'endpoint') {
      this.#blameEndpoint();
    } else {
      this.#acquired.permit.cancelled();
    }
    this.#finish();
    this.#controller?.abort(ABANDONED);
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

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#state === 'over') {
      controller.abort(ABANDONED);
      return;
    }
    this.#controller = controller;
    this.#state = 'sent';
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) {
      this.#listener.informed(status, rawFields(controller));
      return;
    }
    this.#state = 'answered';
    this.#patience?.cancel();
    this.endpoint.isAnswering = true;
    if (FAILURES.has(status)) {
      this.#acquired.permit.failed();
    } else {
      this.#acquired.permit.succeeded();
    }
    this.#listener.answered(this, status, rawFields(controller));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#state === 'answered') {
      if (!this.#listener.received(this, chunk)) {
        controller.pause();
      }
      return;
    }
    this.#discarded += chunk.length;
    if (this.#discarded > DISCARD_BYTES) {
      this.cancel('endpoint');
    }
  }

  onResponseEnd(): void {
    this.#giveBack();
    if (this.#finish() === 'answered') {
      this.#listener.ended();
    }
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController, _status: number, ...[, socket]: [unknown, Duplex]): void {
    this.#giveBack();
    this.endpoint.isAnswering = true;
    this.#acquired.permit.succeeded();
    this.#finish();
    this.#listener.switched(rawFields(controller), socket);
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#connection !== undefined) {
      this.endpoint.drop(this.#connection);
    }
    this.#blameEndpoint(error);
    const before = this.#finish();
    if (before !== 'over' && before !== 'discarding') {
      this.#listener.failed(this, error);
    }
  }

  #giveBack(): void {
    if (this.#connection !== undefined) {
      this.endpoint.giveBack(this.#connection);
    }
  }

  #blameEndpoint(error?: Error): void {
    if (this.#state === 'queued' || this.#state === 'sent') {
      this.endpoint.isAnswering = false;
    }
    this.#acquired.permit.failed(error);
  }

  #finish(): string {
    const before = this.#state;
    if (before !== 'over') {
      this.#state = 'over';
      this.#patience?.cancel();
      this.endpoint.release();
    }
    return before;
  }
}

function rawFields({ rawHeaders }: Dispatcher.DispatchController): readonly Buffer[] {
  return rawHeaders as Buffer[]; // over HTTP/1 undici gives what its parser read: names and values in turn, as bytes
}
