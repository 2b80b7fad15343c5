import {
  type ConfigMap,
  type ConfigValue,
  type EffectiveConfiguration,
  emptyMap,
  isConfigList,
  isConfigMap,
  type KeyPath,
} from '@signalbox/layering';

import { forItem, forKey, inPlace, type LocatedSchema, typesOf } from './applicable-schemas.ts';
import { holdsSecretReference } from './secret-reference.ts';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * The configuration with text from formats without types turned into what the schemas want: numbers, `true` and
 * `false`, an empty text into null, a text with commas into a list. Text that is none of it stays, for the schemas
 * to refuse; so does text where a schema would have text.
 */
export function coerce(effective: EffectiveConfiguration, schemas: readonly ConfigMap[]): EffectiveConfiguration {
  const located = schemas.map((schema) => ({ schema, root: schema }));
  const values = coerceMap({ effective, keyPath: [] }, effective.values, located);
  return values === effective.values ? effective : effective.withValues(values);
}

interface Place {
  readonly effective: EffectiveConfiguration;
  readonly keyPath: KeyPath;
}

/** The map itself, where nothing changes in it. */
function coerceMap({ effective, keyPath }: Place, map: ConfigMap, located: readonly LocatedSchema[]): ConfigMap {
  const applicable = inPlace(located);
  const changes = emptyMap();
  for (const [key, value] of Object.entries(map)) {
    const coerced = coerceAt({ effective, keyPath: [...keyPath, key] }, value, forKey(applicable, key));
    if (coerced !== value) {
      changes[key] = coerced;
    }
  }
  return Object.keys(changes).length === 0 ? map : Object.assign(emptyMap(), map, changes);
}

function coerceAt(place: Place, value: ConfigValue, located: readonly LocatedSchema[]): ConfigValue {
  if (located.length === 0) {
    return value;
  }
  if (isConfigMap(value)) {
    return coerceMap(place, value, located);
  }
  const mayChange = typeof value === 'string' || isConfigList(value);
  return mayChange && place.effective.isText(place.keyPath) ? coerceText(value, located) : value;
}

/** All text in it comes from one document, which knows only text. */
function coerceText(value: ConfigValue, located: readonly LocatedSchema[]): ConfigValue {
  const applicable = inPlace(located);
  if (isConfigList(value)) {
    return value.map((item, index) => coerceText(item, forItem(applicable, index)));
  }
  if (isConfigMap(value)) {
    const map = emptyMap();
    for (const [key, inner] of Object.entries(value)) {
      map[key] = coerceText(inner, forKey(applicable, key));
    }
    return map;
  }
  return typeof value === 'string' && !holdsSecretReference(value) ? fromText(value, applicable) : value;
}

function fromText(text: string, applicable: readonly LocatedSchema[]): ConfigValue {
  const types = typesOf(applicable);
  if (types.has('string')) {
    return text;
  }
  const number = numberFrom(text, types);
  if (number !== undefined) {
    return number;
  }
  if (types.has('boolean') && (text === 'true' || text === 'false')) {
    return text === 'true';
  }
  if (types.has('null') && text === '') {
    return null;
  }
  return types.has('array') ? listFrom(text, applicable) : text;
}

function numberFrom(text: string, types: ReadonlySet<string>): number | undefined {
  const number = NUMBER.test(text) ? Number(text) : NaN;
  const isWanted = types.has('number') ? Number.isFinite(number) : types.has('integer') && Number.isSafeInteger(number);
  return isWanted ? number : undefined;
}

function listFrom(text: string, applicable: readonly LocatedSchema[]): ConfigValue {
  const items = text.trim() === '' ? [] : text.split(',');
  return items.map((item, index) => coerceText(item.trim(), forItem(applicable, index)));
}
