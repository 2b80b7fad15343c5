import type { Pair, Tree } from './tree.ts';

import { environmentsOf, servicesOf } from './fleet.ts';

/** One text for a pair, to be found by: no name holds a slash. */
export function pairKey({ service, environment }: Pair): string {
  return `${service}/${environment}`;
}

/** Every service in every environment that the tree knows. */
export function pairsOf(tree: Tree): readonly Pair[] {
  const environments = environmentsOf(tree);
  return servicesOf(tree).flatMap((service) => environments.map((environment) => ({ service, environment })));
}
