import type { Instance } from './instance.ts';

import { isRoutable } from './status.ts';

/** What a listing asks for; an absent field asks for nothing. */
export interface InstanceFilter {
  readonly healthy: boolean;
  readonly environment?: string | undefined;
  /** All of them. */
  readonly tags: readonly string[];
  /** All of them, by exact value. */
  readonly meta: ReadonlyMap<string, string>;
  readonly zone?: string | undefined;
  readonly version?: string | undefined;
}

export function matchesFilter({ registration, status }: Instance, filter: InstanceFilter): boolean {
  return (
    (!filter.healthy || isRoutable(status)) &&
    isWanted(filter.environment, registration.environment) &&
    isWanted(filter.zone, registration.zone) &&
    isWanted(filter.version, registration.version) &&
    filter.tags.every((tag) => registration.tags.includes(tag)) &&
    [...filter.meta].every(([key, value]) => registration.meta[key] === value)
  );
}

function isWanted(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || wanted === actual;
}
