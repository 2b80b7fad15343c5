import type { FastifyInstance } from 'fastify';

import type { ShopService, Surroundings } from './shop-service.ts';

import { OrdersConfiguration } from './configuration.ts';
import { Catalogue } from './orders/catalogue.ts';
import { Dispatcher } from './orders/dispatcher.ts';
import { addOrderRoutes } from './orders/order-routes.ts';
import { required } from './settings.ts';
import { Uploads } from './uploads.ts';

const BASKET = [
  { id: 'A-1001', sku: 'lamp', quantity: 2 },
  { id: 'A-1002', sku: 'lever', quantity: 1 },
  { id: 'A-1003', sku: 'bell', quantity: 5 },
];

type Here = Surroundings<OrdersConfiguration>;

/** Orders, with the prices that the products service names at this moment. They can be placed where there is a database for them. */
export const orders: ShopService<OrdersConfiguration> = {
  name: 'orders',
  schema: OrdersConfiguration,
  async addRoutes(http, here) {
    const { config, instanceId } = here;
    http.get('/api/orders', async () => {
      const { greeting, maxItems } = config.current;
      const catalogue = await fetchCatalogue(here);
      const prices = new Map(catalogue.products.map(({ sku, price }) => [sku, price]));
      return {
        servedBy: instanceId,
        configurationVersion: config.version,
        greeting,
        maxItems,
        orders: BASKET.filter(({ quantity }) => quantity <= maxItems).map((order) => ({
          ...order,
          total: Math.round((prices.get(order.sku) ?? 0) * order.quantity * 100) / 100,
          currency: catalogue.currency,
        })),
        products: { servedBy: catalogue.servedBy, configurationVersion: catalogue.configurationVersion },
      };
    });
    await addPlacing(http, here);
  },
};

async function fetchCatalogue({ config, services }: Here): Promise<Catalogue> {
  const response = await services.fetch('products', config.current.calls)('/api/products');
  return Catalogue.parse(await response.json());
}

async function addPlacing(http: FastifyInstance, here: Here): Promise<void> {
  const { config, clock, instanceId, stopping, uploadsDir } = here;
  const { database, queue } = config.current;
  if (database === undefined || queue === undefined) {
    return;
  }
  const uploads = new Uploads(required('SHOP_UPLOADS_DIR', uploadsDir));
  const { openEngines } = await import('./engines.ts'); // drivers that an orders without a database does without
  const { store, queues, close } = await openEngines(http, here, { database, queue, needsQueues: false });
  const onProblem = (reason: string) => {
    http.log.warn({ reason }, 'orders wait for the queue');
  };
  const dispatcher = new Dispatcher({ store, queues, clock, onProblem });
  const dispatching = dispatcher.run(stopping);
  http.addHook('onClose', async () => {
    await dispatching;
    await close();
  });
  addOrderRoutes(http, {
    ...{ store, dispatcher, uploads, clock, instanceId },
    fetchCatalogue: () => fetchCatalogue(here),
    maxItems: () => config.current.maxItems,
  });
}
