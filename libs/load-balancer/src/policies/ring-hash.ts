import type { Endpoint } from '../endpoint.ts';

import { hash32, mix32 } from '../hash.ts';
import { type Candidates, NO_CANDIDATES, NONE, type Policy, type PolicyFactory } from '../policy.ts';
import { requireInteger, requireOptions, requireType } from '../validation.ts';

export interface RingHashOptions {
  /**
   * Points on the ring at least, an integer from 1 to 65536: more make shares more even, and a change of the set slower.
   * @default 1024, as Envoy has it
   */
  readonly minimumRingSize?: number | undefined;
}

const DEFAULTS = { minimumRingSize: 1_024 } satisfies Required<RingHashOptions>;

const MAX_MINIMUM = 65_536;
/** Of an endpoint of average weight: its share is spread by about 1 / √points, 4 %. */
const USUAL_POINTS = 512;
/** Beyond so many points endpoints have fewer than usual: a set that changes costs a sort of all. */
const USUAL_RING_SIZE = 32_768;
/** A point is hash * 2^20 + owner, exact in a double: 32 bits of hash and 20 of owner. */
const OWNERS = 2 ** 20;
const HASHES = 2 ** 32;
/** For a second hash of an id: two that share the first have other points all the same. */
const STRIDE_SEED = 0x9e3779b9;

/**
 * The same key to the same endpoint, by consistent hashing (ketama; Envoy's ring hash): each endpoint has points on a ring in proportion to
 * its weight, and a key belongs to the next point. Where an endpoint comes or goes, only keys that are now its own, or were, move; but where
 * weights differ, or there are more than 64 endpoints and their number passes a power of two, some others. A call without a key goes
 * anywhere. Logarithmic; a change of the set costs a sort of the ring.
 *
 * Throws a RangeError or TypeError for an option that can't be.
 */
export function ringHash(options: RingHashOptions = {}): PolicyFactory<Endpoint> {
  requireType('ringHash options', options, 'object');
  requireOptions('ringHash', options, Object.keys(DEFAULTS));
  const { minimumRingSize = DEFAULTS.minimumRingSize } = options;
  requireInteger('ringHash minimumRingSize', minimumRingSize, { from: 1, to: MAX_MINIMUM });
  return ({ random }) => new RingHash(minimumRingSize, random);
}

class RingHash implements Policy<Endpoint> {
  readonly heedsWeights = true;
  readonly #minimumSize: number;
  readonly #random: () => number;
  #candidates: Candidates<Endpoint> = NO_CANDIDATES;
  #points = new Float64Array();

  constructor(minimumSize: number, random: () => number) {
    this.#minimumSize = minimumSize;
    this.#random = random;
  }

  use(candidates: Candidates<Endpoint>): void {
    this.#candidates = candidates;
    this.#points = toRing(candidates, this.#minimumSize);
  }

  choose(excluded: ReadonlySet<string> | undefined, key: string | undefined): number {
    const { endpoints } = this.#candidates;
    const points = this.#points;
    const hash = key === undefined ? Math.floor(this.#random() * HASHES) : hash32(key);
    const start = firstFrom(points, hash * OWNERS);
    for (let step = 0; step < points.length; step++) {
      const owner = (points[(start + step) % points.length] ?? 0) % OWNERS;
      if (excluded?.has(endpoints[owner]?.id ?? '') !== true) {
        return owner;
      }
    }
    return NONE;
  }
}

function toRing({ endpoints, weights }: Candidates<Endpoint>, minimumSize: number): Float64Array<ArrayBuffer> {
  const usual = pointsOfAverage(endpoints.length, minimumSize);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const counts = weights.map((weight) => Math.max(1, Math.round((usual * weight) / mean)));
  const points = new Float64Array(counts.reduce((sum, count) => sum + count, 0));
  let next = 0;
  endpoints.forEach(({ id }, owner) => {
    const start = hash32(id);
    const stride = hash32(id, STRIDE_SEED) | 1; // odd: no two of its points are the same
    for (let i = 0; i < (counts[owner] ?? 0); i++) {
      points[next] = mix32(start + Math.imul(i, stride)) * OWNERS + owner;
      next += 1;
    }
  });
  return points.sort();
}

/** Powers of two: they stay the same, and with them the points of the others, when one endpoint comes or goes. */
function pointsOfAverage(count: number, minimumSize: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(minimumSize / count));
  const affordable = 2 ** Math.floor(Math.log2(USUAL_RING_SIZE / count));
  return Math.max(1, wanted, Math.min(USUAL_POINTS, affordable));
}

/** Index of the first point that is not before `from`; the ring begins anew after the last. */
function firstFrom(points: Float64Array, from: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle] ?? 0) < from) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low === points.length ? 0 : low;
}
