const monotonic = performance;

/** Milliseconds since the process began, whatever happens to the machine's wall clock. */
export const monotonicNow = (): number => monotonic.now();
