import { type ConfigMap, type ConfigValue, isConfigList, isConfigMap } from '@signalbox/layering';

import { SECRET_PATTERN } from './secret-reference.ts';
import { type Applicator, APPLICATORS } from './subschemas.ts';

/** A plain object, as Ajv wants it. */
export type PlainSchema = Record<string, unknown>;

const IS_SECRET = { type: 'string', pattern: SECRET_PATTERN };
/** Where, inside what takes its place, the schema of an inner value stands. */
const TOLERANT_BRANCH = 'else';

/**
 * The same schema, satisfied by a reference to a secret wherever a value stands in a map or a list. It is rewritten
 * before it is compiled because afterwards it is too late: a reference may have decided an `anyOf` or a `not` above.
 */
export function toSecretTolerant(schema: ConfigMap): PlainSchema {
  return rewrite(schema, schema);
}

/** @param resource the nearest schema above that has an identifier: what references are relative to */
function rewrite(schema: ConfigMap, resource: ConfigMap): PlainSchema {
  const own = schema['$id'] === undefined ? resource : schema;
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, rewriteKeyword({ keyword, value, resource: own })]),
  );
}

function rewriteKeyword(at: { keyword: string; value: ConfigValue; resource: ConfigMap }): unknown {
  const { keyword, value, resource } = at;
  if ((keyword === '$ref' || keyword === '$dynamicRef') && typeof value === 'string' && value.startsWith('#/')) {
    return rewriteReference(value, resource);
  }
  const applicator = APPLICATORS.get(keyword);
  return applicator === undefined ? toPlain(value) : rewriteHeld(value, applicator, resource);
}

function rewriteHeld(value: ConfigValue, { holds, isAboutInner }: Applicator, resource: ConfigMap): unknown {
  const one = (held: ConfigValue): unknown => {
    if (!isConfigMap(held)) {
      return toPlain(held);
    }
    const rewritten = rewrite(held, resource);
    return isAboutInner ? { if: IS_SECRET, [TOLERANT_BRANCH]: rewritten } : rewritten;
  };
  if (holds === 'list' && isConfigList(value)) {
    return value.map(one);
  }
  if (holds === 'map' && isConfigMap(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, one(held)]));
  }
  return one(value);
}

/** A pointer into the schema leads through what was put in its way. */
function rewriteReference(reference: string, resource: ConfigMap): string {
  const segments = reference.split('/').slice(1);
  const rewritten = ['#'];
  let target: ConfigValue | undefined = resource;
  for (let position = 0; position < segments.length;) {
    const applicator = APPLICATORS.get(segments[position] ?? '');
    const length = applicator === undefined || applicator.holds === 'one' ? 1 : 2;
    const steps = segments.slice(position, position + length);
    target = steps.reduce(stepInto, target);
    rewritten.push(...steps, ...(applicator?.isAboutInner === true && isConfigMap(target) ? [TOLERANT_BRANCH] : []));
    position += length;
  }
  return rewritten.join('/');
}

export function stepInto(value: ConfigValue | undefined, segment: string): ConfigValue | undefined {
  const key = decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~');
  if (isConfigList(value)) {
    return value[Number(key)];
  }
  return isConfigMap(value) ? value[key] : undefined;
}

function toPlain(value: ConfigValue): unknown {
  return JSON.parse(JSON.stringify(value));
}
