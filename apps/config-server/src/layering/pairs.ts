import type { Pair, Tree } from './tree.ts';

import { environmentsOf, servicesOf } from './fleet.ts';

/** Every service in every environment that the tree knows. */
export function pairsOf(tree: Tree): readonly Pair[] {
  const environments = environmentsOf(tree);
  return servicesOf(tree).flatMap((service) => environments.map((environment) => ({ service, environment })));
}
