import type { Duplex } from 'node:stream';

import type { Admission } from './admission.ts';
import type { DispatchController, DispatchedFields, DispatchHandler } from './dispatch-protocol.ts';

import { UnreachableError } from '../errors.ts';
import { FAILING_STATUS } from './call-plan.ts';

/** Whoever waits for the answer. */
export interface Reader extends DispatchController {
  readonly handler: DispatchHandler;
}

/** Statuses that another attempt may better: their answers are held back until that is decided. */
const TRANSIENT_STATUS: ReadonlySet<number> = new Set([429, ...FAILING_STATUS]);
const INFORMATIONAL_BELOW = 200;
/** Errors of undici about what it was asked, which no endpoint is to blame for. */
const MISTAKES: ReadonlySet<unknown> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_NOT_SUPPORTED',
]);

/**
 * One attempt of a request that came by a dispatcher. An answer goes to the reader as it comes, but one that may give way
 * to another attempt is held back, paused, until it is handed on or discarded.
 *
 * | state    | answer                 | end, error          | hand on  | discard, abort | expire |
 * | -------- | ---------------------- | ------------------- | -------- | -------------- | ------ |
 * | waiting  | relaying, or held      | over                | -        | over           | over   |
 * | held     | -                      | (kept for the hand) | relaying | over           | -      |
 * | relaying | -                      | over                | -        | (by its error) | -      |
 */
export class DispatchedAttempt implements DispatchHandler {
  /** Resolves with what the retry policy is to judge, undefined where there is nothing to judge; rejects where no answer came. */
  readonly answered: Promise<Response | undefined>;
  /** Resolves when the reader was told the last. */
  readonly over: Promise<void>;
  readonly #admission: Admission;
  readonly #reader: Reader;
  readonly #mayHold: boolean;
  readonly #answer = Promise.withResolvers<Response | undefined>();
  readonly #end = Promise.withResolvers<undefined>();
  /** What is told the reader when it is handed on: the head, and what arrived although the controller is paused. */
  readonly #held: (() => void)[] = [];
  #state: 'waiting' | 'held' | 'relaying' | 'over' = 'waiting';
  #controller: DispatchController | undefined;
  #abortedWith: Error | undefined;

  constructor(admission: Admission, reader: Reader, mayHold: boolean) {
    this.#admission = admission;
    this.#reader = reader;
    this.#mayHold = mayHold;
    this.answered = this.#answer.promise;
    this.over = this.#end.promise;
  }

  get controller(): DispatchController | undefined {
    return this.#controller;
  }

  /** Lets the reader have what was held back. */
  handOn(): void {
    if (this.#state !== 'held') {
      return;
    }
    this.#state = 'relaying';
    try {
      this.#held.forEach((tell) => {
        tell();
      });
    } catch (error) {
      this.#controller?.abort(error as Error); // as undici does with what a handler throws
    }
    if (!this.#reader.paused) {
      this.#controller?.resume();
    }
  }

  /** Nothing of it reaches the reader. */
  discard(): void {
    if (this.#state !== 'over') {
      this.#finish();
      this.#controller?.abort(new Error('given up for another attempt'));
    }
  }

  /** No answer began in the time that it had: as if the endpoint could not be reached. */
  expire(reason: Error): void {
    if (this.#state === 'waiting') {
      this.#abortedWith = reason;
      this.#fail(reason);
      this.#controller?.abort(reason);
    }
  }

  /** Ends it for the reader's sake: who gave up blames nobody, a deadline does. */
  abort(reason: Error, blame: 'nobody' | 'endpoint'): void {
    this.#abortedWith = reason;
    if (this.#state === 'waiting') {
      this.#admission.settle(blame === 'nobody' ? 'cancelled' : 'unreachable');
      this.#finish();
      this.#answer.reject(reason);
    }
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: DispatchController): void {
    this.#controller = controller;
    if (this.#abortedWith !== undefined) {
      controller.abort(this.#abortedWith);
    }
  }

  onRequestUpgrade(controller: DispatchController, statusCode: number, ...upgraded: [DispatchedFields, Duplex]): void {
    this.#controller = controller;
    this.#admission.settle('succeeded');
    this.#finish();
    this.#answer.resolve(undefined);
    this.#reader.handler.onRequestUpgrade?.(this.#reader, statusCode, ...upgraded);
  }

  onResponseStart(controller: DispatchController, statusCode: number, ...head: [DispatchedFields, string?]): void {
    const tell = () => this.#reader.handler.onResponseStart?.(this.#reader, statusCode, ...head);
    if (statusCode < INFORMATIONAL_BELOW) {
      tell();
      return;
    }
    this.#admission.settle(FAILING_STATUS.has(statusCode) ? 'failed' : 'succeeded');
    if (this.#mayHold && TRANSIENT_STATUS.has(statusCode)) {
      this.#state = 'held';
      controller.pause();
      this.#held.push(tell);
      this.#answer.resolve(toResponse(statusCode, head[0]));
    } else {
      this.#state = 'relaying';
      this.#answer.resolve(undefined);
      tell();
    }
  }

  onResponseData(_controller: DispatchController, chunk: Buffer): void {
    this.#tell(() => this.#reader.handler.onResponseData?.(this.#reader, chunk));
  }

  onResponseEnd(_controller: DispatchController, trailers: DispatchedFields): void {
    this.#tell(() => {
      this.#finish();
      this.#reader.handler.onResponseEnd?.(this.#reader, trailers);
    });
  }

  onResponseError(_controller: DispatchController | null, error: Error): void {
    if (this.#state === 'waiting') {
      this.#fail(error);
      return;
    }
    this.#tell(() => {
      this.#finish();
      this.#reader.handler.onResponseError?.(this.#reader, error);
    });
  }

  onResponseStarted(): void {
    this.#reader.handler.onResponseStarted?.();
  }

  onBodySent(chunk: Buffer): void {
    this.#reader.handler.onBodySent?.(chunk);
  }

  onRequestSent(): void {
    this.#reader.handler.onRequestSent?.();
  }

  #tell(tell: () => void): void {
    if (this.#state === 'held') {
      this.#held.push(tell);
    } else if (this.#state === 'relaying') {
      tell();
    }
  }

  #fail(error: Error & { readonly code?: unknown }): void {
    const isMistake = MISTAKES.has(error.code);
    this.#admission.settle(isMistake ? 'cancelled' : 'unreachable');
    this.#finish();
    this.#answer.reject(isMistake ? error : new UnreachableError(this.#admission.endpoint.origin, error));
  }

  #finish(): void {
    this.#state = 'over';
    this.#end.resolve(undefined);
  }
}

/** As much of the answer as decides about another attempt. */
function toResponse(status: number, fields: DispatchedFields): Response {
  const headers = new Headers();
  for (const name of ['retry-after', 'date']) {
    const value = fields[name];
    if (typeof value === 'string') {
      headers.set(name, value);
    }
  }
  return new Response(null, { status, headers });
}
