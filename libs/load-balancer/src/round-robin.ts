import type { LoadBalancer } from './load-balancer.ts';

const NONE = -1;

/** Chooses each endpoint in turn, however much weight above zero it has. Allocates nothing. */
export function roundRobin(): LoadBalancer {
  let turn = 0;
  return {
    choose(endpoints, excluded) {
      const { length } = endpoints;
      let weightless = NONE;
      for (let tried = 0; tried < length; tried++) {
        turn = turn + 1 < length ? turn + 1 : 0;
        const endpoint = endpoints[turn];
        if (endpoint === undefined || excluded?.has(endpoint.id) === true) {
          continue;
        }
        if (endpoint.weight > 0) {
          return endpoint;
        }
        weightless = weightless === NONE ? turn : weightless;
      }
      turn = weightless === NONE ? turn : weightless;
      return endpoints[weightless];
    },
  };
}
