import { CircuitBreaker } from '@signalbox/circuit-breaker';

import { startDeadline } from '../connection/deadline.ts';
import { ClosedError, UnreachableError } from '../errors.ts';
import {
  type CallOptions,
  type CallSettings,
  requireDeadline,
  type ServiceCallerOptions,
  toCallSettings,
} from './call-options.ts';
import { type Admission, Callee } from './callee.ts';
import { type OutgoingRequest, toOutgoing } from './outgoing-request.ts';

/** Statuses by which an instance, or what stands before it, says that it can't serve: they count as failures of it. */
const FAILING_STATUS = new Set([502, 503, 504]);

/** Calls services by name. */
export class ServiceCaller implements Disposable {
  readonly #settings: CallSettings;
  readonly #callees = new Map<string, Callee>();
  #isClosed = false;

  constructor(options: ServiceCallerOptions) {
    this.#settings = toCallSettings(options);
  }

  /**
   * A `fetch` for one service: a path, or an address of which only path and query count, goes to the next routable
   * instance, round robin. Instances are looked for from now on until this ServiceCaller is closed.
   *
   * A request without a body and with an idempotent method is sent to another instance, once, when the first can't be
   * reached. Five failures in a row (unreachable, too late, 502, 503, 504) open the breaker of an endpoint.
   *
   * Rejects with NoInstancesError, CircuitBreakerOpenError when every endpoint's breaker is open, UnreachableError,
   * DeadlineExceededError, and the signal's reason when the caller gives up.
   */
  fetch(service: string, { deadlineMs = this.#settings.deadlineMs }: CallOptions = {}): typeof fetch {
    this.#requireOpen();
    requireDeadline(deadlineMs);
    const callee = this.#calleeOf(service);
    return async (input, init) => {
      this.#requireOpen();
      return this.#call(callee, toOutgoing(input, init), deadlineMs);
    };
  }

  /** Calls under way go on; from now on `fetch` throws ClosedError, and what it returned before rejects with it. */
  close(): void {
    this.#isClosed = true;
    this.#callees.forEach((callee) => {
      callee.close();
    });
    this.#callees.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #requireOpen(): void {
    if (this.#isClosed) {
      throw new ClosedError('the service caller');
    }
  }

  #calleeOf(service: string): Callee {
    const known = this.#callees.get(service);
    if (known !== undefined) {
      return known;
    }
    const { registry, environment, breaker, clock } = this.#settings;
    const watch = registry.watch(service, environment === undefined ? {} : { environment });
    const callee = new Callee(watch, (name) => new CircuitBreaker({ ...breaker, name, now: () => clock.now() }));
    this.#callees.set(service, callee);
    return callee;
  }

  /** The deadline outlives the call where a body is still to be read. */
  async #call(callee: Callee, request: OutgoingRequest, deadlineMs: number): Promise<Response> {
    const deadline = startDeadline(this.#settings.clock, deadlineMs, request.signal);
    let isOver = true;
    try {
      deadline.signal.throwIfAborted();
      if (!callee.isReady) {
        await this.#untilReady(callee, deadline.signal);
      }
      const response = await send(callee, request, deadline.signal);
      isOver = response.body === null;
      return response;
    } finally {
      if (isOver) {
        deadline[Symbol.dispose]();
      }
    }
  }

  async #untilReady(callee: Callee, signal: AbortSignal): Promise<void> {
    using patience = startDeadline(this.#settings.clock, this.#settings.firstAnswerMs, signal);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    patience.signal.addEventListener('abort', () => {
      resolve(undefined);
    });
    await Promise.race([callee.ready, promise]);
    signal.throwIfAborted();
  }
}

async function send(callee: Callee, request: OutgoingRequest, signal: AbortSignal): Promise<Response> {
  const first = callee.admit();
  if (first === undefined) {
    throw callee.refusal();
  }
  try {
    return await attempt(first, request, signal);
  } catch (error) {
    const mayRepeat = request.isRepeatable && error instanceof UnreachableError;
    const second = mayRepeat ? callee.admit(first.endpoint) : undefined;
    if (second === undefined) {
      throw error;
    }
    return attempt(second, request, signal);
  }
}

async function attempt(
  { endpoint, permit }: Admission,
  request: OutgoingRequest,
  signal: AbortSignal,
): Promise<Response> {
  try {
    const response = await request.send(endpoint.origin, signal);
    if (FAILING_STATUS.has(response.status)) {
      permit.failed();
    } else {
      permit.succeeded();
    }
    return response;
  } catch (error) {
    if (request.signal?.aborted || isMistake(error)) {
      permit.cancelled();
      throw error;
    }
    permit.failed(error);
    throw signal.aborted ? error : new UnreachableError(endpoint.origin, error);
  }
}

/** A wrong argument of the caller: fetch gives a failure of the network a cause. */
function isMistake(error: unknown): boolean {
  return error instanceof TypeError && error.cause === undefined;
}
