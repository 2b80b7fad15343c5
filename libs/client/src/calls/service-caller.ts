import { CircuitBreaker, CircuitBreakerRegistry } from '@signalbox/circuit-breaker';
import { LoadBalancer } from '@signalbox/load-balancer';
import { RetryBudget } from '@signalbox/retry';

import type { Admission } from './admission.ts';
import type { ComposableDispatcher, Dispatch, DispatchOptions, Interceptor } from './dispatch-protocol.ts';

import { startDeadline } from '../connection/deadline.ts';
import { shown } from '../connection/option-checks.ts';
import { ClosedError, UnreachableError } from '../errors.ts';
import {
  type CallOptions,
  type CallSettings,
  type ServiceCallerOptions,
  toCallSettings,
  withCallOptions,
} from './call-options.ts';
import { CallPlan, FAILING_STATUS } from './call-plan.ts';
import { Callee } from './callee.ts';
import { Callees } from './callees.ts';
import { DispatchedCall } from './dispatched-call.ts';
import { type OutgoingRequest, toOutgoing } from './outgoing-request.ts';
import { onceRead } from './read-answer.ts';

/** Calls services by name. */
export class ServiceCaller implements Disposable {
  readonly #settings: CallSettings;
  readonly #breakers: CircuitBreakerRegistry;
  readonly #callees: Callees;
  readonly #now = () => this.#settings.clock.now();
  #isClosed = false;

  /** Throws a RangeError or TypeError for an option that can't be. */
  constructor(options: ServiceCallerOptions) {
    const settings = toCallSettings(options);
    const { maxBreakers, ...breaker } = settings.breaker;
    const create = (name: string) => new CircuitBreaker({ ...breaker, name, now: this.#now });
    this.#settings = settings;
    this.#breakers = new CircuitBreakerRegistry({ create, maxBreakers });
    this.#callees = new Callees({
      max: settings.maxServices,
      now: this.#now,
      create: (service) => this.#newCallee(service),
    });
  }

  /** The breakers of the endpoints that were called, for metrics and for people. */
  get breakers(): Iterable<CircuitBreaker> {
    return this.#breakers;
  }

  /**
   * A `fetch` for one service: a path, or an address of which only path and query count, goes to the next routable
   * instance. Instances are looked for from now on until this ServiceCaller is closed.
   *
   * What can't be reached, and 429, 502, 503 and 504, is tried again, at another endpoint where there is one: requests
   * with an idempotent method or said to be `isIdempotent`, of which the body is no stream, within attempts, budget and
   * deadline. Five failures in a row (unreachable, too late, 502, 503, 504) open the breaker of an endpoint.
   *
   * Rejects with NoInstancesError, CircuitBreakerOpenError when every endpoint's breaker is open, UnreachableError,
   * DeadlineExceededError, and the signal's reason when the caller gives up. Throws ClosedError, and a RangeError for an
   * option out of range or a service more than `maxServices`.
   */
  fetch(service: string, options: CallOptions = {}): typeof fetch {
    this.#requireOpen();
    const settings = withCallOptions(this.#settings, options);
    const plan = new CallPlan(this.#callees.hold(service), settings);
    return async (input, init) => {
      this.#requireOpen();
      const request = toOutgoing(input, init);
      return this.#call(plan, request, options.isIdempotent ?? request.isIdempotent);
    };
  }

  /**
   * A dispatcher of undici for one service, over an agent of undici 7 or 8 that stays the caller's: what is sent by it
   * goes where `fetch` of this class would send it, in the same way; the host of the address does not count. Errors are
   * those of `fetch`, handed to who sent the request.
   */
  dispatcher<Agent extends ComposableDispatcher>(service: string, agent: Agent, options: CallOptions = {}): Agent {
    this.#requireOpen();
    requireDispatcher(agent);
    const settings = withCallOptions(this.#settings, options);
    const plan = new CallPlan(this.#callees.hold(service), settings);
    return agent.compose(this.#interceptor(() => plan, options)) as Agent; // undici composes a dispatcher that is the agent in all else
  }

  /**
   * For `agent.compose`: the host of each address is the name of the service that it goes to, in lower case. A service that is called so alone
   * is watched until ten minutes without a call have passed and another is called, or until `maxServices` others are.
   */
  interceptor(options: CallOptions = {}): Interceptor {
    this.#requireOpen();
    const settings = withCallOptions(this.#settings, options);
    const plans = new WeakMap<Callee, CallPlan>();
    return this.#interceptor((request) => {
      const callee = this.#callees.borrow(hostOf(request));
      const plan = plans.get(callee) ?? new CallPlan(callee, settings);
      plans.set(callee, plan);
      return plan;
    }, options);
  }

  /** Calls under way go on; from now on `fetch` throws ClosedError, and what it returned before rejects with it. */
  close(): void {
    this.#isClosed = true;
    this.#callees.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #requireOpen(): void {
    if (this.#isClosed) {
      throw new ClosedError('the service caller');
    }
  }

  #interceptor(planFor: (request: DispatchOptions) => CallPlan, { isIdempotent }: CallOptions): Interceptor {
    const intercept =
      (dispatch: Dispatch): Dispatch =>
      (request, handler) => {
        this.#requireOpen();
        const plan = planFor(request);
        void new DispatchedCall({ plan, dispatch, isIdempotent }, request, handler).run();
        return true;
      };
    return intercept as unknown as Interceptor; // the types of undici's releases differ, and say the same
  }

  #newCallee(service: string): Callee {
    const { registry, environment, balancing } = this.#settings;
    const watch = registry.watch(service, environment === undefined ? {} : { environment });
    return new Callee({
      watch,
      balancer: new LoadBalancer({ ...balancing, now: this.#now }),
      breakers: this.#breakers,
      budget: new RetryBudget({ ...this.#settings.retry.budget, now: this.#now }),
      now: this.#now,
    });
  }

  /** The deadline outlives the call where a body is still to be read, until it was. */
  async #call(plan: CallPlan, request: OutgoingRequest, isIdempotent: boolean): Promise<Response> {
    const deadline = startDeadline(this.#settings.clock, plan.deadlineMs, request.signal);
    let isOver = true;
    try {
      const response = await plan.execute({
        isRepeatable: isIdempotent && request.isReplayable,
        headers: request.headers,
        signal: deadline.signal,
        send: (admission, headers) => attempt(admission, request, { headers, signal: deadline.signal, plan }),
      });
      isOver = response.body === null;
      return isOver
        ? response
        : onceRead(response, () => {
            deadline[Symbol.dispose]();
          });
    } finally {
      if (isOver) {
        deadline[Symbol.dispose]();
      }
    }
  }
}

interface SentAttempt {
  readonly headers: Headers;
  /** Of the call. */
  readonly signal: AbortSignal;
  readonly plan: CallPlan;
}

async function attempt(admission: Admission, request: OutgoingRequest, sent: SentAttempt): Promise<Response> {
  const { origin } = admission.endpoint;
  using patience = sent.plan.startAttempt();
  const signal = patience === undefined ? sent.signal : AbortSignal.any([sent.signal, patience.signal]);
  try {
    const response = await request.send(origin, sent.headers, signal);
    admission.settle(FAILING_STATUS.has(response.status) ? 'failed' : 'succeeded');
    return response;
  } catch (error) {
    if (request.signal?.aborted || isMistake(error)) {
      admission.settle('cancelled');
      throw error;
    }
    admission.settle('unreachable');
    throw sent.signal.aborted ? error : new UnreachableError(origin, error);
  }
}

/** A wrong argument of the caller: fetch gives a failure of the network a cause. */
function isMistake(error: unknown): boolean {
  return error instanceof TypeError && error.cause === undefined;
}

function requireDispatcher(agent: unknown): void {
  if (typeof agent !== 'object' || agent === null || !('compose' in agent)) {
    throw new TypeError(`agent: must be a dispatcher of undici 7 or 8, not ${shown(agent)}`);
  }
}

/** Throws a TypeError where a request has no address. */
function hostOf({ origin = '' }: DispatchOptions): string {
  return new URL(origin).hostname;
}
