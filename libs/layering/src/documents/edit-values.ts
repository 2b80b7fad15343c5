import type { DocumentEdits } from './document-edits.ts';

import { type ConfigMap, type ConfigValue, emptyMap, isConfigMap } from './config-value.ts';
import { type KeyPath, parseKeyPath } from './key-path.ts';

/** What an edited document must say, whatever it looks like. */
export function editValues(root: ConfigMap, edits: DocumentEdits): ConfigMap {
  const remaining = edits.unset.reduce((map, key) => without(map, parseKeyPath(key)) ?? emptyMap(), root);
  return [...edits.set].reduce((map, [key, value]) => withValue(map, parseKeyPath(key), value), remaining);
}

export function withValue(map: ConfigMap, [key = '', ...rest]: KeyPath, value: ConfigValue): ConfigMap {
  const inner = map[key];
  const held = rest.length === 0 ? value : withValue(isConfigMap(inner) ? inner : emptyMap(), rest, value);
  return Object.assign(emptyMap(), map, { [key]: held });
}

/** Undefined when this leaves nothing. */
function without(map: ConfigMap, [key = '', ...rest]: KeyPath): ConfigMap | undefined {
  const inner = map[key];
  if (inner === undefined || (rest.length > 0 && !isConfigMap(inner))) {
    return map;
  }
  const remaining = rest.length > 0 && isConfigMap(inner) ? without(inner, rest) : undefined;
  if (remaining !== undefined) {
    return withValue(map, [key], remaining);
  }
  const others = Object.entries(map).filter(([name]) => name !== key);
  return others.length === 0 ? undefined : Object.assign(emptyMap(), Object.fromEntries(others));
}
