import type { Endpoint } from '../endpoint.ts';

import { draw } from '../draw.ts';
import { type Candidates, NO_CANDIDATES, type Policy, type PolicyFactory } from '../policy.ts';

/** At random, in proportion to weight. Constant time where all weights are the same, else logarithmic; linear where some are excluded. */
export function random(): PolicyFactory<Endpoint> {
  return (sources) => new Random(sources.random);
}

class Random implements Policy<Endpoint> {
  readonly heedsWeights = true;
  readonly #random: () => number;
  #candidates: Candidates<Endpoint> = NO_CANDIDATES;
  #sums = new Float64Array();
  #sumsOfRest = new Float64Array();

  constructor(unit: () => number) {
    this.#random = unit;
  }

  use(candidates: Candidates<Endpoint>): void {
    this.#candidates = candidates;
    this.#sums = new Float64Array(candidates.endpoints.length);
    this.#sumsOfRest = new Float64Array(candidates.endpoints.length);
    this.#sum(this.#sums);
  }

  choose(excluded: ReadonlySet<string> | undefined): number {
    if (excluded !== undefined && excluded.size > 0) {
      this.#sum(this.#sumsOfRest, excluded);
      return draw(this.#sumsOfRest, this.#random());
    }
    const { areEqual, endpoints } = this.#candidates;
    return areEqual ? Math.floor(this.#random() * endpoints.length) : draw(this.#sums, this.#random());
  }

  #sum(sums: Float64Array, excluded?: ReadonlySet<string>): void {
    const { endpoints, weights } = this.#candidates;
    let sum = 0;
    for (let i = 0; i < endpoints.length; i++) {
      sum += excluded?.has(endpoints[i]?.id ?? '') === true ? 0 : (weights[i] ?? 0);
      sums[i] = sum;
    }
  }
}
