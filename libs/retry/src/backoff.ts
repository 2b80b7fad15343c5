import { requireNumber, requireOptions, requireType } from './validation.ts';

/** Milliseconds to wait, by the number of attempts that failed before (0 after the first) and the wait before this one (0 for none). */
export type Backoff = (attempt: number, previousMs: number) => number;

export interface BackoffOptions {
  /** Upper bound of the first wait, in milliseconds: from 0 to `maxMs`. @default 100 */
  readonly initialMs?: number | undefined;
  /** Upper bound of every wait, in milliseconds: from 0. @default 30000 */
  readonly maxMs?: number | undefined;
  /** What the bound grows by from attempt to attempt: from 1. @default 2; 3 of `decorrelatedBackoff` */
  readonly factor?: number | undefined;
  /** Uniform over [0, 1). @default Math.random */
  readonly random?: (() => number) | undefined;
}

const DEFAULTS = { initialMs: 100, maxMs: 30_000, factor: undefined, random: Math.random } satisfies BackoffOptions;
const EXPONENTIAL_FACTOR = 2;
const DECORRELATED_FACTOR = 3;

/**
 * Waits anything from zero to a bound that grows by `factor` up to `maxMs`, each equally likely. This is "full jitter": clients that failed
 * together come back apart (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). Keeps no state.
 *
 * Throws a RangeError or TypeError for options that can't be.
 */
export function exponentialBackoff(options: BackoffOptions = {}): (attempt: number) => number {
  const { initialMs, maxMs, factor, random } = toSettings('exponentialBackoff', options, EXPONENTIAL_FACTOR);
  // A power out of range is Infinity, and zero times that is no number.
  return (attempt) => random() * Math.min(maxMs, initialMs * Math.min(factor ** attempt, Number.MAX_VALUE));
}

/**
 * Waits anything from `initialMs` to `factor` times the wait before, at most `maxMs`: "decorrelated jitter" of the same article. It never
 * comes back at once, and grows with what chance made of the last wait. Keeps no state.
 *
 * Throws a RangeError or TypeError for options that can't be.
 */
export function decorrelatedBackoff(options: BackoffOptions = {}): Backoff {
  const { initialMs, maxMs, factor, random } = toSettings('decorrelatedBackoff', options, DECORRELATED_FACTOR);
  return (_attempt, previousMs) => {
    const bound = Math.max(initialMs, previousMs) * factor;
    return Math.min(maxMs, initialMs + random() * (bound - initialMs));
  };
}

function toSettings(owner: string, options: BackoffOptions, defaultFactor: number) {
  requireOptions(owner, options, Object.keys(DEFAULTS));
  const {
    initialMs = DEFAULTS.initialMs,
    maxMs = DEFAULTS.maxMs,
    factor = defaultFactor,
    random = DEFAULTS.random,
  } = options;
  requireNumber(`${owner} maxMs`, maxMs, { from: 0, to: Number.MAX_SAFE_INTEGER });
  requireNumber(`${owner} initialMs`, initialMs, { from: 0, to: maxMs });
  requireNumber(`${owner} factor`, factor, { from: 1, to: Number.MAX_SAFE_INTEGER });
  requireType(`${owner} random`, random, 'function');
  return { initialMs, maxMs, factor, random };
}
