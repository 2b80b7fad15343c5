import type { Pricing } from './configuration.ts';

/** Price with VAT in whole cents. */
export function grossPrice(netPrice: number, { vatPercent, rounding }: Pricing): number {
  const cents = netPrice * (100 + vatPercent);
  return (rounding === 'up' ? Math.ceil(cents) : Math.round(cents)) / 100;
}
