import type { LoadBalancer } from './load-balancer.ts';

/** Chooses each endpoint in turn, whatever its weight. Allocates nothing. */
export function roundRobin(): LoadBalancer {
  let turn = 0;
  return {
    choose(endpoints, excluded) {
      const { length } = endpoints;
      for (let tried = 0; tried < length; tried++) {
        turn = turn + 1 < length ? turn + 1 : 0;
        const endpoint = endpoints[turn];
        if (endpoint !== undefined && excluded?.has(endpoint.id) !== true) {
          return endpoint;
        }
      }
      return undefined;
    },
  };
}
