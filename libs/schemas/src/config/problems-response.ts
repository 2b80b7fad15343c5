import * as z from 'zod';

/** What is quarantined, and why: the answer of `GET /admin/problems`. */
export const ConfigProblemsResponse = z.object({
  problems: z.array(
    z.object({
      commit: z.string(),
      since: z.iso.datetime({ offset: true }),
      reason: z.string(),
      file: z.string().optional(),
      line: z.int().positive().optional(),
      pairs: z.array(
        z.object({
          service: z.string(),
          environment: z.string(),
          pointer: z.string().optional().describe('JSON Pointer (RFC 6901) into the effective configuration'),
          reason: z.string(),
        }),
      ),
    }),
  ),
});
export type ConfigProblemsResponse = z.infer<typeof ConfigProblemsResponse>;
