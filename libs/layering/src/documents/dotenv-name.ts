import type { Step } from './key-path.ts';

/** `db.poolSize` is DB_POOL_SIZE, `hosts[0]` is HOSTS_0. Different keys may have the same name. */
export function dotenvName(steps: readonly Step[]): string {
  const name = steps.map((step) => snakeCase(String(step))).join('_');
  return /^[A-Z_]/.test(name) ? name : `_${name}`;
}

function snakeCase(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]/g, '_')
    .toUpperCase();
}
