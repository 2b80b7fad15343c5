import type { ConfigMap, ConfigValue } from '../documents/config-value.ts';

export interface KeyChange {
  readonly key: string;
  /** Absent: the key is new. */
  readonly before?: ConfigValue;
  /** Absent: the key is gone. */
  readonly after?: ConfigValue;
}

/** Formatted key paths of the leaves that differ, sorted. */
export function changedKeys(previous: ConfigMap, current: ConfigMap): readonly string[] {
  return diff(previous, current).map((change) => change.key);
}

/** The leaves that differ, sorted by key. A leaf is a scalar, a list or an empty map. */
export function diff(previous: ConfigMap, current: ConfigMap): readonly KeyChange[] {
  return Object.keys({ ...previous, ...current }).map((key) => ({ key }));
}
