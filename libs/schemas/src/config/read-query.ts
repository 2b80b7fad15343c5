import * as z from 'zod';

import { Duration } from '../duration.ts';
import { InstanceId, Label } from '../names.ts';

/** Proxies commonly give up an answer that takes longer. */
const MAX_WAIT_MS = 60_000;

export const ConfigFormat = z.enum(['json', 'yaml', 'properties', 'dotenv']);
export type ConfigFormat = z.infer<typeof ConfigFormat>;

/** The query of `GET /config/{service}/{environment}`. */
export const ConfigReadQuery = z
  .strictObject({
    label: Label.optional().describe('branch, tag or commit; the default branch when absent'),
    format: ConfigFormat.default('json'),
    explain: z.stringbool().default(false).describe('where every key comes from, instead of the bare configuration'),
    wait: Duration.pipe(z.number().max(MAX_WAIT_MS, 'must be at most 60s'))
      .optional()
      .describe('with If-None-Match: the answer comes when there is another configuration, or 304 after this long'),
    instanceId: InstanceId.optional().describe('with wait: who waits, and runs what If-None-Match names first'),
  })
  .refine(({ wait, label, explain }) => wait === undefined || (label === undefined && !explain), {
    message: 'the default label alone can be waited for, and its configuration alone',
    path: ['wait'],
  })
  .refine(({ wait, instanceId }) => instanceId === undefined || wait !== undefined, {
    message: 'an instance is named by those who wait',
    path: ['instanceId'],
  })
  .refine(({ explain, format }) => !explain || format === 'json', {
    message: 'an explanation is json: format can not be combined with explain',
    path: ['format'],
  });
export type ConfigReadQuery = z.infer<typeof ConfigReadQuery>;
