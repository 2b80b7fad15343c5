/** An order that a customer placed. Times are ISO 8601. */
export interface Order {
  readonly id: string;
  readonly customer: string;
  readonly productId: string;
  readonly quantity: number;
  readonly totalCents: number;
  readonly currency: string;
  readonly placedAt: string;
  /** Undefined until a worker has done it. */
  readonly fulfilment: Fulfilment | undefined;
}

export interface Fulfilment {
  readonly at: string;
  /** The worker's instance. */
  readonly by: string;
}

/** As the shop's HTTP API shows an order. */
export function toAnswer(order: Order) {
  const { id, customer, productId, quantity, totalCents, currency, placedAt, fulfilment } = order;
  const shown = { id, customer, productId, quantity, total: totalCents / 100, currency, placedAt };
  return fulfilment === undefined
    ? { ...shown, status: 'placed' as const }
    : { ...shown, status: 'fulfilled' as const, fulfilledAt: fulfilment.at, fulfilledBy: fulfilment.by };
}
