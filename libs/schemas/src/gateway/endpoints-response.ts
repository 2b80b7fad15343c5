import * as z from 'zod';

import { InstanceStatus } from '../registry/status.ts';

/** The answer of `GET /admin/endpoints`: the instances that routes lead to, as the gateway sees them. */
export const GatewayEndpointsResponse = z.object({
  services: z.array(
    z.object({
      name: z.string(),
      instances: z.array(
        z.object({
          id: z.string(),
          origin: z.string(),
          status: InstanceStatus,
          weight: z.int(),
          endpoint: z
            .object({
              inFlight: z.int().describe('requests under way'),
              breaker: z.enum(['closed', 'open', 'half-open', 'isolated']),
              failures: z.int().describe('in a row, as the breaker counts'),
              retryAfterMs: z.number().nullable().describe('null while isolated: not by itself'),
            })
            .nullable()
            .describe('null for an instance that gets no requests'),
        }),
      ),
    }),
  ),
});
export type GatewayEndpointsResponse = z.infer<typeof GatewayEndpointsResponse>;
