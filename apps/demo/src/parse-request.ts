import type * as z from 'zod';

import { InvalidRequestError } from './errors.ts';

/** What a caller sent, as the schema has it. Throws an InvalidRequestError that names what is wrong, and repeats no value. */
export function parseRequest<T>(schema: z.ZodType<T>, sent: unknown): T {
  const parsed = schema.safeParse(sent);
  if (!parsed.success) {
    throw new InvalidRequestError(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`).join('; '),
    );
  }
  return parsed.data;
}
