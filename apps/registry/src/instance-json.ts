import type { Instance as WireInstance } from '@signalbox/schemas';

import type { Instance } from './catalog/instance.ts';

import { leaseOf } from './leases/leases.ts';

/** Instances are immutable and shown often: each is encoded once. */
const encoded = new WeakMap<Instance, string>();

/** An instance as JSON of the wire's form. */
function encodeInstance(instance: Instance): string {
  const known = encoded.get(instance);
  if (known !== undefined) {
    return known;
  }
  const json = JSON.stringify(toWire(instance));
  encoded.set(instance, json);
  return json;
}

export function encodeInstances(instances: readonly Instance[]): string {
  return `[${instances.map(encodeInstance).join(',')}]`;
}

export function toWire(instance: Instance): WireInstance {
  const { registration, registeredAt, configurationVersion, status, override, checks } = instance;
  const { service, id, environment, scheme, address, port, tags, meta, weight, ttlMs } = registration;
  const { region, zone, version } = registration;
  return {
    service,
    id,
    environment,
    scheme,
    address,
    port,
    tags: [...tags],
    meta,
    weight,
    ...(region !== undefined && { region }),
    ...(zone !== undefined && { zone }),
    ...(version !== undefined && { version }),
    ...(configurationVersion !== undefined && { configurationVersion }),
    status,
    ...(override !== undefined && { override }),
    checks: [...checks],
    registeredAt: new Date(registeredAt).toISOString(),
    lease: ttlMs === null ? null : leaseOf(ttlMs),
  };
}
