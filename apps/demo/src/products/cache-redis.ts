import type { FastifyInstance } from 'fastify';

import * as ioredis from 'ioredis';

import { type HealthChecker, redisProbe } from '@signalbox/health-checker';

import type { CacheRedis } from './product-cache.ts';

import { connectRedis } from '../redis-connection.ts';
import { withPassword } from '../with-password.ts';

/** What is waited for a cache: longer, and computing is faster. */
const TIMEOUT_MS = 100;
const PROBE = { critical: false, intervalMs: 5_000, timeoutMs: 2_000 };

export interface CacheRedisOptions {
  readonly url: string;
  readonly redisPassword?: string | undefined;
  readonly health: HealthChecker;
}

/** The Redis of a cache, watched, closed with the service. */
export async function openCacheRedis(http: FastifyInstance, options: CacheRedisOptions): Promise<CacheRedis> {
  const url = withPassword(options.url, options.redisPassword);
  const redis = await connectRedis({
    url,
    commandTimeoutMs: TIMEOUT_MS,
    onOutage: (reason) => {
      http.log.warn({ reason }, 'the cache can not be used');
    },
  });
  options.health.addDependency('cache', redisProbe({ url, driver: ioredis }), PROBE);
  http.addHook('onClose', () => {
    redis.disconnect();
  });
  return redis;
}
