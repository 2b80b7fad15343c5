import * as z from 'zod';

import { EnvironmentName, ServiceName } from '../names.ts';

const MAX_ENTRIES = 100;
const DEFAULT_ENTRIES = 50;
const MAX_ACTOR_LENGTH = 200;

const auditId = z.string().regex(/^[0-9a-f]{24}$/, 'must be the id of an entry');

/** The query of `GET /admin/audit`. */
export const ConfigAuditQuery = z.strictObject({
  service: ServiceName.optional().describe('the service, group or "common" that was to be changed'),
  environment: EnvironmentName.optional().describe('only what was aimed at the layer of this environment'),
  actor: z
    .string()
    .min(1)
    .max(MAX_ACTOR_LENGTH)
    .regex(/^\P{Cc}+$/u, 'must not contain control characters')
    .optional()
    .describe('the name of the caller'),
  limit: z.coerce.number().int().min(1).max(MAX_ENTRIES).default(DEFAULT_ENTRIES),
  before: auditId.optional().describe('only entries older than this one: `next` of the page before'),
});
export type ConfigAuditQuery = z.infer<typeof ConfigAuditQuery>;

/** What someone asked to be changed, newest first. No entry holds a value of the configuration. */
export const ConfigAuditResponse = z.object({
  entries: z.array(
    z.object({
      id: auditId,
      time: z.iso.datetime(),
      actor: z.string().describe('the name of the caller'),
      author: z
        .object({ name: z.string(), email: z.string() })
        .optional()
        .describe('whom the caller named as the author of the commit'),
      action: z.enum(['update', 'push']),
      service: z
        .string()
        .describe(
          'the service, group or "common"; of a push one of those that it changed, or "*": the repository as a whole',
        ),
      environment: z.string().optional().describe('absent: the layer of all environments'),
      file: z.string().optional().describe('the path of a file that was to be replaced'),
      reference: z
        .string()
        .optional()
        .describe('full name of the branch or tag that a push moved; absent: the branch that is served'),
      keys: z
        .array(z.string())
        .describe('set and unset, or, of a file, those whose effective value changed; the first 100'),
      keyCount: z.int().nonnegative(),
      pairs: z
        .array(z.object({ service: z.string(), environment: z.string() }))
        .optional()
        .describe('whose effective configuration a push changed; the first 100'),
      pairCount: z.int().nonnegative().optional(),
      outcome: z
        .enum(['pending', 'committed', 'unchanged', 'dry-run', 'refused', 'failed', 'unknown'])
        .describe(
          'pending: under way; unknown: a server ended before it could record it, and Git has the commit or has not',
        ),
      code: z.string().optional().describe('of the problem that the caller was answered'),
      reason: z.string().optional(),
      versionBefore: z
        .string()
        .optional()
        .describe('the commit that the change was made on; absent: a branch or tag was made'),
      versionAfter: z.string().optional().describe('the commit that it made; absent: a branch or tag was deleted'),
    }),
  ),
  next: auditId.optional().describe('absent on the last page'),
});
export type ConfigAuditResponse = z.infer<typeof ConfigAuditResponse>;
