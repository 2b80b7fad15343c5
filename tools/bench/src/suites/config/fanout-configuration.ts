export const ENVIRONMENT = 'production';
/** Where the mark of a round is written. */
export const MARKED_KEY = 'release';

/** A service's configuration of about a kibibyte as JSON, holding the mark. */
export function configurationOf(mark: string): Record<string, unknown> {
  return {
    [MARKED_KEY]: mark,
    database: {
      host: 'orders-db.internal.example',
      port: 5432,
      name: 'orders',
      poolSize: 20,
      statementTimeoutMs: 5_000,
    },
    cache: { host: 'orders-cache.internal.example', port: 6379, ttlSeconds: 300 },
    features: Object.fromEntries(Array.from({ length: 24 }, (_, n) => [`checkout-step-${n}`, n % 2 === 0])),
    retry: { attempts: 3, initialDelayMs: 50, maxDelayMs: 2_000 },
    endpoints: ['https://payments.example/v2', 'https://shipping.example/v1', 'https://tax.example/v1'],
  };
}
