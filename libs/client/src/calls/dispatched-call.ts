import { emitWarning } from 'node:process';

import { isIdempotentMethod } from '@signalbox/retry';

import type { CallPlan } from './call-plan.ts';
import type { Dispatch, DispatchHandler, DispatchOptions } from './dispatch-protocol.ts';

import { type Deadline, startDeadline } from '../connection/deadline.ts';
import { toHeaders } from './dispatch-protocol.ts';
import { DispatchedAttempt, type Reader } from './dispatched-attempt.ts';

export interface DispatchParts {
  readonly plan: CallPlan;
  /** Sends a request to the origin that its options name. */
  readonly dispatch: Dispatch;
  /** Whether it may be sent again, whatever its method says. */
  readonly isIdempotent: boolean | undefined;
}

/**
 * A request that came by a dispatcher, on its way through a plan. To who sent it, it is the controller of the one request
 * that they know of: it passes on to the attempt that is under way what they ask for.
 */
export class DispatchedCall implements Reader {
  readonly handler: DispatchHandler;
  readonly #parts: DispatchParts;
  readonly #request: DispatchOptions;
  readonly #givenUp = new AbortController();
  #attempt: DispatchedAttempt | undefined;
  #reason: Error | null = null;
  #isPaused = false;

  /** Throws a TypeError for a handler of undici 6 or before, which would never hear of an answer. */
  constructor(parts: DispatchParts, request: DispatchOptions, handler: DispatchHandler) {
    if (typeof handler.onRequestStart !== 'function' || typeof handler.onResponseError !== 'function') {
      throw new TypeError('the request comes from a release of undici that the agent does not go with');
    }
    this.#parts = parts;
    this.#request = request;
    this.handler = handler;
  }

  get aborted(): boolean {
    return this.#reason !== null;
  }

  get reason(): Error | null {
    return this.#reason;
  }

  get paused(): boolean {
    return this.#isPaused;
  }

  get rawHeaders(): unknown {
    return this.#attempt?.controller?.rawHeaders;
  }

  get rawTrailers(): unknown {
    return this.#attempt?.controller?.rawTrailers;
  }

  abort(reason: Error): void {
    this.#reason ??= reason;
    this.#givenUp.abort(this.#reason);
  }

  pause(): void {
    this.#isPaused = true;
    this.#attempt?.controller?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#attempt?.controller?.resume();
  }

  /** Never rejects: the handler is told. What the handler throws when it is told is a warning of the process. */
  async run(): Promise<void> {
    const { plan } = this.#parts;
    using deadline = startDeadline(plan.clock, plan.deadlineMs, this.#givenUp.signal);
    this.#watchOver(deadline);
    try {
      this.handler.onRequestStart?.(this, {});
      const { isRepeatable } = this;
      await plan.execute({
        isRepeatable,
        headers: toHeaders(this.#request.headers),
        signal: deadline.signal,
        send: (admission, headers) => {
          this.#attempt?.discard();
          this.#attempt = new DispatchedAttempt(admission, this, isRepeatable);
          return this.#send(this.#attempt, admission.endpoint.origin, headers);
        },
      });
      this.#attempt?.handOn();
    } catch (error) {
      this.#tellOf(error as Error); // undici and this library reject with nothing else
      return;
    }
    await this.#attempt?.over;
  }

  get isRepeatable(): boolean {
    const { method, body, upgrade } = this.#request;
    const isReplayable = body === undefined || body === null || typeof body === 'string' || ArrayBuffer.isView(body);
    const isUpgrade = (upgrade !== undefined && upgrade !== null && upgrade !== false) || method === 'CONNECT';
    return isReplayable && !isUpgrade && (this.#parts.isIdempotent ?? isIdempotentMethod(method));
  }

  async #send(attempt: DispatchedAttempt, origin: string, headers: Headers): Promise<Response | undefined> {
    using patience = this.#parts.plan.startAttempt();
    patience?.signal.addEventListener('abort', () => {
      attempt.expire(patience.signal.reason as Error); // that of a deadline
    });
    try {
      this.#parts.dispatch({ ...this.#request, origin, headers: [...headers].flat() }, attempt);
    } catch (error) {
      attempt.onResponseError(null, error as Error); // undici throws nothing else
    }
    return await attempt.answered;
  }

  #tellOf(failure: Error): void {
    try {
      this.handler.onResponseError?.(this, failure);
    } catch (error) {
      emitWarning(error instanceof Error ? error : String(error)); // nobody is left who could be told
    }
  }

  /** Ends the attempt that is under way when time is up or the sender gives up. */
  #watchOver({ signal }: Deadline): void {
    signal.addEventListener('abort', () => {
      this.#attempt?.abort(signal.reason as Error, this.aborted ? 'nobody' : 'endpoint'); // the deadline's, or the sender's
    });
  }
}
