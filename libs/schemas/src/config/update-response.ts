import * as z from 'zod';

/** One key of one effective configuration that an update changes. `before` is absent for a new key, `after` for one that goes. */
export const ConfigChange = z.object({
  service: z.string(),
  environment: z.string(),
  key: z.string(),
  before: z.json().optional(),
  after: z.json().optional(),
});
export type ConfigChange = z.infer<typeof ConfigChange>;

/** The answer of `POST /admin/update`. */
export const ConfigUpdateResponse = z.object({
  version: z.string().describe('the commit made; with dryRun, the commit that it would have built on'),
  dryRun: z.boolean(),
  changes: z.array(ConfigChange),
  instances: z
    .array(z.object({ service: z.string(), environment: z.string(), instanceId: z.string() }))
    .describe('connected instances that the change reaches'),
});
export type ConfigUpdateResponse = z.infer<typeof ConfigUpdateResponse>;
