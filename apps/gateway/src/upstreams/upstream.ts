import type { CallPermit } from '@signalbox/circuit-breaker';

import { LoadBalancer } from '@signalbox/load-balancer';
import { isRoutable } from '@signalbox/schemas';

import type { InstanceWatch, UpstreamInstance } from './instance-source.ts';

import { Endpoint, type EndpointOptions, originOf } from './endpoint.ts';

/** Leave to send one request to an endpoint. */
export interface Acquired {
  readonly endpoint: Endpoint;
  readonly permit: CallPermit;
}

/** Why there is none: nothing routable, everything left alone by its breaker, or everything at its bound. */
export type Unavailable = 'no-endpoint' | 'circuit-open' | 'overloaded';

/** Of the endpoints that answer, whatever they answer, breakers may hold back at most this share: Envoy's panic threshold. */
const MOST_HELD_BACK = 0.5;

const SCHEMES: ReadonlySet<string> = new Set(['http', 'https']);

/** A service's routable endpoints, kept as the registry tells them. The watch belongs to the upstream. */
export class Upstream {
  readonly service: string;
  readonly #watch: InstanceWatch;
  readonly #options: EndpointOptions;
  readonly #stopListening: () => void;
  /** Endpoints that are gone but still have requests under way. */
  readonly #leaving = new Set<Endpoint>();
  readonly #balancer = new LoadBalancer();
  #endpoints: readonly Endpoint[] = [];

  constructor(service: string, watch: InstanceWatch, options: EndpointOptions) {
    this.service = service;
    this.#watch = watch;
    this.#options = options;
    this.#stopListening = watch.onChange(() => {
      this.#refresh();
    });
    this.#refresh();
  }

  get endpoints(): readonly Endpoint[] {
    return this.#endpoints;
  }

  /** All that the registry tells of the service, routable or not. */
  get instances(): readonly UpstreamInstance[] {
    return this.#watch.instances;
  }

  /** Resolves once the registry has said who there is. */
  get ready(): Promise<unknown> {
    return this.#watch.ready;
  }

  /**
   * The next endpoint's leave; those whose breaker or bound refuses are passed over. Where breakers hold back most of the endpoints that
   * answer, they are not heeded: an application that answers 503 everywhere is better heard than hidden, and the few that are left would
   * get the requests of all. What can't be reached is never asked in spite of its breaker.
   */
  acquire(excluded?: ReadonlySet<string>): Acquired | Unavailable {
    let passedOver = excluded;
    let endpoint = this.#balancer.choose(this.#endpoints, excluded);
    while (endpoint !== undefined) {
      const permit = endpoint.tryAcquire() ?? this.#acquireInPanic(endpoint);
      if (permit !== undefined) {
        return { endpoint, permit };
      }
      passedOver = new Set(passedOver).add(endpoint.id);
      endpoint = this.#balancer.choose(this.#endpoints, passedOver);
    }
    return this.#whyNot();
  }

  /** Resolves when the requests under way are done. */
  async close(): Promise<void> {
    this.#stopListening();
    await Promise.all([
      this.#watch.close(),
      ...[...this.#endpoints, ...this.#leaving].map((endpoint) => endpoint.close()),
    ]);
  }

  async destroy(): Promise<void> {
    this.#stopListening();
    await Promise.all([
      this.#watch.close(),
      ...[...this.#endpoints, ...this.#leaving].map((endpoint) => endpoint.destroy()),
    ]);
  }

  #acquireInPanic(endpoint: Endpoint): CallPermit | undefined {
    if (!endpoint.isAnswering || endpoint.isSaturated) {
      return undefined;
    }
    const answering = this.#endpoints.filter(({ isAnswering }) => isAnswering);
    const heldBack = answering.filter(({ isLeftAlone }) => isLeftAlone);
    return heldBack.length > answering.length * MOST_HELD_BACK ? endpoint.tryAcquireUnguarded() : undefined;
  }

  #whyNot(): Unavailable {
    if (this.#endpoints.length === 0) {
      return 'no-endpoint';
    }
    return this.#endpoints.some((endpoint) => endpoint.isSaturated) ? 'overloaded' : 'circuit-open';
  }

  #refresh(): void {
    const before = new Map(this.#endpoints.map((endpoint) => [endpoint.id, endpoint]));
    this.#endpoints = this.#watch.instances
      .filter(({ status, scheme }) => isRoutable(status) && SCHEMES.has(scheme))
      .map((instance) => this.#keepOrOpen(instance, before.get(instance.id)));
    for (const endpoint of before.values()) {
      if (!this.#endpoints.includes(endpoint)) {
        void this.#letGo(endpoint);
      }
    }
  }

  #keepOrOpen(instance: UpstreamInstance, known: Endpoint | undefined): Endpoint {
    if (known?.origin !== originOf(instance)) {
      return new Endpoint(instance, this.#options);
    }
    known.weight = instance.weight;
    return known;
  }

  async #letGo(endpoint: Endpoint): Promise<void> {
    this.#leaving.add(endpoint);
    await endpoint.close();
    this.#leaving.delete(endpoint);
  }
}
