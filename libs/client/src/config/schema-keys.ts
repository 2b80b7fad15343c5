import * as z from 'zod';

import type { KeyPath } from '@signalbox/layering/keys';

const BRANCHES = ['allOf', 'anyOf', 'oneOf'] as const;
/** Any key of a map, as `SecretKeys` reads it. */
const ANY = '*';

interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  /** Of keys that are not named; a boolean says nothing of them. */
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  /** Of what is given and never shown (JSON Schema Validation 2020-12 section 9.4). */
  readonly writeOnly?: boolean;
  /** `password` is that of OpenAPI's (Data Types). */
  readonly format?: string;
}

export interface SchemaKeys {
  /** Those of maps included, whether a configuration has them or not. What refers to itself is gone into once. */
  readonly named: readonly KeyPath[];
  /** Those that `.meta({ writeOnly: true })` or `.meta({ format: 'password' })` marks; `*` for any key of a record, and a list for what is in it. */
  readonly secret: readonly KeyPath[];
}

/** What a schema says of keys. */
export function keysOf(schema: z.ZodType): SchemaKeys {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema; // typed wider than it is read here
  const found = keysIn(root, root, { above: [], within: new Set() });
  return {
    named: found.flatMap(({ kind, keyPath }) => (kind === 'named' ? [keyPath] : [])),
    secret: found.flatMap(({ kind, keyPath }) => (kind === 'secret' ? [keyPath] : [])),
  };
}

interface FoundKey {
  readonly kind: 'named' | 'secret';
  readonly keyPath: KeyPath;
}

interface Place {
  readonly above: KeyPath;
  /** Schemas that it stands in. */
  readonly within: ReadonlySet<JsonSchema>;
}

function keysIn(schema: JsonSchema, root: JsonSchema, { above, within: around }: Place): readonly FoundKey[] {
  if (around.has(schema)) {
    return [];
  }
  const within = new Set(around).add(schema);
  const here = (inner: JsonSchema) => keysIn(inner, root, { above, within });
  const below = (key: string, inner: JsonSchema) => keysIn(inner, root, { above: [...above, key], within });
  const secret: FoundKey = { kind: 'secret', keyPath: above };
  const branches = BRANCHES.flatMap((branch) => schema[branch] ?? []);
  return [
    ...(schema.writeOnly === true || schema.format === 'password' ? [secret] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
      { kind: 'named', keyPath: [...above, key] } as const,
      ...below(key, inner),
    ]),
    ...schemasIn(schema.additionalProperties).flatMap((inner) => secretsAmong(below(ANY, inner))),
    ...[...schemasIn(schema.items), ...(schema.prefixItems ?? [])].flatMap((inner) =>
      secretsAmong(here(inner)).map(() => secret),
    ),
    ...[...branches, ...referred(schema, root)].flatMap(here),
  ];
}

function schemasIn(schema: JsonSchema | boolean | undefined): readonly JsonSchema[] {
  return typeof schema === 'object' ? [schema] : [];
}

function secretsAmong(found: readonly FoundKey[]): readonly FoundKey[] {
  return found.filter(({ kind }) => kind === 'secret');
}

/** The root refers to itself as `#`, and to the rest as `#/$defs/NAME`. */
function referred({ $ref }: JsonSchema, { $defs = {} }: JsonSchema): readonly JsonSchema[] {
  const inner = $defs[$ref?.replace('#/$defs/', '') ?? ''];
  return inner === undefined ? [] : [inner];
}
