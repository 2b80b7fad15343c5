import { type Identity, isAllowed } from '@signalbox/service-runtime';

import type { Instance } from './catalog/instance.ts';

/** What a caller may see of a service: all of it, the instances of some environments, or nothing. */
export type Sight = 'all' | 'none' | ((instance: Instance) => boolean);

/** A service sees every other service of its environments, for it has to find those that it calls; its names narrow what it registers. */
export function sightOf(identity: Identity, service: string): Sight {
  const reader = identity.role === 'service' ? { ...identity, services: ['*'] } : identity;
  if (isAllowed(reader, 'read', { service })) {
    return 'all';
  }
  const isBlind = !isAllowed({ ...reader, environments: ['*'] }, 'read', { service });
  return isBlind ? 'none' : ({ registration: { environment } }) => isAllowed(reader, 'read', { service, environment });
}
