import { type Instance, isRoutable } from '@signalbox/schemas';

/** An instance as a target. */
export interface Endpoint {
  /** Service, instance and where it is reached: one that comes back elsewhere is another endpoint. */
  readonly id: string;
  readonly weight: number;
  readonly origin: string;
}

/** Undefined where no HTTP request may be sent to it. */
export function toEndpoint({ service, id, status, scheme, address, port, weight }: Instance): Endpoint | undefined {
  if (!isRoutable(status) || (scheme !== 'http' && scheme !== 'https')) {
    return undefined;
  }
  const origin = `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
  return { id: `${service}/${id}@${origin}`, weight, origin };
}
