import type { LoadBalancerRule } from '@signalbox/schemas';

import {
  type CountedEndpoint,
  leastRequest,
  LoadBalancer,
  type PolicyFactory,
  random,
  ringHash,
  type SlowStartOptions,
  weightedRoundRobin,
} from '@signalbox/load-balancer';

export interface BalancingOptions {
  /** Where the gateway runs; without a zone none is preferred. */
  readonly zone?: string | undefined;
  readonly region?: string | undefined;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

const SIMPLE: Readonly<Record<NonNullable<LoadBalancerRule['simple']>, () => PolicyFactory<CountedEndpoint>>> = {
  ROUND_ROBIN: weightedRoundRobin,
  LEAST_REQUEST: leastRequest,
  RANDOM: random,
};

/** What chooses among a service's endpoints as its rule says; round robin by weight without a rule. */
export function toBalancer(
  rule: LoadBalancerRule | undefined,
  { zone, region, now }: BalancingOptions,
): LoadBalancer<CountedEndpoint> {
  const prefersZone = rule?.localityLbSetting?.enabled === true && zone !== undefined;
  return new LoadBalancer<CountedEndpoint>({
    policy: toPolicy(rule),
    locality: prefersZone ? { zone, region } : undefined,
    slowStart: rule?.warmup && toSlowStart(rule.warmup),
    now,
  });
}

function toPolicy(rule: LoadBalancerRule | undefined): PolicyFactory<CountedEndpoint> {
  return rule?.consistentHash === undefined
    ? SIMPLE[rule?.simple ?? 'ROUND_ROBIN']()
    : ringHash(rule.consistentHash.ringHash);
}

function toSlowStart(warmup: NonNullable<LoadBalancerRule['warmup']>): SlowStartOptions {
  return { windowMs: warmup.duration, minimumShare: warmup.minimumPercent / 100, aggression: warmup.aggression };
}
