import type { Endpoint } from './endpoint.ts';

import { draw } from './draw.ts';
import { Group } from './group.ts';
import { hash32 } from './hash.ts';
import { type LoadBalancerOptions, type LoadBalancerSettings, toSettings } from './options.ts';
import { type Plan, planOf, WEIGHTLESS } from './plan.ts';
import { NONE, type Policy, requirePolicy } from './policy.ts';
import { requireType } from './validation.ts';

/** Another hash than the ring's, or a key's place on the ring would depend on the level that it goes to. */
const LEVEL_SEED = 0x5f3759df;
const HASHES = 2 ** 32;

/**
 * Chooses endpoints of one service. A set is an array that is not changed once it was handed over: whatever changes, an endpoint, its
 * weight or its availability, makes another array. What can be known of a set is reckoned once for each; a choice allocates nothing.
 */
export class LoadBalancer<Needed extends Endpoint = Endpoint> {
  readonly #settings: LoadBalancerSettings<Needed>;
  /** One for each level: a policy keeps what it knows from set to set. */
  readonly #policies: readonly Policy<Needed>[];
  readonly #heedsWeights: boolean;
  #endpoints: readonly Needed[] = [];
  #plan: Plan;
  #groups: readonly Group<Needed>[] = [];

  /** Throws a RangeError or TypeError for an option that can't be. */
  constructor(options: LoadBalancerOptions<Needed> = {}) {
    this.#settings = toSettings(options);
    const { policy } = this.#settings;
    this.#policies = Array.from({ length: WEIGHTLESS + 1 }, () => requirePolicy(policy(this.#settings)));
    this.#heedsWeights = this.#policies.every(({ heedsWeights }) => heedsWeights);
    this.#plan = this.#planOf(this.#endpoints);
  }

  /**
   * One of the endpoints that is neither excluded nor unreachable, nor held back, but in panic; undefined where there is none. Consistent
   * hashing gives the same key the same endpoint; other policies know no keys. Throws a RangeError or TypeError for an endpoint that can't be, and
   * a TypeError for a key that is no text.
   */
  choose<E extends Needed>(endpoints: readonly E[], excluded?: ReadonlySet<string>, key?: string): E | undefined {
    if (key !== undefined) {
      requireType('LoadBalancer key', key, 'string'); // all others would have the same hash
    }
    this.#follow(endpoints);
    const place = this.#choose(excluded, key);
    return place === NONE ? undefined : endpoints[place];
  }

  /** Whether so few endpoints of the set are available that those held back are chosen too: in one zone level at least. */
  isPanicking(endpoints: readonly Needed[]): boolean {
    this.#follow(endpoints);
    return this.#plan.isPanicking;
  }

  #follow(endpoints: readonly Needed[]): void {
    const { staleAt } = this.#plan;
    if (endpoints !== this.#endpoints || (staleAt !== Infinity && this.#settings.now() >= staleAt)) {
      this.#plan = this.#planOf(endpoints);
      this.#endpoints = endpoints;
      this.#groups = this.#plan.groups.flatMap((group) => {
        const policy = this.#policies[group.level];
        return policy === undefined ? [] : new Group(policy, endpoints, group);
      });
    }
  }

  #planOf(endpoints: readonly Needed[]): Plan {
    return planOf(endpoints, { ...this.#settings, heedsWeights: this.#heedsWeights });
  }

  #choose(excluded: ReadonlySet<string> | undefined, key: string | undefined): number {
    const groups = this.#groups;
    const first = groups.length === 1 ? 0 : draw(this.#plan.sums, this.#unitOf(key));
    let place = groups[first]?.choose(excluded, key) ?? NONE;
    for (let next = 0; place === NONE && next < groups.length; next++) {
      place = groups[next]?.choose(excluded, key) ?? NONE;
    }
    return place;
  }

  /** Where the choice falls among the levels: with a key always at the same place. */
  #unitOf(key: string | undefined): number {
    return key === undefined ? this.#settings.random() : hash32(key, LEVEL_SEED) / HASHES;
  }
}
