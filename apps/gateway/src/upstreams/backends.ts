import { LoadBalancer } from '@signalbox/load-balancer';

import type { Upstream } from './upstream.ts';

export interface Backend {
  readonly upstream: Upstream;
  readonly weight: number;
}

interface Share {
  readonly id: string;
  readonly weight: number;
  readonly upstream: Upstream;
}

/**
 * The backends of one route. Each gets its share by weight whether it has endpoints or not: a share without an endpoint
 * is answered 503, as HTTPRoute has it, instead of falling upon a backend that was never meant to carry it.
 */
export class Backends {
  readonly #first: Share;
  readonly shares: readonly Share[];
  readonly #balancer = new LoadBalancer();

  /** Throws RangeError where no backend has a weight. */
  constructor(backends: readonly Backend[]) {
    this.shares = backends.filter(({ weight }) => weight > 0).map(toShare);
    const [first] = this.shares;
    if (first === undefined) {
      throw new RangeError('at least one backend must have a weight');
    }
    this.#first = first;
  }

  next(): Upstream {
    const share = this.shares.length === 1 ? this.#first : (this.#balancer.choose(this.shares) ?? this.#first);
    return share.upstream;
  }
}

function toShare({ upstream, weight }: Backend, index: number): Share {
  return { id: `${index} ${upstream.service}`, weight, upstream };
}
