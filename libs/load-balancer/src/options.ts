import type { Endpoint } from './endpoint.ts';
import type { PolicyFactory } from './policy.ts';
import type { SlowStartOptions } from './slow-start.ts';

import { type LocalityOptions, requireLocality } from './locality.ts';
import { monotonicNow } from './monotonic-clock.ts';
import { weightedRoundRobin } from './policies/round-robin.ts';
import { SlowStart } from './slow-start.ts';
import { requireClock, requireNumber, requireOptions, requireType } from './validation.ts';

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
   * Milliseconds on a clock that never goes backwards: that of `warmingSince` and of each EndpointLoad. While it answers no number, nothing
   * warms up or fades. @default the process's monotonic clock
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
  locality: undefined,
  slowStart: undefined,
  panicThreshold: 0.5,
  random: () => Math.random(),
  now: monotonicNow,
};
const DEFAULT_OVERPROVISIONING = 1.4;

/** An option that is undefined has its default. Throws a RangeError or TypeError that names the option, what it must be, and the value. */
export function toSettings<E extends Endpoint>(options: LoadBalancerOptions<E>): LoadBalancerSettings<E> {
  requireType('LoadBalancer options', options, 'object');
  requireOptions('LoadBalancer', options, Object.keys(DEFAULTS));
  const {
    policy = DEFAULTS.policy,
    locality = DEFAULTS.locality,
    slowStart = DEFAULTS.slowStart,
    panicThreshold = DEFAULTS.panicThreshold,
    random = DEFAULTS.random,
    now = DEFAULTS.now,
  } = options;
  requireType('LoadBalancer policy', policy, 'function');
  requireType('LoadBalancer random', random, 'function');
  requireClock('LoadBalancer now', now);
  requireNumber('LoadBalancer panicThreshold', panicThreshold, { from: 0, to: 1 });
  if (locality !== undefined) {
    requireLocality(locality);
  }
  return {
    policy,
    locality,
    overprovisioning: locality?.overprovisioning ?? DEFAULT_OVERPROVISIONING,
    slowStart: slowStart === undefined ? undefined : new SlowStart(slowStart),
    panicThreshold,
    random,
    now,
  };
}
