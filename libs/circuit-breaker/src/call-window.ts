/** Sums over the calls that are looked at. Recording one and reading a sum take the same time whatever the window holds. */
export interface CallWindow {
  readonly calls: number;
  readonly failures: number;
  readonly slowCalls: number;
  record(isFailure: boolean, isSlow: boolean): void;
  /** Leaves out what has grown too old by now; to be called before sums are read without a `record`. */
  expire(): void;
  reset(): void;
}
