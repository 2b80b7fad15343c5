import type { ConfigMap, ConfigValue } from '../documents/config-value.ts';

import { formatKeyPath } from '../documents/key-path.ts';
import { canonicalJson } from '../documents/sorted.ts';
import { leavesOf } from './leaves.ts';

export interface KeyChange {
  /** Formatted key path. */
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
  const before = leavesByKey(previous);
  const after = leavesByKey(current);
  return [...new Set([...before.keys(), ...after.keys()])]
    .toSorted()
    .map((key) => ({ key, before: before.get(key), after: after.get(key) }))
    .filter((change) => !isSame(change.before, change.after))
    .map(toKeyChange);
}

function leavesByKey(map: ConfigMap): ReadonlyMap<string, ConfigValue> {
  return new Map(leavesOf(map).map(({ keyPath, value }) => [formatKeyPath(keyPath), value]));
}

function isSame(before: ConfigValue | undefined, after: ConfigValue | undefined): boolean {
  if (before === undefined || after === undefined) {
    return false;
  }
  return before === after || canonicalJson(before) === canonicalJson(after);
}

interface Leaves {
  readonly key: string;
  readonly before: ConfigValue | undefined;
  readonly after: ConfigValue | undefined;
}

function toKeyChange({ key, before, after }: Leaves): KeyChange {
  return { key, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}
