import type { Endpoint } from './endpoint.ts';
import type { PlannedGroup } from './plan.ts';

import { NONE, type Policy } from './policy.ts';

/** Endpoints that are chosen among by one policy, such as those of one zone. */
export class Group<E extends Endpoint> {
  readonly #policy: Policy<E>;
  readonly #places: readonly number[];

  constructor(policy: Policy<E>, endpoints: readonly E[], { places, weights }: PlannedGroup) {
    this.#policy = policy;
    this.#places = places;
    policy.use({
      endpoints: places.flatMap((place) => endpoints[place] ?? []),
      weights,
      areEqual: weights.every((weight) => weight === weights[0]),
    });
  }

  /** Index in the set, or NONE. */
  choose(excluded: ReadonlySet<string> | undefined, key: string | undefined): number {
    const index = this.#policy.choose(excluded, key);
    return index === NONE ? NONE : (this.#places[index] ?? NONE);
  }
}
