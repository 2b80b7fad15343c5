import type * as z from 'zod';

import { isFreeOf, valuesOf } from './refused-values.ts';

const MAX_ISSUES = 20;
const MAX_MESSAGE_CHARACTERS = 300;

/**
 * Paths of what a schema refused, and what it says of each: fit for logs and for the other side. A message in which a
 * value of what was refused stands, as a schema's own may, gives way to its code.
 */
export function describeIssues({ issues }: z.ZodError, refused: unknown): string {
  const values = valuesOf(refused);
  const named = issues.slice(0, MAX_ISSUES).map(({ path, code, message }) => {
    const reason = isFreeOf(values, message) ? message.slice(0, MAX_MESSAGE_CHARACTERS) : code;
    return `${path.map(String).join('.') || '(root)'}: ${reason}`;
  });
  const more = issues.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** Throws an Error that names paths where the value does not satisfy the schema. */
export function parseWire<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new Error(describeIssues(parsed.error, value), { cause: parsed.error });
  }
  return parsed.data;
}

/** A message of a type in `known`; undefined for one of a type that a later server may have. Throws as parseWire does. */
export function parseMessage<T>(schema: z.ZodType<T>, known: ReadonlySet<string>, message: unknown): T | undefined {
  if (typeof message === 'object' && message !== null && 'type' in message) {
    const { type } = message;
    if (typeof type === 'string' && !known.has(type)) {
      return undefined;
    }
  }
  return parseWire(schema, message);
}
