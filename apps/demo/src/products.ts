import type { FastifyInstance } from 'fastify';

import type { ShopService, Surroundings } from './shop-service.ts';

import { ProductsConfiguration } from './configuration.ts';
import { pricedProducts, type PricedProducts } from './products/priced-catalogue.ts';
import { type CacheUse, ProductCache } from './products/product-cache.ts';

type Here = Surroundings<ProductsConfiguration>;

/** The catalogue, priced with the VAT of the `pricing` group. */
export const products: ShopService<ProductsConfiguration> = {
  name: 'products',
  schema: ProductsConfiguration,
  async addRoutes(http, here) {
    const { config, instanceId } = here;
    const cache = await openCache(http, here);
    http.get('/api/products', async (_request, reply) => {
      const { current, version, etag } = config;
      const { products: priced, use } = await readThrough(cache, { current, etag });
      reply.header('x-cache', use);
      return {
        servedBy: instanceId,
        configurationVersion: version,
        currency: current.shop.currency,
        featured: current.featured,
        products: priced,
      };
    });
  },
};

async function readThrough(
  cache: ProductCache | undefined,
  { current, etag }: Pick<Here['config'], 'current' | 'etag'>,
): Promise<{ readonly products: PricedProducts; readonly use: CacheUse | 'none' }> {
  const compute = () => pricedProducts(current);
  return cache === undefined || current.cache === undefined
    ? { products: compute(), use: 'none' }
    : await cache.get(etag, { compute, ttlMs: current.cache.ttl });
}

/** Loads what it takes where a cache is configured, and not before. */
async function openCache(http: FastifyInstance, here: Here): Promise<ProductCache | undefined> {
  const { cache } = here.config.current;
  if (cache === undefined) {
    return undefined;
  }
  const { openCacheRedis } = await import('./products/cache-redis.ts');
  return new ProductCache(await openCacheRedis(http, { ...here, url: cache.redisUrl }));
}
