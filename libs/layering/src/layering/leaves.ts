import type { KeyPath } from '../documents/key-path.ts';

import { type ConfigMap, type ConfigValue, isConfigMap } from '../documents/config-value.ts';

export interface Leaf {
  readonly keyPath: KeyPath;
  /** A scalar, a list or an empty map. */
  readonly value: ConfigValue;
}

export function* leavesOf(map: ConfigMap, above: KeyPath = []): Generator<Leaf> {
  for (const [key, value] of Object.entries(map)) {
    const keyPath = [...above, key];
    if (isConfigMap(value) && Object.keys(value).length > 0) {
      yield* leavesOf(value, keyPath);
    } else {
      yield { keyPath, value };
    }
  }
}

/** Own keys only: `constructor` is no key of a configuration that does not say so. */
export function valueAt(map: ConfigMap, keyPath: KeyPath): ConfigValue | undefined {
  let value: ConfigValue | undefined = map;
  for (const key of keyPath) {
    value = isConfigMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}
