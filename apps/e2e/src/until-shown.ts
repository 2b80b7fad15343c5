import type { ServiceWatch } from '@signalbox/client';
import type { Instance } from '@signalbox/schemas';

/** Resolves once the watch shows instances for which `holds` is true. */
export async function untilShown(
  watch: ServiceWatch,
  holds: (instances: readonly Instance[]) => boolean,
): Promise<readonly Instance[]> {
  await watch.ready;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const look = () => {
    if (holds(watch.instances)) {
      resolve(undefined);
    }
  };
  const stop = watch.onChange(look);
  look();
  await promise;
  stop();
  return watch.instances;
}
