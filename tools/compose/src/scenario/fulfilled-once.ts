import * as z from 'zod';

import type { Scene, Step } from './scene.ts';

import { StackError } from '../errors.ts';
import { until } from './scene.ts';

const Queues = z.object({ queues: z.record(z.string(), z.object({ jobs: z.number(), buried: z.number() })) });

const ASK_WORKER = `
  const answer = await fetch('http://127.0.0.1:' + process.env.SIGNALBOX_PORT + '/api/worker');
  process.stdout.write(await answer.text());
`;

export const compareOrders: Step = {
  title: 'See that every acknowledged order was fulfilled once, and no job is left',
  services: ['worker', 'orders'],
  async run(scene) {
    const { stack, clock, ledger } = scene;
    const customer = await stack.login();
    await ledger.settle(customer);
    const queues = await until(
      'the queues are empty',
      async () => {
        const counts = await countsOf(scene);
        return counts.every(({ jobs }) => jobs === 0) ? counts : undefined;
      },
      { clock },
    );
    const buried = queues.reduce((sum, counts) => sum + counts.buried, 0);
    if (buried > 0) {
      throw new StackError(`${buried} jobs were put aside since they failed too often`);
    }
    await ledger.compare(customer);
    return `${ledger.size} orders`;
  },
};

async function countsOf({ stack }: Scene) {
  const [worker] = await stack.project.containers('worker');
  if (worker === undefined) {
    throw new StackError('there is no container of worker');
  }
  const answer = await stack.exec(worker, ['node', '--input-type=module', '--eval', ASK_WORKER]);
  return Object.values(Queues.parse(JSON.parse(answer)).queues);
}
