import { Counter, Gauge, type Registry } from 'prom-client';

import type { JwtFilters } from '../filters/jwt-filters.ts';

/** Adds to `/metrics` what became of tokens and whether there are keys to check them with, read once a scrape. */
export function addTokenMetrics(registry: Registry, filters: JwtFilters): void {
  const registers = [registry];
  new Counter({
    name: 'signalbox_gateway_tokens_total',
    help: 'Checks for a token by provider: verified, remembered from an earlier request, or why it was refused.',
    labelNames: ['provider', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [provider, { counts }] of filters.outcomes) {
        counts.forEach((count, outcome) => {
          this.inc({ provider, outcome }, count);
        });
      }
    },
  });
  new Gauge({
    name: 'signalbox_gateway_token_keys',
    help: 'Keys that tokens of a provider are checked with; 0 while none could be fetched.',
    labelNames: ['provider'],
    registers,
    collect() {
      this.reset();
      for (const { provider, keys } of filters.all) {
        this.set({ provider }, keys.current?.size ?? 0);
      }
    },
  });
}
