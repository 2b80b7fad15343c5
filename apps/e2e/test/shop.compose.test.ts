import { afterAll, beforeAll, describe, it } from 'vitest';

import { systemClock } from '@signalbox/clock';
import { openScene, perform, SCENARIO, scenarioProject, type Scene, ShopStack, takeDown } from '@signalbox/compose';
import { freePort } from '@signalbox/testkit';

/** Images are built first: minutes, where nothing of them is in the engine's cache. */
const START_LIMIT_MS = 1_200_000;
const STOP_LIMIT_MS = 120_000;

const name = scenarioProject();
let scene: Scene;

beforeAll(async () => {
  const stack = await ShopStack.start({ name, port: await freePort(), clock: systemClock });
  scene = openScene(stack, systemClock);
}, START_LIMIT_MS);

afterAll(() => takeDown({ name }), STOP_LIMIT_MS);

describe('the shop in containers', () => {
  for (const step of SCENARIO) {
    it(step.title, async ({ annotate }) => {
      await annotate(await perform(step, scene));
    });
  }
});
