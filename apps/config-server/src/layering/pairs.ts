import type { Pair, Tree } from './tree.ts';

import { environmentsOf, servicesOf } from './fleet.ts';

/** Names that can stand in a URL and in a Git reference; a folder of another name is not a service that anyone could ask for. */
const SERVABLE = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** Every service in every environment that the tree knows. */
export function pairsOf(tree: Tree): readonly Pair[] {
  const environments = environmentsOf(tree).filter(isServable);
  return servicesOf(tree)
    .filter(isServable)
    .flatMap((service) => environments.map((environment) => ({ service, environment })));
}

function isServable(name: string): boolean {
  return SERVABLE.test(name) && !name.includes('..');
}
