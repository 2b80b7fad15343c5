export interface ExponentialBackoffOptions {
  /** Upper bound of the first wait, in milliseconds. @default 100 */
  readonly initialMs?: number;
  /** Upper bound of every wait, in milliseconds. @default 30000 */
  readonly maxMs?: number;
  /** What the bound is multiplied by from attempt to attempt; 1 keeps it. @default 2 */
  readonly factor?: number;
  /** Uniform over [0, 1). @default Math.random */
  readonly random?: () => number;
}

const DEFAULTS = {
  initialMs: 100,
  maxMs: 30_000,
  factor: 2,
  random: Math.random,
} satisfies Required<ExponentialBackoffOptions>;

/**
 * Milliseconds to wait before trying again, by the number of attempts that failed before (0 for the first): anything from zero to a
 * bound that grows by `factor` up to `maxMs`, each equally likely. This is "full jitter": clients that failed together come back apart
 * (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 *
 * Throws a RangeError for options out of range.
 */
export function exponentialBackoff(options: ExponentialBackoffOptions = {}): (attempt: number) => number {
  const { initialMs, maxMs, factor, random } = { ...DEFAULTS, ...options };
  requireRange('initialMs', initialMs, { min: 0, max: maxMs });
  requireRange('maxMs', maxMs, { min: 0, max: Number.MAX_SAFE_INTEGER });
  requireRange('factor', factor, { min: 1, max: Number.MAX_SAFE_INTEGER });
  // A power out of range is Infinity, and zero times that is no number.
  return (attempt) => random() * Math.min(maxMs, initialMs * Math.min(factor ** attempt, Number.MAX_VALUE));
}

function requireRange(field: string, value: number, { min, max }: { min: number; max: number }): void {
  if (!(value >= min && value <= max)) {
    throw new RangeError(`exponentialBackoff ${field}: must be from ${min} to ${max}, not ${value}`);
  }
}
