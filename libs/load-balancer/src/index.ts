export type { Endpoint, LoadBalancer } from './load-balancer.ts';
export { roundRobin } from './round-robin.ts';
export { weightedRoundRobin } from './weighted-round-robin.ts';
