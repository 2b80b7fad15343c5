/** A recovery timeout that grows each time that the probes fail, and is the first again once the circuit has closed. */
export interface RecoveryTimeout {
  /** Milliseconds from the first opening to its probe: above 0. */
  readonly initialMs: number;
  /** The longest that it grows to, in milliseconds: at least `initialMs`, and finite. */
  readonly maxMs: number;
  /** What it is multiplied by: from 1. @default 2 */
  readonly factor?: number;
}

const DEFAULT_FACTOR = 2;

/** Milliseconds to wait after probes have failed so many times in a row. */
export function recoveryTimeoutAfter(timeout: number | RecoveryTimeout, failedProbings: number): number {
  if (typeof timeout === 'number') {
    return timeout;
  }
  const { initialMs, maxMs, factor = DEFAULT_FACTOR } = timeout;
  return Math.min(maxMs, initialMs * factor ** failedProbings);
}
