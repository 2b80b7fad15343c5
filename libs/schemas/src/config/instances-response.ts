import * as z from 'zod';

/** The connected instances, and what each said of the configuration it was sent: the answer of `GET /admin/instances`. */
export const ConfigInstancesResponse = z.object({
  instances: z.array(
    z.object({
      service: z.string(),
      environment: z.string(),
      instanceId: z.string(),
      served: z.string().optional().describe('etag that the instance should run; absent when there is none to serve'),
      applied: z.string().optional().describe('etag that it last said it runs'),
      rejected: z.object({ etag: z.string(), reason: z.string() }).optional(),
    }),
  ),
});
export type ConfigInstancesResponse = z.infer<typeof ConfigInstancesResponse>;
