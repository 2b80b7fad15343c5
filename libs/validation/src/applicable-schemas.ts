import { type ConfigMap, type ConfigValue, isConfigList, isConfigMap } from '@signalbox/layering';

import { stepInto } from './secret-tolerant-schema.ts';

/** A schema inside a document: its references are relative to the root. */
export interface LocatedSchema {
  readonly schema: ConfigMap;
  readonly root: ConfigMap;
}

type Applicable = readonly LocatedSchema[];

const IN_PLACE = ['allOf', 'anyOf', 'oneOf', 'then', 'else', 'dependentSchemas'] as const;

/** The schemas, and all that they apply to the same value, whether or not the value decides for it. */
export function inPlace(located: Applicable): Applicable {
  const reached = new Map<ConfigMap, LocatedSchema>();
  const waiting = [...located];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!reached.has(next.schema)) {
      reached.set(next.schema, next);
      waiting.push(...appliedBy(next));
    }
  }
  return [...reached.values()];
}

/** What the schemas, already taken in place, say of a key of the value. */
export function forKey(located: Applicable, key: string): Applicable {
  return located.flatMap(({ schema, root }) => {
    const named = isConfigMap(schema['properties']) ? schema['properties'][key] : undefined;
    const matching = isConfigMap(schema['patternProperties'])
      ? Object.entries(schema['patternProperties']).filter(([pattern]) => new RegExp(pattern, 'u').test(key))
      : [];
    const known = [named, ...matching.map(([, value]) => value)].filter((value) => value !== undefined);
    return locate(known.length > 0 ? known : [schema['additionalProperties'], schema['unevaluatedProperties']], root);
  });
}

/** What the schemas, already taken in place, say of an item of the value. */
export function forItem(located: Applicable, index: number): Applicable {
  return located.flatMap(({ schema, root }) => {
    const prefixItems = isConfigList(schema['prefixItems']) ? schema['prefixItems'] : [];
    return locate([index < prefixItems.length ? prefixItems[index] : schema['items']], root);
  });
}

/** Names of the types that the schemas, already taken in place, speak of. */
export function typesOf(located: Applicable): ReadonlySet<string> {
  return new Set(located.flatMap(({ schema }) => typesNamed(schema)));
}

function typesNamed({ type, enum: listed, const: only }: ConfigMap): readonly string[] {
  if (type !== undefined) {
    return (isConfigList(type) ? type : [type]).map(String);
  }
  const values = isConfigList(listed) ? listed : [];
  return [...values, ...(only === undefined ? [] : [only])].map((value) => typeof value);
}

function appliedBy({ schema, root }: LocatedSchema): Applicable {
  const held = IN_PLACE.flatMap((keyword): readonly (ConfigValue | undefined)[] => {
    const value = schema[keyword];
    if (isConfigList(value)) {
      return value;
    }
    return keyword === 'dependentSchemas' && isConfigMap(value) ? Object.values(value) : [value];
  });
  return locate([...held, referred(schema['$ref'], root)], root);
}

/** References into the same document; a reference by anchor is not followed. */
function referred(reference: ConfigValue | undefined, root: ConfigMap): ConfigValue | undefined {
  if (typeof reference !== 'string' || !/^#(?:\/|$)/.test(reference)) {
    return undefined;
  }
  return reference.split('/').slice(1).reduce<ConfigValue | undefined>(stepInto, root);
}

function locate(values: readonly (ConfigValue | undefined)[], root: ConfigMap): Applicable {
  return values.filter((value) => isConfigMap(value)).map((schema) => ({ schema, root }));
}
