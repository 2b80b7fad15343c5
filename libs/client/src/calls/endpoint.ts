import type { Availability, MeasuredEndpoint } from '@signalbox/load-balancer';

import { type Instance, routableAmong } from '@signalbox/schemas';

/** An instance as a target. Its id is of service, instance and where it is reached: one that comes back elsewhere is another endpoint. */
export interface Endpoint extends MeasuredEndpoint {
  readonly origin: string;
  /** These are written by the Callee alone, which makes another set of its endpoints then. */
  availability: Availability;
  warmingSince: number | undefined;
}

/** What the registry says of it. */
export type Target = Omit<Endpoint, 'load' | 'availability' | 'warmingSince'>;

/** Those of a service's instances to which requests may be sent by HTTP. */
export function toTargets(instances: readonly Instance[]): readonly Target[] {
  return routableAmong(instances.filter(({ scheme }) => scheme === 'http' || scheme === 'https')).map(toTarget);
}

function toTarget({ service, id, scheme, address, port, weight, region, zone }: Instance): Target {
  const origin = `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
  return { id: `${service}/${id}@${origin}`, weight, region, zone, origin };
}
