import type { Endpoint } from './endpoint.ts';

import { shown } from './validation.ts';

/** What is chosen among. Other endpoints or other weights are other candidates. */
export interface Candidates<E extends Endpoint> {
  /** At least one. */
  readonly endpoints: readonly E[];
  /** Of each endpoint at this moment: above zero. */
  readonly weights: readonly number[];
  /** Whether all weights are the same. */
  readonly areEqual: boolean;
}

/** Chooses among candidates. A balancer has one policy for all endpoints, or one for each zone level. */
export interface Policy<E extends Endpoint> {
  /** Whether an endpoint's own weight counts; otherwise all have the same, but for slow start. */
  readonly heedsWeights: boolean;
  /** Called before the first choice, and whenever there are other candidates. */
  use(candidates: Candidates<E>): void;
  /** Index of a candidate whose id is not excluded, or `NONE`. */
  choose(excluded: ReadonlySet<string> | undefined, key: string | undefined): number;
}

/** What a policy may know beside its candidates: those of the balancer's options. */
export interface PolicySources {
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export type PolicyFactory<E extends Endpoint> = (sources: PolicySources) => Policy<E>;

/** Throws a TypeError for what a factory made that can't choose, as `policy: random` in the place of `random()` does. */
export function requirePolicy<E extends Endpoint>(made: Policy<E>): Policy<E> {
  const policy: unknown = made;
  const canChoose = typeof policy === 'object' && policy !== null && 'use' in policy && 'choose' in policy;
  if (!canChoose) {
    throw new TypeError(
      `LoadBalancer policy: must make what has use and choose, as random() does, not ${shown(policy)}`,
    );
  }
  return made;
}

/** Index of nothing. */
export const NONE = -1;

export const NO_CANDIDATES: Candidates<never> = { endpoints: [], weights: [], areEqual: true };
