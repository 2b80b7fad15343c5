import type {
  CallPermit,
  CircuitBreaker,
  CircuitBreakerOpenError,
  CircuitBreakerRegistry,
} from '@signalbox/circuit-breaker';
import type { LoadBalancer } from '@signalbox/load-balancer';
import type { RetryBudget } from '@signalbox/retry';
import type { Instance } from '@signalbox/schemas';

import type { ServiceWatch } from '../registry/service-watch.ts';

import { NoInstancesError } from '../errors.ts';
import { type Endpoint, toEndpoint } from './endpoint.ts';

/** Leave to send one request to an endpoint; how it went is told to the permit. */
export interface Admission {
  readonly endpoint: Endpoint;
  readonly permit: CallPermit;
}

export interface CalleeParts {
  readonly watch: ServiceWatch;
  readonly balancer: LoadBalancer;
  readonly breakers: CircuitBreakerRegistry;
  readonly budget: RetryBudget;
}

/** A service as a caller sees it: its routable endpoints, each with a breaker that lives as long as the endpoint. */
export class Callee {
  /** Of the retries of whoever calls this service. */
  readonly budget: RetryBudget;
  readonly #watch: ServiceWatch;
  readonly #balancer: LoadBalancer;
  readonly #breakers: CircuitBreakerRegistry;
  #endpoints: readonly Endpoint[] = [];
  #isReady = false;

  constructor({ watch, balancer, breakers, budget }: CalleeParts) {
    this.budget = budget;
    this.#watch = watch;
    this.#balancer = balancer;
    this.#breakers = breakers;
    this.#follow(watch.instances);
    void watch.ready.then(() => {
      this.#isReady = true;
    });
    watch.onChange((instances) => {
      this.#follow(instances);
    });
  }

  /** Whether the registry answered for this service. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Resolves once it is. */
  get ready(): Promise<void> {
    return this.#watch.ready;
  }

  /** Whether a request would be let through to any endpoint. */
  get isAskable(): boolean {
    return this.#endpoints.some(({ id }) => letsThrough(this.#breakers.get(id)));
  }

  /** The next endpoint whose breaker lets a request through; one of those tried where there is no other. Undefined where there is none. */
  admit(tried: ReadonlySet<string>): Admission | undefined {
    return this.#admitBut(tried) ?? (tried.size === 0 ? undefined : this.#admitBut(new Set()));
  }

  /** Why nothing was admitted: NoInstancesError, or that of the breaker that lets something through soonest. */
  refusal(): NoInstancesError | CircuitBreakerOpenError {
    const [soonest] = this.#endpoints
      .map(({ id }) => this.#breakers.get(id).refusal())
      .sort((one, other) => one.retryAfterMs - other.retryAfterMs);
    const { service, instances } = this.#watch;
    return soonest ?? new NoInstancesError(service, `no routable instance of ${service} (${instances.length} known)`);
  }

  close(): void {
    this.#watch.close();
  }

  #admitBut(excluded: ReadonlySet<string>): Admission | undefined {
    const passedOver = new Set(excluded);
    for (;;) {
      const endpoint = this.#balancer.choose(this.#endpoints, passedOver);
      const permit = endpoint && this.#breakers.get(endpoint.id).tryAcquire();
      if (endpoint === undefined || permit !== undefined) {
        return endpoint && permit && { endpoint, permit };
      }
      passedOver.add(endpoint.id);
    }
  }

  #follow(instances: readonly Instance[]): void {
    const before = this.#endpoints;
    this.#endpoints = instances.map(toEndpoint).filter((endpoint) => endpoint !== undefined);
    const present = new Set(this.#endpoints.map(({ id }) => id));
    before.filter(({ id }) => !present.has(id)).forEach(({ id }) => this.#breakers.delete(id));
  }
}

function letsThrough(breaker: CircuitBreaker): boolean {
  return breaker.state === 'closed' || (breaker.state === 'open' && breaker.refusal().retryAfterMs === 0);
}
