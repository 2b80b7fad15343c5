import * as z from 'zod';

/** The states of an instance. `up` and `warning` are routable. */
export const InstanceStatus = z.enum(['starting', 'up', 'warning', 'down', 'draining', 'out-of-service']);
export type InstanceStatus = z.infer<typeof InstanceStatus>;

const ROUTABLE: ReadonlySet<InstanceStatus> = new Set(['up', 'warning']);

/** Whether requests may be sent to an instance of this status. */
export function isRoutable(status: InstanceStatus): boolean {
  return ROUTABLE.has(status);
}
