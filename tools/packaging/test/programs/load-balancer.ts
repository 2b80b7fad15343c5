import { equal } from 'node:assert/strict';

import { type Endpoint, LoadBalancer, roundRobin } from '@signalbox/load-balancer';

const balancer = new LoadBalancer({ policy: roundRobin() });
const endpoints: Endpoint[] = [
  { id: 'orders-1', weight: 1 },
  { id: 'orders-2', weight: 1 },
];
equal(balancer.choose(endpoints, new Set(['orders-1']))?.id, 'orders-2');
