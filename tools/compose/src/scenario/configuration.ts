import * as z from 'zod';

import type { Scene, Step } from './scene.ts';

import { StackError } from '../errors.ts';
import { askServer, routableInstances, until } from './scene.ts';

/** What is changed in one layer of a service; a value of undefined unsets the key. */
export interface Change {
  readonly service: string;
  readonly keys: Readonly<Record<string, unknown>>;
}

const ENVIRONMENT = 'production';
/** Of docker/seed/shop/orders/production.yaml, which says nothing of it: the layer below does. */
const GREETING = 'greeting';

const Updated = z.object({ version: z.string() });

/** Changes configuration as an administrator, and resolves with the commit that it made. */
export async function configure(scene: Scene, change: Change): Promise<string> {
  const { version } = await askServer(scene, Updated, {
    server: 'config-server',
    path: '/admin/update',
    method: 'POST',
    body: updateOf(change),
  });
  return version;
}

function updateOf({ service, keys }: Change) {
  const entries = Object.entries(keys);
  const unset = entries.filter(([, value]) => value === undefined).map(([key]) => key);
  return {
    service,
    environment: ENVIRONMENT,
    message: `Change ${entries.map(([key]) => key).join(', ')}`,
    ...(unset.length < entries.length && {
      set: Object.fromEntries(entries.filter(([, value]) => value !== undefined)),
    }),
    ...(unset.length > 0 && { unset }),
  };
}

export const changeConfiguration: Step = {
  title: 'Change the greeting by the admin API, and see it in every instance of orders',
  services: ['config-server', 'orders'],
  async run(scene) {
    const startedAt = scene.clock.now();
    await configure(scene, { service: 'orders', keys: { [GREETING]: 'Mind the gap' } });
    try {
      await greetedBy(scene, 'Mind the gap');
      return `in all of them ${((scene.clock.now() - startedAt) / 1_000).toFixed(1)} s after it was asked for`;
    } finally {
      await configure(scene, { service: 'orders', keys: { [GREETING]: undefined } });
    }
  },
};

export const refuseConfiguration: Step = {
  title: 'Refuse a change that breaks the schema of orders',
  services: ['config-server'],
  async run({ stack }) {
    const body = updateOf({ service: 'orders', keys: { maxItems: 'many' } });
    const answer = await stack.controlPlane.request('config-server', '/admin/update', { method: 'POST', body });
    if (answer.status !== 422 || !answer.body.includes('/maxItems')) {
      throw new StackError(`expected 422 with the pointer /maxItems, not ${answer.status}: ${answer.body}`);
    }
    return 'answered 422, with the pointer /maxItems';
  },
};

const Greeting = z.object({ servedBy: z.string(), greeting: z.string() });

/** Resolves once every routable instance of orders greets with this. */
export async function greetedBy(scene: Scene, greeting: string): Promise<void> {
  const instances = new Set(await routableInstances(scene, 'orders'));
  await until(
    `every instance of orders greets with "${greeting}"`,
    async () => {
      const response = await fetch(`${scene.stack.url}/api/orders`);
      const answer = Greeting.parse(await response.json());
      if (answer.greeting === greeting) {
        instances.delete(answer.servedBy);
      }
      return instances.size === 0 ? answer : undefined;
    },
    scene,
  );
}
