import { type Identity, isAllowed } from '@signalbox/service-runtime';

import type { Instance } from './catalog/instance.ts';

/** What a caller may see of a service: all of it, the instances of some environments, or nothing. */
export type Visibility = 'all' | 'none' | ((instance: Instance) => boolean);

/** A service sees every other service of its environments, for it has to find those that it calls; its names narrow what it registers. */
export function visibilityOf(identity: Identity, service: string): Visibility {
  const reader = identity.role === 'service' ? { ...identity, services: ['*'] } : identity;
  if (isAllowed(reader, 'read', { service })) {
    return 'all';
  }
  const seesNothing = !isAllowed({ ...reader, environments: ['*'] }, 'read', { service });
  return seesNothing
    ? 'none'
    : ({ registration: { environment } }) => isAllowed(reader, 'read', { service, environment });
}
