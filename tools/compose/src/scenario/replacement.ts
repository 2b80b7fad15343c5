import type { ShopStack } from '../shop-stack.ts';
import type { Step } from './scene.ts';

import { StackError } from '../errors.ts';
import { run } from '../program.ts';
import { noneFailed, steadyGets } from './load.ts';
import { until } from './scene.ts';

/** Of both, as docker/compose.yaml has them. */
const USUAL_INSTANCES = 2;
const OBSERVED = 30;
/** By default an instance is called as its host, which is called as the first letters of the container's id. */
const HOST_NAME_LENGTH = 12;

/** The gateway asks products for the ones, and orders do for the others. */
const GETS = ['/api/products', '/api/orders'];

/** An instance of each is killed, beside the only other one, and another started. */
export const replacements: readonly Step[] = ['products', 'orders'].map((service) => ({
  title: `Kill one of two instances of ${service} and start another, under load`,
  services: ['gateway', 'registry', service],
  async run({ stack, clock }) {
    const [killed] = await stack.project.containers(service);
    if (killed === undefined) {
      throw new StackError(`there is no container of ${service}`);
    }
    const before = await instanceIds(stack, service);
    const gets = steadyGets(stack.url, GETS, 'x-shop-instance');
    try {
      await gets.observe(OBSERVED);
      gets.phase('killed');
      await run(['docker', 'rm', '--force', killed.id]);
      await gets.observe(OBSERVED);
      gets.phase('another');
      await stack.scale(service, USUAL_INSTANCES);
      const added = (await instanceIds(stack, service)).filter((id) => !before.includes(id));
      const answeredByAdded = () =>
        gets.report('another').outcomes.find(({ instance = '' }) => added.includes(instance));
      await until(`a new instance of ${service} answers`, answeredByAdded, { clock });
    } finally {
      await gets.stop();
    }
    noneFailed(gets.report());
    return `${gets.report().requests} GETs, 0 failed`;
  },
}));

async function instanceIds({ project }: ShopStack, service: string): Promise<readonly string[]> {
  return (await project.containers(service)).map(({ id }) => id.slice(0, HOST_NAME_LENGTH));
}
