import * as z from 'zod';

/** An error of a native API: problem details as RFC 9457 has them, with a `code` that stays the same between releases. */
export const Problem = z.looseObject({
  type: z.string().describe('identifies the kind of problem; about:blank where the code says it all'),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  code: z.string().describe('stable, for programs; listed in the README of the app'),
});
export type Problem = z.infer<typeof Problem>;
