import { PricedProducts } from './priced-catalogue.ts';

/** As much of Redis as the cache needs. */
export interface CacheRedis {
  get(key: string): Promise<string | null>;
  psetex(key: string, ttlMs: number, value: string): Promise<unknown>;
}

/** How an answer was come by: from the cache, computed and stored, or computed since the cache can not be used. */
export type CacheUse = 'hit' | 'miss' | 'failed';

export interface Cached {
  readonly products: PricedProducts;
  readonly use: CacheUse;
}

/** The priced catalogue of what a configuration says, by its etag: environments of one version may differ. Shared by all instances. A cache that fails makes answers slower, never wrong. */
export class ProductCache {
  readonly #redis: CacheRedis;

  constructor(redis: CacheRedis) {
    this.#redis = redis;
  }

  async get(etag: string, { compute, ttlMs }: { compute: () => PricedProducts; ttlMs: number }): Promise<Cached> {
    const key = `shop:products:${etag}`;
    try {
      const known = parse(await this.#redis.get(key));
      if (known !== undefined) {
        return { products: known, use: 'hit' };
      }
      const products = compute();
      await this.#redis.psetex(key, ttlMs, JSON.stringify(products));
      return { products, use: 'miss' };
    } catch {
      return { products: compute(), use: 'failed' }; // the connection has told why
    }
  }
}

/** Undefined where there is nothing, or what another release stored. */
function parse(stored: string | null): PricedProducts | undefined {
  if (stored === null) {
    return undefined;
  }
  try {
    return PricedProducts.safeParse(JSON.parse(stored)).data;
  } catch {
    return undefined; // no JSON: it is stored anew
  }
}
