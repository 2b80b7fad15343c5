import type { Endpoint } from '../endpoint.ts';

import { type Candidates, NO_CANDIDATES, NONE, type Policy, type PolicyFactory } from '../policy.ts';

/** Each in turn, whatever weight it has. Constant time, but in proportion to the set while one warms up. */
export function roundRobin(): PolicyFactory<Endpoint> {
  return ({ random }) => new RoundRobin(random, { heedsWeights: false });
}

/**
 * In proportion to weight, with an endpoint's turns evenly spread: weights 5, 1, 1 give a a b a c a a, never a a a a a b c.
 * This is nginx's smooth weighted round robin (ngx_http_upstream_round_robin.c): at each choice every candidate gains its weight, the
 * richest is chosen and pays the sum of them. In proportion to the set; constant time where all weights are the same.
 */
export function weightedRoundRobin(): PolicyFactory<Endpoint> {
  return ({ random }) => new RoundRobin(random, { heedsWeights: true });
}

class RoundRobin implements Policy<Endpoint> {
  readonly heedsWeights: boolean;
  readonly #random: () => number;
  #candidates: Candidates<Endpoint> = NO_CANDIDATES;
  #credits = new Float64Array();
  #turn = NONE;

  constructor(random: () => number, { heedsWeights }: { readonly heedsWeights: boolean }) {
    this.#random = random;
    this.heedsWeights = heedsWeights;
  }

  use(candidates: Candidates<Endpoint>): void {
    const before = this.#candidates;
    const credits = new Float64Array(candidates.endpoints.length);
    if (!before.areEqual && !candidates.areEqual) {
      carryOver(before, this.#credits, { candidates, credits });
    }
    this.#candidates = candidates;
    this.#credits = credits;
    this.#turn = this.#turnAmong(candidates, before);
  }

  choose(excluded: ReadonlySet<string> | undefined): number {
    return this.#candidates.areEqual ? this.#next(excluded) : this.#richest(excluded);
  }

  /**
   * After the last one chosen, or where it is gone after the nearest before it, or anywhere: many processes that start together do not all
   * begin with the first.
   */
  #turnAmong({ endpoints }: Candidates<Endpoint>, before: Candidates<Endpoint>): number {
    const places = new Map(endpoints.map(({ id }, i) => [id, i]));
    const { length } = before.endpoints;
    for (let step = 0; step < length; step++) {
      const place = places.get(before.endpoints[(this.#turn - step + length) % length]?.id ?? '');
      if (place !== undefined) {
        return place;
      }
    }
    return Math.floor(this.#random() * endpoints.length);
  }

  #next(excluded: ReadonlySet<string> | undefined): number {
    const { endpoints } = this.#candidates;
    const after = this.#turn + 1 < endpoints.length ? this.#turn + 1 : 0;
    const place = excluded === undefined ? after : nextBeside(excluded, endpoints, after);
    this.#turn = place === NONE ? this.#turn : place;
    return place;
  }

  #richest(excluded: ReadonlySet<string> | undefined): number {
    const { endpoints, weights } = this.#candidates;
    const credits = this.#credits;
    let richest = NONE;
    let most = -Infinity;
    let sum = 0;
    for (let i = 0; i < endpoints.length; i++) {
      if (excluded?.has(endpoints[i]?.id ?? '') === true) {
        continue;
      }
      const weight = weights[i] ?? 0;
      const credit = (credits[i] ?? 0) + weight;
      credits[i] = credit;
      sum += weight;
      if (credit > most) {
        richest = i;
        most = credit;
      }
    }
    if (richest !== NONE) {
      credits[richest] = most - sum;
    }
    return richest;
  }
}

/** The first that is not excluded, from `start` on and then from the beginning. */
function nextBeside(excluded: ReadonlySet<string>, endpoints: readonly Endpoint[], start: number): number {
  for (let step = 0; step < endpoints.length; step++) {
    const place = (start + step) % endpoints.length;
    if (!excluded.has(endpoints[place]?.id ?? '')) {
      return place;
    }
  }
  return NONE;
}

/**
 * An endpoint that stays keeps its credit, in terms of its weight now: gained at 900000, it would else decide the next hundred thousand
 * choices at 9. One that comes, or comes back, begins with none.
 */
function carryOver(
  before: Candidates<Endpoint>,
  creditsBefore: Float64Array,
  { candidates, credits }: { readonly candidates: Candidates<Endpoint>; readonly credits: Float64Array },
): void {
  const places = new Map(before.endpoints.map(({ id }, i) => [id, i]));
  candidates.endpoints.forEach(({ id }, i) => {
    const place = places.get(id);
    if (place !== undefined) {
      credits[i] = ((creditsBefore[place] ?? 0) * (candidates.weights[i] ?? 0)) / (before.weights[place] ?? 1);
    }
  });
}
