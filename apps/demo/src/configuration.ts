import * as z from 'zod';

/** What every service of the shop is configured with. */
const common = {
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']),
  shop: z.object({ name: z.string(), currency: z.string() }),
  calls: z.object({ deadlineMs: z.int() }),
};

const pricing = z.object({ vatPercent: z.number(), rounding: z.enum(['nearest', 'up']) });
export type Pricing = z.infer<typeof pricing>;

export const CommonConfiguration = z.object(common);
export type CommonConfiguration = z.infer<typeof CommonConfiguration>;

export const ProductsConfiguration = z.object({
  ...common,
  pricing,
  featured: z.string(),
  catalogue: z.array(z.object({ sku: z.string(), name: z.string(), netPrice: z.number() })),
});
export type ProductsConfiguration = z.infer<typeof ProductsConfiguration>;

export const OrdersConfiguration = z.object({ ...common, pricing, greeting: z.string(), maxItems: z.int() });
export type OrdersConfiguration = z.infer<typeof OrdersConfiguration>;

export const WebConfiguration = z.object({
  ...common,
  title: z.string(),
  banner: z.string().optional(),
  accent: z.string(),
  refreshMs: z.coerce.number().int(),
});
export type WebConfiguration = z.infer<typeof WebConfiguration>;
