import { describe, expect, it } from 'vitest';

import { type CacheRedis, ProductCache } from './product-cache.ts';

const PRODUCTS = [{ sku: 'lamp', name: 'Signal lamp', price: 58.08 }];
const computed = { compute: () => PRODUCTS, ttlMs: 30_000 };

class MemoryRedis implements CacheRedis {
  readonly stored = new Map<string, string>();
  readonly ttls: number[] = [];

  get(key: string): Promise<string | null> {
    return Promise.resolve(this.stored.get(key) ?? null);
  }

  psetex(key: string, ttlMs: number, value: string): Promise<unknown> {
    this.stored.set(key, value);
    this.ttls.push(ttlMs);
    return Promise.resolve('OK');
  }
}

const broken: CacheRedis = {
  get: () => Promise.reject(new Error('away')),
  psetex: () => Promise.reject(new Error('away')),
};

describe('the cache of products', () => {
  it('is filled by the first who asks, for all who ask after', async () => {
    const redis = new MemoryRedis();

    const first = await new ProductCache(redis).get('v1', computed);
    const second = await new ProductCache(redis).get('v1', { ...computed, compute: () => [] });

    expect([first, second]).toEqual([
      { products: PRODUCTS, use: 'miss' },
      { products: PRODUCTS, use: 'hit' },
    ]);
    expect(redis.ttls).toEqual([30_000]);
  });

  it('answers nothing of another configuration', async () => {
    const cache = new ProductCache(new MemoryRedis());
    await cache.get('v1', computed);

    expect(await cache.get('v2', { ...computed, compute: () => [] })).toEqual({ products: [], use: 'miss' });
  });

  it('is done without where it fails', async () => {
    expect(await new ProductCache(broken).get('v1', computed)).toEqual({ products: PRODUCTS, use: 'failed' });
    const readOnly = { ...broken, get: () => Promise.resolve(null) };
    expect(await new ProductCache(readOnly).get('v1', computed)).toEqual({ products: PRODUCTS, use: 'failed' });
  });

  it.each(['', '{', '"text"', '[{"sku":"lamp"}]'])('stores anew what is none of its own: %j', async (text) => {
    const redis = new MemoryRedis();
    redis.stored.set('shop:products:v1', text);

    expect(await new ProductCache(redis).get('v1', computed)).toEqual({ products: PRODUCTS, use: 'miss' });
    expect(redis.stored.get('shop:products:v1')).toBe(JSON.stringify(PRODUCTS));
  });
});
