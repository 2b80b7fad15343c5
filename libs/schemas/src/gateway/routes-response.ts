import * as z from 'zod';

/** The answer of `GET /admin/routes`: the table by which requests go at this moment. */
export const GatewayRoutesResponse = z.object({
  version: z.string().nullable().describe('the commit that the routes are from; null while there are none'),
  routes: z.array(
    z.object({
      name: z.string(),
      hostnames: z.array(z.string()),
      matches: z.array(
        z.object({
          path: z.object({ type: z.enum(['PathPrefix', 'Exact']), value: z.string() }),
          method: z.string().optional(),
          headers: z.array(z.object({ name: z.string(), value: z.string() })),
        }),
      ),
      backends: z.array(z.object({ service: z.string(), weight: z.int() })),
      timeoutMs: z.number().describe('0 for none'),
      backendTimeoutMs: z.number().describe('of one attempt; 0 for none'),
      retry: z.object({ attempts: z.int(), codes: z.array(z.int()) }),
      jwt: z.object({ provider: z.string() }).optional().describe('whose tokens it asks for'),
    }),
  ),
  jwtProviders: z.array(
    z.object({
      name: z.string(),
      issuer: z.string(),
      audiences: z.array(z.string()),
      keys: z.int().nullable().describe('how many there are to check tokens with; null while they could not be had'),
      problem: z.string().nullable().describe('why they could not be fetched the last time; null when they could'),
    }),
  ),
});
export type GatewayRoutesResponse = z.infer<typeof GatewayRoutesResponse>;
