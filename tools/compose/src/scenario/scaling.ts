import type { Step } from './scene.ts';

import { routable } from './scene.ts';

/** As docker/compose.yaml has them. */
const USUAL_WORKERS = 3;
const MORE_WORKERS = 5;
const ORDERS = 15;

export const scaleWorkers: Step = {
  title: 'Run five workers, and have them fulfil fifteen orders',
  services: ['worker', 'redis'],
  async run(scene) {
    const { stack, ledger } = scene;
    await stack.scale('worker', MORE_WORKERS);
    try {
      await routable(scene, 'worker', MORE_WORKERS);
      const customer = await stack.login();
      const placing = Array.from({ length: ORDERS }, () => customer.placeOrder('bell', 1));
      for (const placed of await Promise.all(placing)) {
        ledger.acknowledge(placed);
      }
      const fulfilled = await ledger.settle(customer);
      const workers = new Set(fulfilled.map(({ fulfilledBy }) => fulfilledBy));
      return `${fulfilled.length} orders fulfilled by ${workers.size} workers`;
    } finally {
      await stack.scale('worker', USUAL_WORKERS);
      await routable(scene, 'worker', USUAL_WORKERS);
    }
  },
};
