import type * as z from 'zod';

const MAX_ISSUES = 20;

/** Paths and kinds of what a schema refused, never values: fit for logs and for the other side. */
export function describeIssues({ issues }: z.ZodError): string {
  const named = issues.slice(0, MAX_ISSUES).map((issue) => {
    const expected = issue.code === 'invalid_type' ? `, expected ${issue.expected}` : '';
    return `${issue.path.map(String).join('.') || '(root)'}: ${issue.code}${expected}`;
  });
  const more = issues.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** Throws an Error that names paths where the value does not satisfy the schema. */
export function parseWire<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new Error(describeIssues(parsed.error), { cause: parsed.error });
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
