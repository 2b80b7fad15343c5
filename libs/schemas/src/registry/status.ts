import * as z from 'zod';

/** The states of an instance. `up` and `warning` are routable. */
export const InstanceStatus = z.enum(['starting', 'up', 'warning', 'down', 'draining', 'out-of-service']);
export type InstanceStatus = z.infer<typeof InstanceStatus>;

/** What an operator said of an instance, over everything else that is known of it. */
export const Override = z.enum(['up', 'down', 'out-of-service']);
export type Override = z.infer<typeof Override>;

const ROUTABLE: ReadonlySet<InstanceStatus> = new Set(['up', 'warning']);

/** Whether requests may be sent to an instance of this status. */
export function isRoutable(status: InstanceStatus): boolean {
  return ROUTABLE.has(status);
}

/** What decides of an instance whether requests may be sent to it. */
export interface Standing {
  readonly status: InstanceStatus;
  readonly override?: Override | undefined;
}

/**
 * Those of a service's instances to which requests may be sent: the routable ones. Where there is none, those that are down by their checks:
 * what an instance says of itself may be wrong, or of no matter to a request, and a refusal is certain. Never one that an operator calls down.
 */
export function routableAmong<Known extends Standing>(instances: readonly Known[]): readonly Known[] {
  const routable = instances.filter(({ status }) => isRoutable(status));
  return routable.length > 0 ? routable : instances.filter(isDownByChecks);
}

function isDownByChecks({ status, override }: Standing): boolean {
  return status === 'down' && override === undefined;
}
