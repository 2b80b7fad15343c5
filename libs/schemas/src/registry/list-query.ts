import * as z from 'zod';

import { Duration } from '../duration.ts';
import { EnvironmentName } from '../names.ts';

const MAX_WAIT_MS = 600_000;
const MAX_FILTER_LENGTH = 512;

const filter = z.string().min(1).max(MAX_FILTER_LENGTH);

/** The query of `GET /api/v1/services/{service}/instances`; `meta.KEY=VALUE` may be added any number of times. */
export const InstanceListQuery = z
  .object({
    healthy: z.stringbool().default(false).describe('only instances that requests may be sent to'),
    environment: EnvironmentName.optional(),
    tag: z
      .union([filter, z.array(filter).max(64)])
      .transform((tags) => (typeof tags === 'string' ? [tags] : tags))
      .optional()
      .describe('all of them'),
    zone: filter.optional(),
    version: filter.optional(),
    revision: z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).optional(),
    wait: Duration.pipe(z.number().max(MAX_WAIT_MS))
      .optional()
      .describe('with revision: blocks until the service changed'),
  })
  .catchall(filter)
  .superRefine((query, context) => {
    for (const name of Object.keys(query)) {
      if (!KNOWN.has(name) && !/^meta\../.test(name)) {
        context.addIssue({ code: 'custom', message: `unknown filter "${name}"`, path: [name] });
      }
    }
  });
export type InstanceListQuery = z.infer<typeof InstanceListQuery>;

const KNOWN = new Set(['healthy', 'environment', 'tag', 'zone', 'version', 'revision', 'wait']);
