import type { CountedEndpoint, Endpoint, MeasuredEndpoint } from '../endpoint.ts';

import { draw } from '../draw.ts';
import { type Candidates, NO_CANDIDATES, type Policy, type PolicyFactory, type PolicySources } from '../policy.ts';

/** A cost below it counts as this: an endpoint of which nothing is known costs nothing. */
const LOWEST_COST = 1e-6;

/** The time, to a cost that does not depend on it. */
const NEVER_MIND = () => 0;

/**
 * Of two drawn at random the one with fewer calls under way: that comes close to the best of all, without a look at all (Mitzenmacher,
 * The Power of Two Choices in Randomized Load Balancing, 2001), and without the herd that a look at all draws to one endpoint.
 * Constant time. Where weights differ or endpoints are excluded, at random in proportion to weight / (calls under way + 1), as Envoy's
 * least request does: in proportion to the set.
 */
export function leastRequest(): PolicyFactory<CountedEndpoint> {
  return ({ random }) => new LeastLoaded({ random, now: NEVER_MIND }, ({ load }) => load.inFlight + 1);
}

/**
 * Of two drawn at random the one where a call is expected to cost less: its round trip times, recent peaks first, times the calls under
 * way (Finagle's peak EWMA; see EndpointLoad). Constant time. Where weights differ or endpoints are excluded, at random in proportion to
 * weight / cost: in proportion to the set.
 */
export function peakEwma(): PolicyFactory<MeasuredEndpoint> {
  return (sources) => new LeastLoaded(sources, ({ load }, now) => load.costAt(now));
}

class LeastLoaded<E extends Endpoint> implements Policy<E> {
  readonly heedsWeights = true;
  readonly #sources: PolicySources;
  readonly #costOf: (endpoint: E, now: number) => number;
  #candidates: Candidates<E> = NO_CANDIDATES;
  #sums = new Float64Array();

  constructor(sources: PolicySources, costOf: (endpoint: E, now: number) => number) {
    this.#sources = sources;
    this.#costOf = costOf;
  }

  use(candidates: Candidates<E>): void {
    this.#candidates = candidates;
    this.#sums = new Float64Array(candidates.endpoints.length);
  }

  choose(excluded: ReadonlySet<string> | undefined): number {
    const hasExcluded = excluded !== undefined && excluded.size > 0;
    return hasExcluded || !this.#candidates.areEqual ? this.#ofAll(excluded) : this.#ofTwo();
  }

  #ofTwo(): number {
    const { endpoints } = this.#candidates;
    const { random, now } = this.#sources;
    const first = Math.floor(random() * endpoints.length);
    const one = endpoints[first];
    if (one === undefined || endpoints.length === 1) {
      return first;
    }
    const among = Math.floor(random() * (endpoints.length - 1));
    const second = among < first ? among : among + 1;
    const other = endpoints[second];
    const moment = now();
    return other !== undefined && this.#costOf(other, moment) < this.#costOf(one, moment) ? second : first;
  }

  #ofAll(excluded: ReadonlySet<string> | undefined): number {
    const { endpoints, weights } = this.#candidates;
    const now = this.#sources.now();
    let sum = 0;
    for (let i = 0; i < endpoints.length; i++) {
      const endpoint = endpoints[i];
      if (endpoint !== undefined && excluded?.has(endpoint.id) !== true) {
        sum += (weights[i] ?? 0) / Math.max(LOWEST_COST, this.#costOf(endpoint, now));
      }
      this.#sums[i] = sum;
    }
    return draw(this.#sums, this.#sources.random());
  }
}
