import type { Endpoint, LoadBalancer } from './load-balancer.ts';

/**
 * Chooses in proportion to weight, and spreads an endpoint's turns evenly: weights 5, 1, 1 give a a b a c a a, never a a a a a b c.
 * This is nginx's smooth weighted round robin (ngx_http_upstream_round_robin.c): at each choice every candidate gains its weight, the
 * richest is chosen and pays the sum of them.
 */
export function weightedRoundRobin(): LoadBalancer {
  const credit = new Map<string, number>();
  return {
    choose(endpoints, excluded) {
      forgetTheGone(credit, endpoints);
      return choose(credit, endpoints, excluded);
    },
  };
}

function choose<E extends Endpoint>(
  credit: Map<string, number>,
  endpoints: readonly E[],
  excluded: ReadonlySet<string> | undefined,
): E | undefined {
  const allAreZero = endpoints.every(({ id, weight }) => weight === 0 || excluded?.has(id) === true);
  let richest: E | undefined;
  let most = 0;
  let sum = 0;
  for (const endpoint of endpoints) {
    const weight = allAreZero ? 1 : endpoint.weight;
    if (weight === 0 || excluded?.has(endpoint.id) === true) {
      continue;
    }
    const gained = (credit.get(endpoint.id) ?? 0) + weight;
    credit.set(endpoint.id, gained);
    sum += weight;
    if (richest === undefined || gained > most) {
      richest = endpoint;
      most = gained;
    }
  }
  if (richest !== undefined) {
    credit.set(richest.id, most - sum);
  }
  return richest;
}

/** Credit of endpoints that are gone is dropped once there is as much of it as of endpoints: bounded, and rarely swept. */
function forgetTheGone(credit: Map<string, number>, endpoints: readonly Endpoint[]): void {
  if (credit.size <= 2 * endpoints.length) {
    return;
  }
  const present = new Set(endpoints.map(({ id }) => id));
  for (const id of credit.keys()) {
    if (!present.has(id)) {
      credit.delete(id);
    }
  }
}
