import type { CircuitBreaker, CircuitBreakerOpenError, CircuitBreakerRegistry } from '@signalbox/circuit-breaker';
import type { RetryBudget } from '@signalbox/retry';
import type { Instance } from '@signalbox/schemas';

import { EndpointLoad, type LoadBalancer } from '@signalbox/load-balancer';

import type { ServiceWatch } from '../registry/service-watch.ts';

import { NoInstancesError } from '../errors.ts';
import { Admission } from './admission.ts';
import { type Endpoint, toTarget } from './endpoint.ts';

export interface CalleeParts {
  readonly watch: ServiceWatch;
  readonly balancer: LoadBalancer<Endpoint>;
  readonly breakers: CircuitBreakerRegistry;
  readonly budget: RetryBudget;
  /** Milliseconds on a clock that never goes backwards; the balancer's too. */
  readonly now: () => number;
}

/** A service as a caller sees it: its routable endpoints, each with a breaker that lives as long as the endpoint. */
export class Callee {
  /** Of the retries of whoever calls this service. */
  readonly budget: RetryBudget;
  readonly #watch: ServiceWatch;
  readonly #balancer: LoadBalancer<Endpoint>;
  readonly #now: () => number;
  readonly #breakers: CircuitBreakerRegistry;
  #endpoints: readonly Endpoint[] = [];
  #isReady = false;

  constructor({ watch, balancer, breakers, budget, now }: CalleeParts) {
    this.budget = budget;
    this.#watch = watch;
    this.#balancer = balancer;
    this.#now = now;
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
    return tried.size === 0 ? this.#admitBut() : (this.#admitBut(tried) ?? this.#admitBut());
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

  #admitBut(excluded?: ReadonlySet<string>): Admission | undefined {
    let passedOver: Set<string> | undefined;
    for (;;) {
      const endpoint = this.#balancer.choose(this.#endpoints, passedOver ?? excluded);
      const permit = endpoint && this.#breakers.get(endpoint.id).tryAcquire();
      if (endpoint === undefined || permit !== undefined) {
        return endpoint && permit && new Admission(endpoint, permit);
      }
      passedOver = (passedOver ?? new Set(excluded)).add(endpoint.id);
    }
  }

  /** What was here from the beginning is warm. */
  #follow(instances: readonly Instance[]): void {
    const before = new Map(this.#endpoints.map((endpoint) => [endpoint.id, endpoint]));
    const warmingSince = this.#isReady ? this.#now() : undefined;
    this.#endpoints = instances.flatMap((instance) => {
      const target = toTarget(instance);
      return target === undefined ? [] : { warmingSince, load: this.#newLoad(), ...before.get(target.id), ...target };
    });
    const present = new Set(this.#endpoints.map(({ id }) => id));
    before
      .keys()
      .filter((id) => !present.has(id))
      .forEach((id) => this.#breakers.delete(id));
  }

  #newLoad(): EndpointLoad {
    return new EndpointLoad({ now: this.#now });
  }
}

function letsThrough(breaker: CircuitBreaker): boolean {
  return breaker.state === 'closed' || (breaker.state === 'open' && breaker.refusal().retryAfterMs === 0);
}
