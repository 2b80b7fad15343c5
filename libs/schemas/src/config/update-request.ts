import * as z from 'zod';

import { EnvironmentName, ServiceName } from '../names.ts';

const MAX_KEYS = 1_000;
const MAX_KEY_LENGTH = 512;
const MAX_FILE_CHARACTERS = 1_048_576;
const MAX_TEXT_LENGTH = 4_096;

const key = z.string().min(1).max(MAX_KEY_LENGTH);

/** The body of `POST /admin/update`: keys to set and to unset in one layer of a service, or one file to replace. */
export const ConfigUpdateRequest = z
  .strictObject({
    service: ServiceName.describe('a service, a group or "common"'),
    environment: EnvironmentName.optional().describe('the layer of one environment; absent: the layer of all of them'),
    set: z
      .record(key, z.json())
      .refine((keys) => Object.keys(keys).length <= MAX_KEYS, `must not have more than ${MAX_KEYS} keys`)
      .optional(),
    unset: z.array(key).max(MAX_KEYS).optional(),
    file: z
      .strictObject({ path: z.string().min(1).max(MAX_KEY_LENGTH), content: z.string().max(MAX_FILE_CHARACTERS) })
      .optional(),
    author: z.strictObject({ name: z.string().min(1).max(200), email: z.email().max(254) }).optional(),
    message: z.string().min(1).max(MAX_TEXT_LENGTH).optional(),
    expectedVersion: z
      .string()
      .regex(/^[0-9a-f]{40}$/, 'must be a whole commit id')
      .optional()
      .describe('a conflict only if a file that is touched changed since'),
    dryRun: z.boolean().default(false).describe('validate and show what would change, commit nothing'),
  })
  .refine(({ set, unset, file }) => set !== undefined || unset !== undefined || file !== undefined, {
    message: 'must have at least one of set, unset and file',
  })
  .refine(({ set, unset, file }) => file === undefined || (set === undefined && unset === undefined), {
    message: 'file can not be combined with set or unset',
  });
export type ConfigUpdateRequest = z.infer<typeof ConfigUpdateRequest>;
