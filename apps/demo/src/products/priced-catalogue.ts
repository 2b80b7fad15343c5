import * as z from 'zod';

import type { ProductsConfiguration } from '../configuration.ts';

import { grossPrice } from '../prices.ts';

export const PricedProducts = z.array(z.object({ sku: z.string(), name: z.string(), price: z.number() }));
export type PricedProducts = z.infer<typeof PricedProducts>;

export function pricedProducts({ catalogue, pricing }: ProductsConfiguration): PricedProducts {
  return catalogue.map(({ sku, name, netPrice }) => ({ sku, name, price: grossPrice(netPrice, pricing) }));
}
