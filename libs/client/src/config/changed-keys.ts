import { isDeepStrictEqual } from 'node:util';

import type { Configuration } from '@signalbox/schemas';

/** Keys whose value was added, removed or replaced. Maps are compared key by key, arrays and empty maps as one value. */
export function changedKeys(previous: Configuration, current: Configuration): readonly string[] {
  const before = leavesOf(previous);
  const after = leavesOf(current);
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys]
    .filter((key) => before.has(key) !== after.has(key) || !isDeepStrictEqual(before.get(key), after.get(key)))
    .sort();
}

function leavesOf(configuration: Configuration): ReadonlyMap<string, unknown> {
  const leaves = new Map<string, unknown>();
  collect(configuration, '', leaves);
  return leaves;
}

function collect(map: object, parent: string, leaves: Map<string, unknown>): void {
  for (const [segment, value] of Object.entries(map) as [string, unknown][]) {
    // entries of an object are typed any
    const key = join(parent, segment);
    if (isMap(value)) {
      collect(value, key, leaves);
    } else {
      leaves.set(key, value);
    }
  }
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
}

function join(parent: string, segment: string): string {
  if (segment === '' || segment.includes('.')) {
    return `${parent}[${JSON.stringify(segment)}]`;
  }
  return parent === '' ? segment : `${parent}.${segment}`;
}
