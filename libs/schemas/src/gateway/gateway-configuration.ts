import * as z from 'zod';

import { Duration } from '../duration.ts';
import { ServiceName } from '../names.ts';
import { DestinationRule } from './destination-rule.ts';
import { JwtProvider, JwtProviderName } from './jwt-provider.ts';
import { NormalPath } from './normal-path.ts';

/** As many as an HTTPRoute rule may have (Gateway API v1). */
const MAX_MATCHES = 64;
const MAX_BACKENDS = 16;
const MAX_HEADER_MATCHES = 16;
const MAX_WEIGHT = 1_000_000;
const MAX_ATTEMPTS = 5;

/** A host name, or a wildcard of at least one label as its first (`*.example.org`); without a port. */
const hostname = z
  .string()
  .max(253)
  .regex(
    /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
    'must be a lower case host name',
  );

const path = z.strictObject({
  type: z.enum(['PathPrefix', 'Exact']).default('PathPrefix'),
  value: NormalPath,
});

export const RouteMatch = z.strictObject({
  path: path.prefault({ value: '/' }),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']).optional(),
  headers: z
    .array(z.strictObject({ name: z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), value: z.string().max(4_096) }))
    .max(MAX_HEADER_MATCHES)
    .default([]),
});
export type RouteMatch = z.infer<typeof RouteMatch>;

/** One route: requests that match are sent to its backends in proportion to their weights. */
export const Route = z.strictObject({
  hostnames: z.array(hostname).max(16).default([]).describe('any host when empty'),
  matches: z.array(RouteMatch).min(1).max(MAX_MATCHES).prefault([{}]),
  backendRefs: z
    .array(z.strictObject({ name: ServiceName, weight: z.int().min(0).max(MAX_WEIGHT).default(1) }))
    .min(1)
    .max(MAX_BACKENDS),
  timeouts: z
    .strictObject({
      request: Duration.prefault('15s').describe('with all attempts; 0s for none'),
      backendRequest: Duration.prefault('0s').describe('one attempt; 0s for none'),
    })
    .refine(({ request, backendRequest }) => request === 0 || backendRequest <= request, {
      path: ['backendRequest'],
      message: 'must not be longer than timeouts.request', // HTTPRoute
    })
    .prefault({}),
  retry: z
    .strictObject({
      attempts: z.int().min(0).max(MAX_ATTEMPTS).default(1),
      codes: z.array(z.int().min(400).max(599)).max(16).default([]),
    })
    .prefault({}),
  jwt: z
    .strictObject({ provider: JwtProviderName })
    .optional()
    .describe('only requests with a token of this provider are sent on'),
});
export type Route = z.infer<typeof Route>;

/** The effective configuration of the service `gateway`: maps by name, of routes, services and providers, so that layers merge entry by entry. */
export const GatewayConfiguration = z.looseObject({
  routes: z.record(z.string().max(63), Route).default({}),
  destinationRules: z.record(ServiceName, DestinationRule).default({}),
  jwtProviders: z.record(JwtProviderName, JwtProvider).default({}),
});
export type GatewayConfiguration = z.infer<typeof GatewayConfiguration>;
