import type { CallPermit, CircuitBreaker } from '@signalbox/circuit-breaker';
import type { RetryPolicy } from '@signalbox/retry';

import { EndpointLoad, LoadBalancer, type MeasuredEndpoint, type PolicyFactory } from '@signalbox/load-balancer';

import type { Instance } from './fleet.ts';

/** What stands between a call and the instances. What is left out is not there. */
export interface CallerOptions {
  /** How an instance is chosen. */
  readonly policy: PolicyFactory<MeasuredEndpoint>;
  /** After how many milliseconds an attempt is given up. */
  readonly attemptMs?: number;
  readonly retry?: RetryPolicy;
  /** Makes the breaker of an instance. */
  readonly newBreaker?: (name: string) => CircuitBreaker;
}

interface Endpoint extends MeasuredEndpoint {
  readonly instance: Instance;
  readonly breaker: CircuitBreaker | undefined;
}

interface Admission {
  readonly endpoint: Endpoint;
  readonly permit: CallPermit | undefined;
}

/** Calls a service through the libraries, put together as a program would. */
export class Caller {
  readonly #options: CallerOptions;
  readonly #balancer: LoadBalancer<MeasuredEndpoint>;
  readonly #endpoints: readonly Endpoint[];
  readonly #attempts = new Map<string, number>();

  constructor(instances: readonly Instance[], options: CallerOptions) {
    this.#options = options;
    this.#balancer = new LoadBalancer({ policy: options.policy });
    this.#endpoints = instances.map((instance) => ({
      id: instance.id,
      weight: 1,
      load: new EndpointLoad(),
      instance,
      breaker: options.newBreaker?.(instance.id),
    }));
  }

  /** Requests sent so far, by the id of the instance that they were sent to. */
  get attempts(): ReadonlyMap<string, number> {
    return this.#attempts;
  }

  /** Resolves with the answer. Rejects with what the last attempt failed for. */
  async call(): Promise<string> {
    const failed = new Set<string>();
    const { retry } = this.#options;
    const attempt = ({ signal }: { signal?: AbortSignal }) => this.#attempt(failed, signal);
    return retry === undefined ? attempt({}) : retry.execute(attempt, { isIdempotent: true });
  }

  async #attempt(failed: Set<string>, signal?: AbortSignal): Promise<string> {
    const { endpoint, permit } = this.#admit(failed);
    const { id, load, instance } = endpoint;
    this.#attempts.set(id, (this.#attempts.get(id) ?? 0) + 1);
    const beganAt = load.begin();
    try {
      const answer = await answerOf(await fetch(instance.origin, { signal: this.#patience(signal) }));
      load.end(beganAt, 'succeeded');
      permit?.succeeded();
      return answer;
    } catch (error) {
      load.end(beganAt, 'failed');
      permit?.failed(error);
      failed.add(id);
      throw error;
    }
  }

  /** An instance whose breaker lets the call through and, if there is one, that the call has not failed at. */
  #admit(failed: ReadonlySet<string>): Admission {
    const passedOver = new Set(failed);
    for (;;) {
      const endpoint = this.#balancer.choose(this.#endpoints, passedOver);
      if (endpoint === undefined) {
        // Where no breaker lets anything through, what is asked all the same says more than what is not asked.
        return { endpoint: this.#anyOf(failed), permit: undefined };
      }
      const permit = endpoint.breaker?.tryAcquire();
      if (endpoint.breaker === undefined || permit !== undefined) {
        return { endpoint, permit };
      }
      passedOver.add(endpoint.id);
    }
  }

  #anyOf(failed: ReadonlySet<string>): Endpoint {
    const endpoint = this.#balancer.choose(this.#endpoints, failed) ?? this.#balancer.choose(this.#endpoints);
    if (endpoint === undefined) {
      throw new RangeError('Caller instances: must be one at least, not 0');
    }
    return endpoint;
  }

  #patience(signal: AbortSignal | undefined): AbortSignal | null {
    const { attemptMs } = this.#options;
    const signals = [signal, attemptMs === undefined ? undefined : AbortSignal.timeout(attemptMs)];
    const given = signals.filter((each) => each !== undefined);
    return given.length === 0 ? null : AbortSignal.any(given);
  }
}

/** Rejects for an answer of failure, which `fetch` takes like any other: a policy that is not told of it heeds none. */
async function answerOf(response: Response): Promise<string> {
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`HTTP ${response.status}`);
  }
  return text;
}
