import { isDeepStrictEqual } from 'node:util';

import type { CallPermit } from '@signalbox/circuit-breaker';

import { type ConsistentHash, isRoutable, type LoadBalancerRule, routableAmong } from '@signalbox/schemas';

import type { InstanceWatch, UpstreamInstance } from './instance-source.ts';

import { type BalancingOptions, toBalancer } from './balancing.ts';
import { Endpoint, type EndpointOptions, originOf } from './endpoint.ts';

/** Leave to send one request to an endpoint. */
export interface Acquired {
  readonly endpoint: Endpoint;
  readonly permit: CallPermit;
  /** Whether its breaker gave leave; otherwise the request goes in spite of it, in panic. */
  readonly isGuarded: boolean;
}

/** Why there is none: nothing routable, everything left alone by its breaker, or everything at its bound. */
export type Unavailable = 'no-endpoint' | 'circuit-open' | 'overloaded';

export interface Wanted {
  /** Endpoints that are not asked. */
  readonly excluded?: ReadonlySet<string> | undefined;
  /** What the endpoint is chosen by, where the service's rule hashes. */
  readonly key?: string | undefined;
  /** Whether only endpoints are asked whose breakers give leave. */
  readonly isGuarded?: boolean;
}

export interface UpstreamOptions extends EndpointOptions, BalancingOptions {
  /** Told when no instance of a service is routable and those that fail their checks are asked, and when that is over. */
  readonly onLastResort?: (service: string, change: 'begun' | 'over') => void;
}

const SCHEMES: ReadonlySet<string> = new Set(['http', 'https']);
const ANY: Wanted = {};

/** A service's routable endpoints, kept as the registry tells them. The watch belongs to the upstream. */
export class Upstream {
  readonly service: string;
  /** Requests sent in spite of a breaker. */
  unguarded = 0;
  readonly #watch: InstanceWatch;
  readonly #options: UpstreamOptions;
  readonly #stopListening: () => void;
  /** Endpoints that are gone but still have requests under way. */
  readonly #leaving = new Set<Endpoint>();
  /** Another array whenever anything of it changes, as the balancer wants it. */
  #endpoints: readonly Endpoint[] = [];
  /** Those of them whose breakers are to be asked from time to time whether they may be tried again. */
  #leftAlone: readonly Endpoint[] = [];
  /** Whether these are instances that fail their checks, as there is no other. */
  #isLastResort = false;
  /** Whether all of them are left alone, and none has answered since. */
  #isNoneAnswering = false;
  #trialTurn = 0;
  #rule: LoadBalancerRule | undefined;
  #balancer;

  constructor(service: string, watch: InstanceWatch, options: UpstreamOptions) {
    this.service = service;
    this.#watch = watch;
    this.#options = {
      ...options,
      onAvailabilityChange: () => {
        this.#regard(this.#endpoints);
      },
    };
    this.#balancer = toBalancer(undefined, options);
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

  /** What of a request its endpoint is chosen by. */
  get hashOn(): ConsistentHash | undefined {
    return this.#rule?.consistentHash;
  }

  /** Whether breakers are not heeded, as they would hold back most of the endpoints that answer. */
  get isPanicking(): boolean {
    return this.#balancer.isPanicking(this.#endpoints);
  }

  /** Chooses by this rule from now on. A rule that is the same changes nothing. */
  balanceBy(rule: LoadBalancerRule | undefined): void {
    if (!isDeepStrictEqual(rule, this.#rule)) {
      this.#rule = rule;
      this.#balancer = toBalancer(rule, this.#options);
    }
  }

  /**
   * The next endpoint's leave; where it has no room, that of any other. Where breakers hold back most of the endpoints that answer, they
   * are not heeded: an application that answers 503 everywhere is better heard than hidden, and the few that are left would get the
   * requests of all. Where none answers, those that are silent get a few requests each in spite of their breakers: they may only be slow.
   * What can't be reached is never asked in spite of its breaker.
   */
  acquire({ excluded, key, isGuarded = false }: Wanted = ANY): Acquired | Unavailable {
    const onTrial = excluded === undefined ? this.#tryAgain() : undefined;
    if (onTrial !== undefined) {
      return onTrial;
    }
    const passedOver = isGuarded ? this.#withLeftAlone(excluded) : excluded;
    const endpoint = this.#balancer.choose(this.#endpoints, passedOver, key);
    return (
      (endpoint && this.#leaveOf(endpoint, { isGuarded })) ?? this.#anyLeave(excluded, { isGuarded }) ?? this.#whyNot()
    );
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

  /** Asks the breaker of one endpoint left alone, each in turn: with its leave this request finds out whether the endpoint is well again. */
  #tryAgain(): Acquired | undefined {
    if (this.#leftAlone.length === 0) {
      return undefined;
    }
    this.#trialTurn = this.#trialTurn + 1 < this.#leftAlone.length ? this.#trialTurn + 1 : 0;
    const endpoint = this.#leftAlone[this.#trialTurn];
    const permit = endpoint?.tryAcquire();
    return endpoint && permit && { endpoint, permit, isGuarded: true };
  }

  #leaveOf(endpoint: Endpoint, { isGuarded }: { readonly isGuarded: boolean }): Acquired | undefined {
    const permit = endpoint.tryAcquire();
    if (permit !== undefined) {
      return { endpoint, permit, isGuarded: true };
    }
    const unguarded = !isGuarded && this.#isAskedAnyway(endpoint) ? endpoint.tryAcquireUnguarded() : undefined;
    this.unguarded += Number(unguarded !== undefined);
    return unguarded && { endpoint, permit: unguarded, isGuarded: false };
  }

  /** Whether a request is better sent to an endpoint that its breaker holds back than to nobody. */
  #isAskedAnyway({ availability, isSilent }: Endpoint): boolean {
    return availability === 'held-back' ? this.isPanicking : isSilent && this.#isNoneAnswering;
  }

  /** The first leave that is to be had; of an endpoint without weight only where no other gives any. */
  #anyLeave(excluded: ReadonlySet<string> | undefined, leave: { readonly isGuarded: boolean }): Acquired | undefined {
    const asked = this.#endpoints.filter(({ id }) => excluded?.has(id) !== true);
    for (const endpoint of [
      ...asked.filter(({ weight }) => weight > 0),
      ...asked.filter(({ weight }) => weight === 0),
    ]) {
      const acquired = this.#leaveOf(endpoint, leave);
      if (acquired !== undefined) {
        return acquired;
      }
    }
    return undefined;
  }

  #withLeftAlone(excluded: ReadonlySet<string> | undefined): ReadonlySet<string> {
    return new Set([...(excluded ?? []), ...this.#leftAlone.map(({ id }) => id)]);
  }

  #whyNot(): Unavailable {
    if (this.#endpoints.length === 0) {
      return 'no-endpoint';
    }
    return this.#endpoints.some((endpoint) => endpoint.isSaturated) ? 'overloaded' : 'circuit-open';
  }

  #refresh(): void {
    const before = new Map(this.#endpoints.map((endpoint) => [endpoint.id, endpoint]));
    const routable = routableAmong(this.#watch.instances.filter(({ scheme }) => SCHEMES.has(scheme)));
    const endpoints = routable.map((instance) => this.#keepOrOpen(instance, before.get(instance.id)));
    this.#tellOfLastResort(routable.some(({ status }) => !isRoutable(status)));
    this.#regard(endpoints);
    const kept = new Set(endpoints);
    for (const endpoint of before.values()) {
      if (!kept.has(endpoint)) {
        void this.#letGo(endpoint);
      }
    }
  }

  #regard(endpoints: readonly Endpoint[]): void {
    this.#endpoints = [...endpoints];
    this.#leftAlone = endpoints.filter(({ availability }) => availability !== 'available');
    this.#isNoneAnswering = endpoints.every(({ availability }) => availability === 'unreachable');
  }

  #tellOfLastResort(isLastResort: boolean): void {
    if (isLastResort !== this.#isLastResort) {
      this.#isLastResort = isLastResort;
      this.#options.onLastResort?.(this.service, isLastResort ? 'begun' : 'over');
    }
  }

  #keepOrOpen(instance: UpstreamInstance, known: Endpoint | undefined): Endpoint {
    if (known?.origin !== originOf(instance)) {
      return new Endpoint(instance, this.#options);
    }
    known.follow(instance);
    return known;
  }

  async #letGo(endpoint: Endpoint): Promise<void> {
    this.#leaving.add(endpoint);
    await endpoint.close();
    this.#leaving.delete(endpoint);
  }
}
