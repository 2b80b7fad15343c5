import * as z from 'zod';

import { DURATION, parseDuration } from '@signalbox/clock';

import { QUEUES } from './queue/job.ts';

/** What every service of the shop is configured with. */
const common = {
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']),
  shop: z.object({ name: z.string(), currency: z.string() }),
  // An instance that is gone with its address answers nothing, not even a refusal: another is asked while there is time.
  calls: z.object({ deadlineMs: z.int(), attemptTimeoutMs: z.int().default(1_000) }),
};

const pricing = z.object({ vatPercent: z.number(), rounding: z.enum(['nearest', 'up']) });
export type Pricing = z.infer<typeof pricing>;

/** A duration such as `30s` within bounds, in whole milliseconds. */
function durationBetween(shortest: string, longest: string) {
  const [minMs, maxMs] = [parseDuration(shortest), parseDuration(longest)];
  return z
    .string()
    .regex(DURATION, 'must be a duration such as 30s')
    .transform((text) => Math.round(parseDuration(text)))
    .refine((ms) => ms >= minMs && ms <= maxMs, `must be from ${shortest} to ${longest}`);
}

/** Without a password, which comes in a file. */
function serverUrl(protocol: RegExp, form: string) {
  return z.string().refine((text) => {
    const url = URL.parse(text);
    return url !== null && protocol.test(url.protocol) && url.hostname !== '';
  }, `must be ${form}`);
}

const database = z.object({
  url: serverUrl(/^postgres(ql)?:$/, 'postgres://USER@HOST:PORT/DATABASE'),
  /** Sessions of one instance, at a time. */
  poolSize: z.int().min(1).max(100).default(4),
});
const redisUrl = serverUrl(/^rediss?:$/, 'redis://HOST:PORT');
const queue = z.object({ redisUrl });

export const CommonConfiguration = z.object(common);
export type CommonConfiguration = z.infer<typeof CommonConfiguration>;

export const ProductsConfiguration = z.object({
  ...common,
  pricing,
  featured: z.string(),
  catalogue: z.array(z.object({ sku: z.string(), name: z.string(), netPrice: z.number() })),
  cache: z.object({ redisUrl, ttl: durationBetween('100ms', '1h').prefault('30s') }).optional(),
});
export type ProductsConfiguration = z.infer<typeof ProductsConfiguration>;

export const OrdersConfiguration = z
  .object({
    ...common,
    pricing,
    greeting: z.string(),
    maxItems: z.int(),
    database: database.optional(),
    queue: queue.optional(),
  })
  .refine((orders) => (orders.database === undefined) === (orders.queue === undefined), {
    message: 'database and queue come together, or not at all',
    path: ['database'],
  });
export type OrdersConfiguration = z.infer<typeof OrdersConfiguration>;

export const AuthConfiguration = z.object({
  ...common,
  /** How long a token is good for. */
  tokenTtl: durationBetween('1s', '15m').prefault('5m'),
  logins: z
    .object({
      /** Attempts that fail, for one user in a minute. */
      failuresPerUser: z.int().min(1).max(1_000).default(5),
      /** Attempts in all, in a minute: each costs a tenth of a second or more of a processor. */
      perMinute: z.int().min(1).max(100_000).default(300),
    })
    .prefault({}),
});
export type AuthConfiguration = z.infer<typeof AuthConfiguration>;

export const WorkerConfiguration = z.object({
  ...common,
  database,
  queue,
  /** Those it takes jobs from, the first one first. */
  queues: z
    .array(z.enum(QUEUES))
    .min(1)
    .max(QUEUES.length)
    .default([...QUEUES]),
  /** Jobs at a time. */
  concurrency: z.int().min(1).max(64).default(4),
  /** How long a job that shows no sign of life stays another worker's. */
  lease: durationBetween('1s', '10m').prefault('30s'),
  /** How often a job may fail before it is put aside. */
  maxAttempts: z.int().min(1).max(20).default(5),
  /** How long it takes to pack an order. */
  packing: durationBetween('0ms', '10m').prefault('0ms'),
});
export type WorkerConfiguration = z.infer<typeof WorkerConfiguration>;

export const WebConfiguration = z.object({
  ...common,
  title: z.string(),
  banner: z.string().optional(),
  accent: z.string(),
  refreshMs: z.coerce.number().int(),
});
export type WebConfiguration = z.infer<typeof WebConfiguration>;
