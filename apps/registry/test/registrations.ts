import type { Instance } from '../src/catalog/instance.ts';
import type { CheckDefinition, Registration } from '../src/catalog/registration.ts';

import { register, toInstance } from '../src/catalog/instance.ts';

/** A registration of `orders-1`, but for what a test says otherwise. */
export function aRegistration(over: Partial<Registration> = {}): Registration {
  return {
    service: 'orders',
    id: 'orders-1',
    environment: 'default',
    scheme: 'http',
    address: '127.0.0.1',
    port: 8080,
    tags: [],
    meta: {},
    weight: 1,
    ttlMs: 30_000,
    checks: [],
    ...over,
  };
}

export function anInstance(over: Partial<Registration> = {}): Instance {
  return toInstance(register(undefined, aRegistration(over), 0), undefined);
}

export function aTcpCheck(over: Partial<CheckDefinition> = {}): CheckDefinition {
  const check = { intervalMs: 10_000, timeoutMs: 2_000, successThreshold: 1, failureThreshold: 3, name: 'tcp' };
  return { ...check, ...over, type: 'tcp' };
}
