import type { Availability, MeasuredEndpoint } from '@signalbox/load-balancer';

import { type Instance, isRoutable } from '@signalbox/schemas';

/** An instance as a target. Its id is of service, instance and where it is reached: one that comes back elsewhere is another endpoint. */
export interface Endpoint extends MeasuredEndpoint {
  readonly origin: string;
  /** These are written by the Callee alone, which makes another set of its endpoints then. */
  availability: Availability;
  warmingSince: number | undefined;
}

/** What the registry says of it. */
export type Target = Omit<Endpoint, 'load' | 'availability' | 'warmingSince'>;

/** What is known of an instance that requests may be sent to by HTTP; undefined for any other. */
export function toTarget(instance: Instance): Target | undefined {
  const { service, id, status, scheme, address, port, weight, region, zone } = instance;
  if (!isRoutable(status) || (scheme !== 'http' && scheme !== 'https')) {
    return undefined;
  }
  const origin = `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
  return { id: `${service}/${id}@${origin}`, weight, region, zone, origin };
}
