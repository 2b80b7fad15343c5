import * as z from 'zod';

import type { KeyPath } from '@signalbox/layering/keys';

const BRANCHES = ['allOf', 'anyOf', 'oneOf'] as const;

interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Keys that the schema names, those of maps included, whether a configuration has them or not. What refers to itself is gone into once. */
export function keysOf(schema: z.ZodType): readonly KeyPath[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema; // typed wider than it is read here
  return keysIn(root, root, { above: [], within: new Set() });
}

interface Place {
  readonly above: KeyPath;
  /** Schemas that it stands in. */
  readonly within: ReadonlySet<JsonSchema>;
}

function keysIn(schema: JsonSchema, root: JsonSchema, { above, within: around }: Place): readonly KeyPath[] {
  if (around.has(schema)) {
    return [];
  }
  const within = new Set(around).add(schema);
  const named = Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const keyPath = [...above, key];
    return [keyPath, ...keysIn(inner, root, { above: keyPath, within })];
  });
  const branches = BRANCHES.flatMap((branch) => schema[branch] ?? []);
  return [
    ...named,
    ...[...branches, ...referred(schema, root)].flatMap((inner) => keysIn(inner, root, { above, within })),
  ];
}

/** The root refers to itself as `#`, and to the rest as `#/$defs/NAME`. */
function referred({ $ref }: JsonSchema, { $defs = {} }: JsonSchema): readonly JsonSchema[] {
  const inner = $defs[$ref?.replace('#/$defs/', '') ?? ''];
  return inner === undefined ? [] : [inner];
}
