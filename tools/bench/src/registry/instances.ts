/** An instance that is registered for a measurement. */
export interface BenchInstance {
  readonly service: string;
  readonly id: string;
  /** What it says of itself, in the form of our registration; etcd keeps the same text as the value of a key. */
  readonly registration: string;
}

export const INSTANCES_PER_SERVICE = 10;
/** Longer than any run: nothing lapses meanwhile. */
export const TTL_SECONDS = 600;

/** The nth instance; ten in a row are of one service. */
export function instance(n: number, version = '1.0.0'): BenchInstance {
  const service = `bench-${Math.floor(n / INSTANCES_PER_SERVICE)}`;
  const registration = {
    address: `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
    port: 8080,
    environment: 'production',
    scheme: 'http',
    tags: ['bench', 'v1'],
    meta: { team: 'payments', rack: `r-${n % 40}` },
    zone: `zone-${n % 3}`,
    version,
    ttlMs: TTL_SECONDS * 1_000,
  };
  return { service, id: `${service}-${n}`, registration: JSON.stringify(registration) };
}
