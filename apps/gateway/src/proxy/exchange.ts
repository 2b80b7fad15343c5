import type { Socket } from 'node:net';

import { isIdempotentMethod } from '@signalbox/retry';

import type { Deadline, Deadlines, Timed } from '../deadlines/deadlines.ts';
import type { AnswerHead } from '../http1/answer-head.ts';
import type { HeldWrites } from '../http1/held-writes.ts';
import type { Acquired } from '../upstreams/upstream.ts';
import type { AccessLog } from './access-log.ts';
import type { Cancellable } from './peer.ts';
import type { GatewayProblem } from './problems.ts';
import type { RequestHead } from './request-head.ts';
import type { ServedRoute } from './served-route.ts';
import type { Tunnels } from './tunnels.ts';

import { admit } from './admission.ts';
import { answerProblem } from './answer-problem.ts';
import { Attempt, type AttemptListener } from './attempt.ts';
import { Attempts } from './attempts.ts';
import { type Client, ClientAnswer } from './client-answer.ts';
import { failureProblem, timeoutProblem, unavailableProblem } from './failures.ts';
import { toClientFields } from './response-fields.ts';

/** What exchanges share. */
export interface ExchangeContext {
  readonly deadlines: Deadlines;
  readonly writes: HeldWrites;
  readonly tunnels: Tunnels;
  readonly log: AccessLog;
  readonly now: () => number;
  /** Set while the gateway drains: answers then end their connection. */
  isDraining: boolean;
}

const TOO_MANY_WEBSOCKETS: GatewayProblem = {
  code: 'gateway/overloaded',
  detail: 'as many WebSockets are open as may be',
};

/** Only a token's check is waited for before the first attempt. */
const KEYS_OVERDUE: GatewayProblem = {
  code: 'gateway/timeout',
  detail: 'the key that the token is signed with could not be fetched in time',
};

/**
 * One request, from its route to the end of its answer.
 *
 * | state    | answered | failed, overdue, deadline | ended | client gone |
 * | -------- | -------- | ------------------------- | ----- | ----------- |
 * | waiting  | relaying | waiting again, or over    | -     | over        |
 * | relaying | -        | over, connection broken   | over  | over        |
 */
export class Exchange implements AttemptListener, Cancellable, Timed {
  readonly #client: Client;
  readonly #head: RequestHead;
  readonly #route: ServedRoute;
  readonly #context: ExchangeContext;
  readonly #startedAt: number;
  readonly #attempts: Attempts;
  readonly #answer: ClientAnswer;
  /** Of the client's connection, when the time allowed began. */
  #bytesRead: number;
  #deadline: Deadline | undefined;
  #attempt: Attempt | undefined;
  #state: 'waiting' | 'relaying' | 'over' = 'waiting';

  constructor(client: Client, { head, route }: { head: RequestHead; route: ServedRoute }, context: ExchangeContext) {
    this.#client = client;
    this.#head = head;
    this.#route = route;
    this.#context = context;
    this.#startedAt = context.now();
    this.#attempts = new Attempts(route, head, client.peer);
    this.#answer = new ClientAnswer(client, { hasRequestBody: head.hasBody, writes: context.writes });
    this.#bytesRead = client.request.socket.bytesRead;
  }

  start(): void {
    this.#client.peer.exchanges.add(this);
    this.#startDeadline();
    const refusal = admit(this.#route, this.#head);
    if (refusal instanceof Promise) {
      void refusal.then((late) => {
        this.#proceed(late);
      });
    } else {
      this.#proceed(refusal);
    }
  }

  clientGone(): void {
    this.#attempt?.cancel('nobody');
    this.#finish(0);
  }

  onDeadline(): void {
    const { bytesRead } = this.#client.request.socket;
    if (this.#head.hasBody && bytesRead > this.#bytesRead) {
      this.#bytesRead = bytesRead;
      this.#startDeadline();
      return;
    }
    if (this.#isBodyAwaited) {
      this.#attempt?.cancel('nobody');
      this.#fail({ code: 'gateway/request-timeout', detail: 'the request did not come in time' });
      return;
    }
    this.#attempt?.cancel('endpoint');
    this.#fail(
      this.#attempt === undefined ? KEYS_OVERDUE : timeoutProblem(this.#attempts.service, this.#route.timeoutMs),
    );
  }

  informed(head: AnswerHead): void {
    this.#answer.inform(head);
  }

  answered(attempt: Attempt, head: AnswerHead): void {
    if (this.#route.retry.codes.has(head.status) && this.#isReplayable) {
      const elsewhere = this.#attempts.after(attempt.endpoint, { mayRepeat: false });
      if (elsewhere !== undefined) {
        attempt.discard(this.#context.deadlines);
        this.#send(elsewhere);
        return;
      }
    }
    const fields = toClientFields(head);
    if (this.#client.peer.isExplainedTo && !this.#head.isForwarded) {
      fields.push('Signalbox-Route', `${this.#route.name}; instance=${attempt.endpoint.id}`);
    }
    this.#answer.begin(head, fields, { isLast: this.#context.isDraining });
    this.#deadline?.cancel();
    this.#state = 'relaying';
  }

  received(attempt: Attempt, chunk: Buffer): boolean {
    return this.#answer.write(chunk, attempt);
  }

  ended(): void {
    this.#answer.end(this.#context.deadlines);
    this.#finish(this.#answer.status);
  }

  switched(head: AnswerHead, socket: Socket): void {
    const { response, upgrade, peer } = this.#client;
    const { tunnels } = this.#context;
    const { isFull } = tunnels; // others may have been opened since this one was asked for
    const isOpen =
      this.#state === 'waiting' &&
      upgrade !== undefined &&
      !isFull &&
      tunnels.open(upgrade, { head, socket, response, peer });
    if (isOpen) {
      this.#finish(101);
      return;
    }
    socket.destroy();
    if (this.#state === 'waiting') {
      this.#fail(isFull ? TOO_MANY_WEBSOCKETS : this.#switchedElsewhere());
    }
  }

  failed(attempt: Attempt, error: Error): void {
    this.#context.log.attemptFailed({ route: this.#route, endpoint: attempt.endpoint, reason: error.message });
    if (this.#state === 'relaying') {
      this.#answer.breakOff();
      this.#finish(this.#answer.status, { code: 'gateway/bad-gateway', detail: 'broken off within the body' });
      return;
    }
    this.#tryAgain(attempt, failureProblem(this.#attempts.service, error));
  }

  overdue(attempt: Attempt): void {
    if (this.#answer.isBodyPending) {
      this.#allowTime(attempt); // until the request has come as a whole, its own deadline alone bounds it
      return;
    }
    const problem = timeoutProblem(this.#attempts.service, this.#route.backendTimeoutMs);
    this.#context.log.attemptFailed({ route: this.#route, endpoint: attempt.endpoint, reason: problem.detail });
    attempt.cancel('endpoint');
    this.#tryAgain(attempt, problem);
  }

  #proceed(refusal: GatewayProblem | undefined): void {
    if (this.#state === 'over') {
      return; // the client left, or its time was up, while its token was checked
    }
    const { request, response, upgrade } = this.#client;
    const isFull = upgrade !== undefined && this.#context.tunnels.isFull;
    const problem = refusal ?? (isFull ? TOO_MANY_WEBSOCKETS : undefined);
    if (problem !== undefined) {
      this.#fail(problem);
      return;
    }
    const acquired = this.#attempts.first();
    if (typeof acquired === 'string') {
      this.#fail(unavailableProblem(this.#attempts.service, acquired));
      return;
    }
    if (this.#head.expectsContinue && request.httpVersionMinor > 0) {
      response.writeContinue();
    }
    this.#send(acquired);
  }

  /** Whether the instance takes what the client sends, and the client sends nothing. */
  get #isBodyAwaited(): boolean {
    return this.#answer.isBodyPending && this.#client.request.readableFlowing === true;
  }

  get #isReplayable(): boolean {
    return !this.#head.hasBody && isIdempotentMethod(this.#head.method);
  }

  #tryAgain(failed: Attempt, problem: GatewayProblem): void {
    const mayTryAgain = this.#isReplayable || failed.wasNeverSent;
    // the same endpoint serves as well: a connection that broke may only have been an old one
    const again = mayTryAgain ? this.#attempts.after(failed.endpoint, { mayRepeat: true }) : undefined;
    if (again === undefined) {
      this.#fail(problem);
    } else {
      this.#send(again);
    }
  }

  #send(acquired: Acquired): void {
    const { method, target, hostField, fields, hasBody, isChunked } = this.#head;
    this.#attempt = new Attempt(acquired, this);
    this.#allowTime(this.#attempt);
    this.#attempt.send({
      method,
      target,
      host: hostField,
      fields,
      body: hasBody ? { content: this.#client.request, isChunked } : undefined,
      upgrade: this.#client.upgrade && 'websocket',
    });
  }

  #allowTime(attempt: Attempt): void {
    const { backendTimeoutMs } = this.#route;
    if (backendTimeoutMs > 0) {
      attempt.allow(backendTimeoutMs, this.#context.deadlines);
    }
  }

  /** Begins anew as long as the request's body was coming in meanwhile: it bounds the instance's time, not the client's. */
  #startDeadline(): void {
    const { timeoutMs } = this.#route;
    if (timeoutMs > 0) {
      this.#deadline = this.#context.deadlines.add(this, timeoutMs);
    }
  }

  #switchedElsewhere(): GatewayProblem {
    return {
      code: 'gateway/bad-gateway',
      detail: `the service "${this.#attempts.service}" switched to another protocol`,
    };
  }

  #fail(problem: GatewayProblem): void {
    answerProblem(this.#client, problem, {
      isBodyPending: this.#answer.isBodyPending,
      isLast: this.#context.isDraining,
      deadlines: this.#context.deadlines,
    });
    this.#finish(this.#answer.status, problem);
  }

  #finish(status: number, problem?: GatewayProblem): void {
    if (this.#state === 'over') {
      return;
    }
    this.#state = 'over';
    this.#deadline?.cancel();
    this.#client.peer.exchanges.delete(this);
    const durationMs = this.#context.now() - this.#startedAt;
    this.#route.traffic.record(status, durationMs);
    if (this.#context.log.isEnabled) {
      this.#context.log.finished({
        head: this.#head,
        peer: this.#client.peer,
        route: this.#route.name,
        endpoint: this.#attempt?.endpoint,
        attempts: this.#attempts.count,
        status,
        durationMs,
        problem,
      });
    }
  }
}
