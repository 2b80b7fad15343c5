import { NONE } from './policy.ts';

/**
 * The index on which `unit`, from 0 up to 1, falls when each index has its share: `sums[i]` are the shares from 0 to i together. NONE
 * where nothing has a share.
 */
export function draw(sums: Float64Array, unit: number): number {
  const total = sums[sums.length - 1] ?? 0;
  if (total <= 0) {
    return NONE;
  }
  const target = Math.min(unit * total, total * (1 - Number.EPSILON)); // a product may be rounded up to the total
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] ?? 0) > target) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
