import * as z from 'zod';

/** As the products service answers it. */
export const Catalogue = z.object({
  servedBy: z.string(),
  configurationVersion: z.string(),
  currency: z.string(),
  products: z.array(z.object({ sku: z.string(), name: z.string(), price: z.number() })),
});
export type Catalogue = z.infer<typeof Catalogue>;
