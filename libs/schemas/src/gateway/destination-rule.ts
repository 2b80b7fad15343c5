import * as z from 'zod';

import { Duration } from '../duration.ts';

/** As `@signalbox/load-balancer` bounds a ring. */
const MAX_RING_SIZE = 65_536;
const DAY_MS = 86_400_000;

const fieldName = z
  .string()
  .max(256)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be a name as of a header field');

const HASHED = ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'] as const;

/** What of a request says which instance it goes to: the same value, the same instance. */
export const ConsistentHash = z
  .strictObject({
    httpHeaderName: fieldName.optional(),
    httpCookie: z.strictObject({ name: fieldName }).optional().describe('one that clients have: none is set'),
    useSourceIp: z.literal(true).optional(),
    httpQueryParameterName: z.string().min(1).max(256).optional(),
    ringHash: z
      .strictObject({ minimumRingSize: z.int().min(1).max(MAX_RING_SIZE).default(1_024) })
      .prefault({})
      .describe('points on the ring, at least'),
  })
  .refine((hash) => HASHED.filter((part) => hash[part] !== undefined).length === 1, {
    message: `must have exactly one of ${HASHED.join(', ')}`,
  });
export type ConsistentHash = z.infer<typeof ConsistentHash>;

/** How one of a service's instances is chosen: the words are those of Istio's DestinationRule. */
export const LoadBalancerRule = z
  .strictObject({
    simple: z.enum(['ROUND_ROBIN', 'LEAST_REQUEST', 'RANDOM']).optional().describe('ROUND_ROBIN when left out'),
    consistentHash: ConsistentHash.optional(),
    localityLbSetting: z
      .strictObject({ enabled: z.boolean().default(true).describe("prefers the gateway's own zone, then its region") })
      .optional(),
    warmup: z
      .strictObject({
        duration: Duration.refine((ms) => ms >= 1_000 && ms <= DAY_MS, 'must be from 1s to 24h'),
        minimumPercent: z.number().min(1).max(100).default(10),
        aggression: z.number().min(1).max(10).default(1),
      })
      .optional(),
  })
  .refine(({ simple, consistentHash }) => simple === undefined || consistentHash === undefined, {
    path: ['consistentHash'],
    message: 'must not stand beside simple: a service has one or the other',
  });
export type LoadBalancerRule = z.infer<typeof LoadBalancerRule>;

/** How requests to one service are sent, whichever routes lead to it. */
export const DestinationRule = z.strictObject({
  trafficPolicy: z.strictObject({ loadBalancer: LoadBalancerRule.prefault({}) }).prefault({}),
});
export type DestinationRule = z.infer<typeof DestinationRule>;
