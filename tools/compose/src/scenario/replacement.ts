import type { Step } from './scene.ts';

import { StackError } from '../errors.ts';
import { run } from '../program.ts';
import { noneFailed, steadyGets } from './load.ts';
import { routableInstances, until } from './scene.ts';

/** As docker/compose.yaml has them. */
const USUAL_PRODUCTS = 2;
const OBSERVED = 30;

export const replaceInstance: Step = {
  title: 'Kill one of two instances of products and start another, under load',
  services: ['gateway', 'registry', 'products'],
  async run(scene) {
    const { stack, clock } = scene;
    const [killed] = await stack.project.containers('products');
    if (killed === undefined) {
      throw new StackError('there is no container of products');
    }
    const before = new Set(await routableInstances(scene, 'products'));
    // The gateway asks products for the ones, and orders do for the others.
    const gets = steadyGets(stack.url, ['/api/products', '/api/orders'], 'x-shop-instance');
    try {
      await gets.observe(OBSERVED);
      gets.phase('killed');
      await run(['docker', 'rm', '--force', killed.id]);
      await gets.observe(OBSERVED);
      gets.phase('another');
      await stack.scale('products', USUAL_PRODUCTS);
      await until(
        'a new instance of products answers',
        async () => {
          const added = (await routableInstances(scene, 'products')).filter((id) => !before.has(id));
          return gets.report('another').outcomes.find(({ instance = '' }) => added.includes(instance));
        },
        { clock },
      );
    } finally {
      await gets.stop();
    }
    noneFailed(gets.report());
    return `${gets.report().requests} GETs, 0 failed`;
  },
};
