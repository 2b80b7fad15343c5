import * as z from 'zod';

import type { RequestStream } from '@signalbox/testkit';

import type { Scene, Step } from './scene.ts';

import { StackError } from '../errors.ts';
import { run } from '../program.ts';
import { configure } from './configuration.ts';
import { noneFailed, steadyGets } from './load.ts';
import { askServer, routable, until } from './scene.ts';

const CANARY = 'orders-canary';
const OBSERVED = 60;
/** Which share of the answers may come from the canary at which weight: half of sixty is off by 18 less than once in 10^5, were each drawn. */
const STEPS = [
  { weight: 0, least: 0, most: 0 },
  { weight: 50, least: 0.2, most: 0.8 },
  { weight: 100, least: 1, most: 1 },
] as const;

export const moveCanary: Step = {
  title: 'Move the weight of a canary of orders from 0 over 50 to 100, under load',
  services: ['gateway', 'config-server', 'orders'],
  async run(scene) {
    const { stack } = scene;
    const variant = ['-e', `SHOP_SERVICE_NAME=${CANARY}`, 'orders'];
    const container = (await stack.project.compose(['run', '--detach', '--no-deps', ...variant])).trim();
    const gets = steadyGets(stack.url, ['/api/orders'], 'x-shop-service');
    const shares: string[] = [];
    try {
      await routable(scene, CANARY, 1);
      for (const step of STEPS) {
        shares.push(`${(await shareAt(scene, step, gets)).toFixed(2)} at ${step.weight}`);
      }
    } finally {
      await routed(scene, undefined).finally(() => gets.stop());
      await run(['docker', 'rm', '--force', container]);
    }
    noneFailed(gets.report());
    return `its share ${shares.join(', ')}; ${gets.report().requests} GETs, 0 failed`;
  },
};

/** The canary's share of the answers once this weight is in force. */
async function shareAt(
  scene: Scene,
  { weight, least, most }: (typeof STEPS)[number],
  gets: RequestStream,
): Promise<number> {
  await routed(scene, [
    { name: 'orders', weight: 100 - weight },
    { name: CANARY, weight },
  ]);
  const phase = `weight ${weight}`;
  gets.phase(phase);
  await gets.observe(OBSERVED);
  const { outcomes } = gets.report(phase);
  const share = outcomes.filter(({ instance }) => instance === CANARY).length / outcomes.length;
  if (share < least || share > most) {
    throw new StackError(`the canary's share at weight ${weight} is ${share}, not from ${least} to ${most}`);
  }
  return share;
}

const Routes = z.object({ version: z.string() });

/** Changes where orders are routed to, undefined to where they were at first, and resolves once the gateway does so. */
async function routed(scene: Scene, backendRefs: readonly object[] | undefined): Promise<void> {
  const version = await configure(scene, { service: 'gateway', keys: { 'routes.orders.backendRefs': backendRefs } });
  await until(
    `the gateway routes as of commit ${version}`,
    async () => {
      const routes = await askServer(scene, Routes, { server: 'gateway', path: '/admin/routes' });
      return routes.version === version ? routes : undefined;
    },
    scene,
  );
}
