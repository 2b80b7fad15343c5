import * as z from 'zod';

import type { ServiceWatch } from '@signalbox/client';

import type { ShopService } from './shop-service.ts';

import { WebConfiguration } from './configuration.ts';
import { page } from './page.ts';

const OrdersAnswer = z.object({
  servedBy: z.string(),
  greeting: z.string(),
  maxItems: z.number(),
  orders: z.array(
    z.object({ id: z.string(), sku: z.string(), quantity: z.number(), total: z.number(), currency: z.string() }),
  ),
  products: z.object({ servedBy: z.string() }),
});

const SHOWN = ['web', 'orders', 'products'];

/** The page of the shop: who runs which configuration, and who answered just now. */
export const web: ShopService<WebConfiguration> = {
  name: 'web',
  schema: WebConfiguration,
  addRoutes(http, { config, registry, services, environment, instanceId }) {
    const watches = SHOWN.map((service) => ({ service, watch: registry.watch(service, { environment }) }));

    http.get('/', async (_request, reply) => {
      await reply.type('text/html; charset=utf-8').send(page(config.current.title));
    });

    http.get('/fleet.json', async () => {
      const answer = await ask(() => services.fetch('orders', config.current.calls)('/api/orders'));
      const answered = 'servedBy' in answer ? [instanceId, answer.servedBy, answer.products.servedBy] : [instanceId];
      const { title, banner = '', accent, refreshMs } = config.current;
      return { title, banner, accent, refreshMs, answer, services: watches.map((watched) => row(watched, answered)) };
    });
  },
};

async function ask(call: () => Promise<Response>): Promise<z.infer<typeof OrdersAnswer> | { problem: string }> {
  try {
    const response = await call();
    return response.ok ? OrdersAnswer.parse(await response.json()) : { problem: `orders answered ${response.status}` };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function row({ service, watch }: { service: string; watch: ServiceWatch }, answered: readonly string[]) {
  const instances = watch.instances
    .map(({ id, status, address, port, configurationVersion = '' }) => ({
      id,
      status,
      at: `${address}:${port}`,
      configurationVersion,
      answered: answered.includes(id),
    }))
    .toSorted((a, b) => a.id.localeCompare(b.id));
  return { service, instances };
}
