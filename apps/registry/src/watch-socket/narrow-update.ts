import type { Instance } from '../catalog/instance.ts';
import type { ServiceUpdate } from '../watch/service-update.ts';

/**
 * An update for one who may not see all of a service. An instance that changed and is not visible is told as removed:
 * it may have been visible before, and an id that a watcher never heard of does no harm.
 */
export function narrowUpdate(update: ServiceUpdate, isVisible: (instance: Instance) => boolean): ServiceUpdate {
  if (update.type === 'snapshot') {
    return { ...update, instances: update.instances.filter(isVisible) };
  }
  const hidden = update.upserted.filter((instance) => !isVisible(instance)).map(({ registration }) => registration.id);
  return { ...update, upserted: update.upserted.filter(isVisible), removed: [...update.removed, ...hidden] };
}
