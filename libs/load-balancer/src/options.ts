import type { Endpoint } from './endpoint.ts';
import type { PolicyFactory } from './policy.ts';
import type { SlowStartOptions } from './slow-start.ts';

import { type LocalityOptions, requireLocality } from './locality.ts';
import { monotonicNow } from './monotonic-clock.ts';
import { weightedRoundRobin } from './policies/round-robin.ts';
import { SlowStart } from './slow-start.ts';
import { requireNumber, requireType } from './validation.ts';

export interface LoadBalancerOptions<E extends Endpoint = Endpoint> {
  /** How one of the endpoints is chosen. @default weightedRoundRobin() */
  readonly policy?: PolicyFactory<E> | undefined;
  /** Prefers endpoints that are near, as long as they can take the calls. @default no preference */
  readonly locality?: LocalityOptions | undefined;
  /** Gives an endpoint that has just begun less than its weight. @default all of it at once */
  readonly slowStart?: SlowStartOptions | undefined;
  /**
   * Where a smaller share than this of the endpoints that can be reached is available, and those can't take all calls by
   * `locality.overprovisioning`, those that are held back are chosen too: from 0, for never, to 1. With the default of 1.4 no threshold
   * above 0.72 says more than 0.72. @default 0.5, as Envoy has it
   */
  readonly panicThreshold?: number | undefined;
  /** A number from 0 up to, not including, 1. @default Math.random */
  readonly random?: (() => number) | undefined;
  /**
   * Milliseconds on a clock that never goes backwards: that of `warmingSince` and of each EndpointLoad.
   * @default the process's monotonic clock
   */
  readonly now?: (() => number) | undefined;
}

export interface LoadBalancerSettings<E extends Endpoint> {
  readonly policy: PolicyFactory<E>;
  readonly locality: LocalityOptions | undefined;
  readonly overprovisioning: number;
  readonly slowStart: SlowStart | undefined;
  readonly panicThreshold: number;
  readonly random: () => number;
  readonly now: () => number;
}

const DEFAULTS = {
  policy: weightedRoundRobin(),
  overprovisioning: 1.4,
  panicThreshold: 0.5,
  random: () => Math.random(),
  now: monotonicNow,
};

/** An option that is undefined has its default. Throws a RangeError or TypeError that names the option, what it must be, and the value. */
export function toSettings<E extends Endpoint>(options: LoadBalancerOptions<E>): LoadBalancerSettings<E> {
  const {
    policy = DEFAULTS.policy,
    locality,
    slowStart,
    panicThreshold = DEFAULTS.panicThreshold,
    random = DEFAULTS.random,
    now = DEFAULTS.now,
  } = options;
  requireType('LoadBalancer policy', policy, 'function');
  requireType('LoadBalancer random', random, 'function');
  requireType('LoadBalancer now', now, 'function');
  requireNumber('LoadBalancer panicThreshold', panicThreshold, { from: 0, to: 1 });
  if (locality !== undefined) {
    requireType('LoadBalancer locality', locality, 'object');
    requireLocality(locality);
  }
  if (slowStart !== undefined) {
    requireType('LoadBalancer slowStart', slowStart, 'object');
  }
  return {
    policy,
    locality,
    overprovisioning: locality?.overprovisioning ?? DEFAULTS.overprovisioning,
    slowStart: slowStart && new SlowStart(slowStart),
    panicThreshold,
    random,
    now,
  };
}
