import type { ShopService } from './shop-service.ts';

import { ProductsConfiguration } from './configuration.ts';
import { grossPrice } from './prices.ts';

/** The catalogue, priced with the VAT of the `pricing` group. */
export const products: ShopService<ProductsConfiguration> = {
  name: 'products',
  schema: ProductsConfiguration,
  addRoutes(http, { config, instanceId }) {
    http.get('/api/products', () => {
      const { catalogue, featured, pricing, shop } = config.current;
      return {
        servedBy: instanceId,
        configurationVersion: config.version,
        currency: shop.currency,
        featured,
        products: catalogue.map(({ sku, name, netPrice }) => ({ sku, name, price: grossPrice(netPrice, pricing) })),
      };
    });
  },
};
