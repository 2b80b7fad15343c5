import { type ConfigMap, type ConfigValue, emptyMap, isConfigList, isConfigMap } from './config-value.ts';

/** The same value with the keys of every map in order. */
export function sorted<V extends ConfigValue>(value: V): V;
export function sorted(value: ConfigValue): ConfigValue {
  if (isConfigList(value)) {
    return value.map((item) => sorted(item));
  }
  return isConfigMap(value) ? sortedMap(value) : value;
}

/** Equal for equal values, whatever the order of their keys. */
export function canonicalJson(value: ConfigValue): string {
  return JSON.stringify(sorted(value));
}

function sortedMap(map: ConfigMap): ConfigMap {
  const result = emptyMap();
  for (const key of Object.keys(map).sort()) {
    result[key] = sorted(map[key] ?? null);
  }
  return result;
}
