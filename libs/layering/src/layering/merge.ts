import { type ConfigMap, emptyMap, isConfigMap } from '../documents/config-value.ts';

/** Maps merge key by key; of anything else the higher value stands alone. Neither map is changed. */
export function merge(lower: ConfigMap, higher: ConfigMap): ConfigMap {
  const merged = Object.assign(emptyMap(), lower);
  for (const [key, above] of Object.entries(higher)) {
    const below = merged[key];
    merged[key] = isConfigMap(below) && isConfigMap(above) ? merge(below, above) : above;
  }
  return merged;
}
