import type { FastifyInstance } from 'fastify';

import * as ioredis from 'ioredis';
import pg from 'pg';

import { describeFailure } from '@signalbox/database';
import { postgresProbe, redisProbe } from '@signalbox/health-checker';

import type { Surroundings } from './shop-service.ts';

import { ShopStartError } from './errors.ts';
import { OrderStore } from './orders/order-store.ts';
import { RedisJobQueues } from './queue/redis-job-queues.ts';
import { withPassword } from './with-password.ts';

/** Where the engines are that orders and workers share. */
export interface EnginePlaces {
  readonly database: { readonly url: string; readonly poolSize: number };
  readonly queue: { readonly redisUrl: string };
}

export interface Engines {
  readonly store: OrderStore;
  readonly queues: RedisJobQueues;
  readonly close: () => Promise<void>;
}

export interface EngineOptions extends EnginePlaces {
  /** Whether the service can do nothing without the queues. */
  readonly needsQueues: boolean;
}

type EngineSurroundings = Pick<Surroundings<unknown>, 'health' | 'instanceId' | 'databasePassword' | 'redisPassword'>;

const PROBE = { intervalMs: 5_000, timeoutMs: 2_000 };

/** Opens both and watches them. Rejects with a ShopStartError where the database can't be used; queues may come later. */
export async function openEngines(
  http: FastifyInstance,
  { health, instanceId, databasePassword, redisPassword }: EngineSurroundings,
  options: EngineOptions,
): Promise<Engines> {
  const databaseUrl = withPassword(options.database.url, databasePassword);
  const redisUrl = withPassword(options.queue.redisUrl, redisPassword);
  const store = await openStore(http, { url: databaseUrl, maxSessions: options.database.poolSize });
  const queues = await RedisJobQueues.open({
    url: redisUrl,
    consumer: instanceId,
    onOutage: (reason) => {
      http.log.warn({ reason }, 'the queues can not be reached');
    },
  });
  health.addDependency('postgres', postgresProbe({ url: databaseUrl, driver: pg }), PROBE);
  health.addDependency('queues', redisProbe({ url: redisUrl, driver: ioredis }), {
    ...PROBE,
    critical: options.needsQueues,
  });
  return {
    store,
    queues,
    close: async () => {
      await queues.close();
      await store[Symbol.asyncDispose]();
    },
  };
}

interface StorePlace {
  readonly url: string;
  readonly maxSessions: number;
}

async function openStore(http: FastifyInstance, { url, maxSessions }: StorePlace): Promise<OrderStore> {
  const location = { kind: 'postgres', url } as const;
  try {
    return await OrderStore.open(location, {
      maxSessions,
      onSessionLost: (error) => {
        http.log.warn({ reason: error.message }, 'a session with the database was lost');
      },
    });
  } catch (error) {
    throw new ShopStartError(describeFailure(location, error), { cause: error });
  }
}
