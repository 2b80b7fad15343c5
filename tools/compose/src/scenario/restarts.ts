import type { Step } from './scene.ts';

import { StackError } from '../errors.ts';
import { noneFailed, steadyGets } from './load.ts';
import { OrderLoad } from './order-load.ts';
import { healthy, until } from './scene.ts';

interface Restart {
  readonly service: string;
  /** GETs of which none may fail. */
  readonly gets: readonly string[];
  /** Statuses by which an order may be refused meanwhile. */
  readonly mayRefuseWith: readonly number[];
}

const EVERYTHING = ['/api/products', '/api/orders'];

const RESTARTS: readonly Restart[] = [
  { service: 'config-server', gets: EVERYTHING, mayRefuseWith: [] },
  { service: 'registry', gets: EVERYTHING, mayRefuseWith: [] },
  { service: 'redis', gets: EVERYTHING, mayRefuseWith: [] },
  // Orders are rows in it, and whoever reads or places one is told that it is away.
  { service: 'postgres', gets: ['/api/products'], mayRefuseWith: [503] },
];

const OBSERVED_GETS = 20;
const OBSERVED_ORDERS = 3;

/** Each of the four that others stand on, one after the other. */
export const restarts: readonly Step[] = RESTARTS.map((restart) => ({
  title: `Restart ${restart.service} under load`,
  services: [restart.service, 'gateway', 'orders', 'worker'],
  async run(scene) {
    const { stack, clock, ledger } = scene;
    const gets = steadyGets(stack.url, restart.gets, 'x-shop-instance');
    const orders = OrderLoad.start(await stack.login(), { clock, ledger, mayRefuseWith: restart.mayRefuseWith });
    const acknowledgeMore = async () => {
      const goal = orders.acknowledged + OBSERVED_ORDERS;
      const isReached = () => (orders.acknowledged >= goal ? goal : undefined);
      await until(`${OBSERVED_ORDERS} more orders are acknowledged`, isReached, { clock });
    };
    try {
      await Promise.all([gets.observe(OBSERVED_GETS), acknowledgeMore()]);
      gets.phase('restarting');
      await stack.restart(restart.service);
      await healthy(scene, restart.service);
      gets.phase('after');
      await Promise.all([gets.observe(OBSERVED_GETS), acknowledgeMore()]);
    } finally {
      await Promise.all([gets.stop(), orders.stop()]);
    }
    noneFailed(gets.report());
    if (orders.broken.length > 0) {
      throw new StackError(`orders were not answered as promised\n${orders.broken.join('\n')}`);
    }
    await ledger.settle(await stack.login());
    const { requests } = gets.report();
    return `${requests} GETs, 0 failed; orders: ${orders.acknowledged} acknowledged and fulfilled, ${orders.refused} refused`;
  },
}));
