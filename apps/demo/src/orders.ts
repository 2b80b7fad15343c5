import * as z from 'zod';

import type { ShopService } from './shop-service.ts';

import { OrdersConfiguration } from './configuration.ts';

const Catalogue = z.object({
  servedBy: z.string(),
  configurationVersion: z.string(),
  currency: z.string(),
  products: z.array(z.object({ sku: z.string(), name: z.string(), price: z.number() })),
});

const BASKET = [
  { id: 'A-1001', sku: 'lamp', quantity: 2 },
  { id: 'A-1002', sku: 'lever', quantity: 1 },
  { id: 'A-1003', sku: 'bell', quantity: 5 },
];

/** Orders, with the prices that the products service names at this moment. */
export const orders: ShopService<OrdersConfiguration> = {
  name: 'orders',
  schema: OrdersConfiguration,
  addRoutes(http, { config, services, instanceId }) {
    http.get('/api/orders', async () => {
      const { calls, greeting, maxItems } = config.current;
      const response = await services.fetch('products', calls)('/api/products');
      const catalogue = Catalogue.parse(await response.json());
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
  },
};
