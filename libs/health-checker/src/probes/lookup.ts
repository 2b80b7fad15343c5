import type { LookupFunction } from 'node:net';

import { requireType } from '../validation.ts';

/** Throws a TypeError for what is no function. */
export function requireLookup(probe: string, lookup: LookupFunction | undefined): void {
  if (lookup !== undefined) {
    requireType(`${probe} lookup`, lookup, 'function');
  }
}
