import type { CallPermit, CircuitBreaker, CircuitBreakerOpenError } from '@signalbox/circuit-breaker';

import { roundRobin } from '@signalbox/load-balancer';
import { type Instance, isRoutable } from '@signalbox/schemas';

import type { ServiceWatch } from '../registry/service-watch.ts';

import { NoInstancesError } from '../errors.ts';

export interface Endpoint {
  /** Instance and where it is reached: one that comes back elsewhere is another endpoint. */
  readonly id: string;
  readonly weight: number;
  readonly origin: string;
  readonly breaker: CircuitBreaker;
}

/** Leave to send one request to an endpoint; how it went is told to the permit. */
export interface Admission {
  readonly endpoint: Endpoint;
  readonly permit: CallPermit;
}

/** A service as a caller sees it: its routable endpoints, each with a breaker that lives as long as the endpoint. */
export class Callee {
  readonly #watch: ServiceWatch;
  readonly #newBreaker: (name: string) => CircuitBreaker;
  readonly #balancer = roundRobin();
  #endpoints: readonly Endpoint[] = [];
  #isReady = false;

  constructor(watch: ServiceWatch, newBreaker: (name: string) => CircuitBreaker) {
    this.#watch = watch;
    this.#newBreaker = newBreaker;
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

  /** The next endpoint whose breaker lets a request through; undefined where there is none but the excluded one. */
  admit(excluded?: Endpoint): Admission | undefined {
    const passedOver = new Set(excluded === undefined ? [] : [excluded.id]);
    for (;;) {
      const endpoint = this.#balancer.choose(this.#endpoints, passedOver);
      const permit = endpoint?.breaker.tryAcquire();
      if (endpoint === undefined || permit !== undefined) {
        return endpoint && permit && { endpoint, permit };
      }
      passedOver.add(endpoint.id);
    }
  }

  /** Why nothing was admitted: NoInstancesError, or that of the breaker that lets something through soonest. */
  refusal(): NoInstancesError | CircuitBreakerOpenError {
    const [soonest] = this.#endpoints
      .map(({ breaker }) => breaker.refusal())
      .sort((one, other) => one.retryAfterMs - other.retryAfterMs);
    const { service, instances } = this.#watch;
    return soonest ?? new NoInstancesError(service, `no routable instance of ${service} (${instances.length} known)`);
  }

  close(): void {
    this.#watch.close();
  }

  #follow(instances: readonly Instance[]): void {
    const known = new Map(this.#endpoints.map((endpoint) => [endpoint.id, endpoint]));
    this.#endpoints = instances.filter(canBeFetchedFrom).map((instance) => {
      const origin = originOf(instance);
      const id = `${instance.id}@${origin}`;
      return { id, weight: instance.weight, origin, breaker: known.get(id)?.breaker ?? this.#newBreaker(id) };
    });
  }
}

function canBeFetchedFrom({ status, scheme }: Instance): boolean {
  return isRoutable(status) && (scheme === 'http' || scheme === 'https');
}

function originOf({ scheme, address, port }: Instance): string {
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
