export const INSTANCE_STATUSES = ['starting', 'up', 'warning', 'down', 'draining', 'out-of-service'] as const;
export type InstanceStatus = (typeof INSTANCE_STATUSES)[number];
export type Override = 'up' | 'down' | 'out-of-service';
export type CheckStatus = 'pending' | 'pass' | 'warn' | 'fail';

interface Standing {
  readonly override?: Override | undefined;
  readonly draining: boolean;
  readonly checks: readonly { readonly status: CheckStatus }[];
}

const WORST_FIRST = ['fail', 'pending', 'warn'] as const;
const MEANING = { fail: 'down', pending: 'starting', warn: 'warning' } as const;

/**
 * The one rule: an operator's override, then draining, then the worst check, then the lease.
 * Whoever's lease lapsed is not in the catalog any more, so that an instance of whom nothing else is known is up.
 */
export function statusOf({ override, draining, checks }: Standing): InstanceStatus {
  if (override !== undefined) {
    return override;
  }
  if (draining) {
    return 'draining';
  }
  const worst = WORST_FIRST.find((status) => checks.some((check) => check.status === status));
  return worst === undefined ? 'up' : MEANING[worst];
}

/** Whether requests may be sent to an instance of this status. */
export function isRoutable(status: InstanceStatus): boolean {
  return status === 'up' || status === 'warning';
}
