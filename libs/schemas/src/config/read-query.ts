import * as z from 'zod';

import { Label } from '../names.ts';

export const ConfigFormat = z.enum(['json', 'yaml', 'properties', 'dotenv']);
export type ConfigFormat = z.infer<typeof ConfigFormat>;

/** The query of `GET /config/{service}/{environment}`. */
export const ConfigReadQuery = z
  .strictObject({
    label: Label.optional().describe('branch, tag or commit; the default branch when absent'),
    format: ConfigFormat.default('json'),
    explain: z.stringbool().default(false).describe('where every key comes from, instead of the bare configuration'),
  })
  .refine(({ explain, format }) => !explain || format === 'json', {
    message: 'an explanation is json: format can not be combined with explain',
    path: ['format'],
  });
export type ConfigReadQuery = z.infer<typeof ConfigReadQuery>;
