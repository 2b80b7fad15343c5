import * as z from 'zod';

/** Where one value was written: the file, its line where the format knows it, and the commit that last changed the file. */
export const ConfigOrigin = z.object({
  value: z.json(),
  file: z.string(),
  line: z.int().positive().optional(),
  commit: z.string(),
  author: z.string(),
  date: z.iso.datetime({ offset: true }),
});
export type ConfigOrigin = z.infer<typeof ConfigOrigin>;

/** The answer of `GET /config/{service}/{environment}?explain=true`. */
export const ConfigExplanation = z.object({
  service: z.string(),
  environment: z.string(),
  label: z.string(),
  version: z.string(),
  etag: z.string(),
  keys: z.record(
    z.string(),
    ConfigOrigin.extend({
      overrides: z.array(ConfigOrigin).describe('what this value won over, highest precedence first'),
    }),
  ),
});
export type ConfigExplanation = z.infer<typeof ConfigExplanation>;
