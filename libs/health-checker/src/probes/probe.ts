/** What a probe found. */
export type ProbeResult =
  { readonly status: 'pass' | 'warn'; readonly output?: string } | { readonly status: 'fail'; readonly output: string };

/**
 * Looks at a target once. A target that fails is a result, not a rejection; a probe whose signal is aborted ends at once with a failure.
 * Output is for an operator's eyes and never holds credentials.
 */
export type Probe = (signal: AbortSignal) => Promise<ProbeResult>;
