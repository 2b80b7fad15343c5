import { imageNames } from '@signalbox/testkit';

import type { Engine } from './engine.ts';

/** Whether container suites can run here, and whether Ryuk, by which Testcontainers cleans up, can run beside them. */
export type Readiness = { state: 'ready'; hasRyuk: boolean } | { state: 'unready'; reason: string };

export async function readinessOf(engine: Pick<Engine, 'trouble' | 'provides'>): Promise<Readiness> {
  const trouble = await engine.trouble();
  if (trouble !== undefined) {
    return { state: 'unready', reason: trouble };
  }
  const { ryuk, ...services } = imageNames;
  for (const image of Object.values(services)) {
    if (!(await engine.provides(image))) {
      return { state: 'unready', reason: `${image} is not on this machine and can't be pulled` };
    }
  }
  return { state: 'ready', hasRyuk: await engine.provides(ryuk) };
}
