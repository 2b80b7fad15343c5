export { LoadBalancer } from './load-balancer.ts';
export type { LoadBalancerOptions } from './options.ts';

export { EndpointLoad, type EndpointLoadOptions } from './endpoint-load.ts';
export type { Availability, CountedEndpoint, Endpoint, MeasuredEndpoint } from './endpoint.ts';

export type { LocalityOptions } from './locality.ts';
export { leastRequest, peakEwma } from './policies/least-loaded.ts';
export { random } from './policies/random.ts';
export { ringHash, type RingHashOptions } from './policies/ring-hash.ts';
export { roundRobin, weightedRoundRobin } from './policies/round-robin.ts';
export type { Candidates, Policy, PolicyFactory, PolicySources } from './policy.ts';
export type { SlowStartOptions } from './slow-start.ts';
