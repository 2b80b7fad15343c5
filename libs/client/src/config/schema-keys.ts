import * as z from 'zod';

import type { KeyPath } from '@signalbox/layering/keys';

/** Deeper than any configuration; a schema may refer to itself. */
const MAX_DEPTH = 16;
const BRANCHES = ['allOf', 'anyOf', 'oneOf'] as const;

interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Keys that the schema names, those of maps included, whether a configuration has them or not. */
export function keysOf(schema: z.ZodType): readonly KeyPath[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema; // typed wider than it is read here
  return keysIn(root, root, []);
}

function keysIn(schema: JsonSchema, root: JsonSchema, above: KeyPath): readonly KeyPath[] {
  if (above.length === MAX_DEPTH) {
    return [];
  }
  const named = Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const keyPath = [...above, key];
    return [keyPath, ...keysIn(inner, root, keyPath)];
  });
  const branches = BRANCHES.flatMap((branch) => schema[branch] ?? []);
  return [...named, ...[...branches, ...referred(schema, root)].flatMap((inner) => keysIn(inner, root, above))];
}

/** The root refers to itself as `#`, and to the rest as `#/$defs/NAME`. */
function referred({ $ref }: JsonSchema, { $defs = {} }: JsonSchema): readonly JsonSchema[] {
  const inner = $defs[$ref?.replace('#/$defs/', '') ?? ''];
  return inner === undefined ? [] : [inner];
}
