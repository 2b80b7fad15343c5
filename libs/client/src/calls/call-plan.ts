import type { Clock } from '@signalbox/clock';

import { judgeResponse, RetryPolicy, type RetryVerdict } from '@signalbox/retry';

import type { Admission } from './admission.ts';
import type { CallSettings } from './call-options.ts';
import type { Callee } from './callee.ts';
import type { Propagate } from './trace-context.ts';

import { type Deadline, startDeadline } from '../connection/deadline.ts';
import { UnreachableError } from '../errors.ts';
import { withTraceContext } from './trace-context.ts';

/** Statuses by which an instance, or what stands before it, says that it can't serve: they count as failures of it. */
export const FAILING_STATUS: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * The longest wait that an answer is given up for. A Retry-After beyond it tells of an outage rather than of a moment: whoever called can
 * do better with the answer.
 */
const LONGEST_WAIT_MS = 60_000;
/** The quota that it tells of is that of who asks, and no better elsewhere (RFC 6585 section 4). */
const TOO_MANY_REQUESTS = 429;

/** What is to be sent, and when it ends. */
export interface PlannedCall<Answer> {
  /** Whether it may be sent more than once. */
  readonly isRepeatable: boolean;
  /** As they were given: each attempt has its own trace context. */
  readonly headers: Headers;
  /** Ends attempts and waits. */
  readonly signal: AbortSignal;
  /** One attempt. Settles the admission; rejects with UnreachableError where another endpoint may answer. */
  readonly send: (admission: Admission, headers: Headers) => Promise<Answer>;
}

/** How requests are sent to one service: to an endpoint, and after a failure that another attempt may mend to another one. */
export class CallPlan {
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly #attemptTimeoutMs: number;
  readonly #callee: Callee;
  readonly #firstAnswerMs: number;
  readonly #propagate: Propagate;
  readonly #policy: RetryPolicy;
  /** Answers after which another endpoint can be asked: what they say of a later time holds for their own. */
  readonly #othersLeft = new WeakSet<Response>();

  constructor(callee: Callee, settings: CallSettings) {
    const { deadlineMs, attemptTimeoutMs, firstAnswerMs, propagate, clock, retry } = settings;
    this.deadlineMs = deadlineMs;
    this.#attemptTimeoutMs = attemptTimeoutMs;
    this.clock = clock;
    this.#callee = callee;
    this.#firstAnswerMs = firstAnswerMs;
    this.#propagate = propagate;
    this.#policy = new RetryPolicy({
      attempts: retry.attempts,
      backoff: retry.backoff,
      budget: callee.budget,
      deadlineMs,
      clock,
      judgeError: (error) => (error instanceof UnreachableError ? this.#whereAskable('again') : 'final'),
      judgeResult: (answer) => this.#judge(answer),
    });
  }

  /**
   * Resolves with the first answer that is final, or the last there is leave for. Rejects with what the last attempt
   * rejected with, with the callee's refusal where nothing is admitted, with what a tracer throws, and with the signal's
   * reason.
   */
  execute<Answer>({ isRepeatable, headers, signal, send }: PlannedCall<Answer>): Promise<Answer> {
    const tried = new Set<string>();
    const attempt = async () => {
      if (!this.#callee.isReady) {
        await this.#untilReady(signal);
      }
      const traced = withTraceContext(headers, this.#propagate); // first, as no endpoint is to blame for a tracer that throws
      const admission = this.#callee.admit(tried);
      if (admission === undefined) {
        throw this.#callee.refusal();
      }
      tried.add(admission.endpoint.id);
      const answer = await send(admission, traced);
      if (answer instanceof Response && this.#callee.isAskableBeyond(tried)) {
        this.#othersLeft.add(answer);
      }
      return answer;
    };
    return this.#policy.execute(attempt, { isIdempotent: isRepeatable, signal });
  }

  /** The time that an attempt has until its answer begins; undefined where it has as long as the call. Ends with its disposal. */
  startAttempt(): Deadline | undefined {
    return this.#attemptTimeoutMs === Infinity ? undefined : startDeadline(this.clock, this.#attemptTimeoutMs);
  }

  /** What a Response means for another attempt: final also where no endpoint would be asked, or only after too long. */
  #judge(answer: unknown): RetryVerdict {
    const verdict = judgeResponse(answer);
    if (typeof verdict === 'string' || this.#isOfOneEndpoint(answer)) {
      return verdict === 'final' ? verdict : this.#whereAskable('again');
    }
    return verdict.againAfterMs > LONGEST_WAIT_MS ? 'final' : this.#whereAskable(verdict);
  }

  #isOfOneEndpoint(answer: unknown): boolean {
    return answer instanceof Response && answer.status !== TOO_MANY_REQUESTS && this.#othersLeft.has(answer);
  }

  /** An outcome that is given up for an attempt which every breaker refuses would be lost. */
  #whereAskable(verdict: RetryVerdict): RetryVerdict {
    return this.#callee.isAskable ? verdict : 'final';
  }

  async #untilReady(signal: AbortSignal): Promise<void> {
    using patience = startDeadline(this.clock, this.#firstAnswerMs, signal);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    patience.signal.addEventListener('abort', () => {
      resolve(undefined);
    });
    await Promise.race([this.#callee.ready, promise]);
    signal.throwIfAborted();
  }
}
