/** The middle value, or the mean of the middle two. Throws a RangeError without samples. */
export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/**
 * The value below which a share of the samples lies, interpolated between neighbours (R-7 in Hyndman and Fan,
 * "Sample Quantiles in Statistical Packages", 1996). Throws a RangeError without samples or for a share outside 0 to 1.
 */
export function percentile(samples: readonly number[], share: number): number {
  if (share < 0 || share > 1) {
    throw new RangeError(`share: must be from 0 to 1, not ${share}`);
  }
  const sorted = samples.toSorted((one, other) => one - other);
  const position = (sorted.length - 1) * share;
  const lower = sorted[Math.floor(position)];
  const upper = sorted[Math.ceil(position)];
  if (lower === undefined || upper === undefined) {
    throw new RangeError('samples: must not be empty');
  }
  return lower + (upper - lower) * (position - Math.floor(position));
}
