import type { EndpointLoad } from './endpoint-load.ts';

/**
 * Whether an endpoint may be called. One that is held back, as by its circuit breaker, answers and is called in panic; one that is
 * unreachable never is.
 */
export type Availability = 'available' | 'held-back' | 'unreachable';

/** What can be chosen. */
export interface Endpoint {
  /** Unique within a set, and the same from set to set. */
  readonly id: string;
  /**
   * Share relative to the others, zero or more. Zero is chosen only where nothing else is left, or where all have zero; held back, only where
   * all others panic or can't be reached.
   */
  readonly weight: number;
  readonly region?: string | undefined;
  readonly zone?: string | undefined;
  /** @default 'available' */
  readonly availability?: Availability | undefined;
  /** When it began to take calls, on the clock of the balancer's `now`: slow start counts from there. @default long ago */
  readonly warmingSince?: number | undefined;
}

/** An endpoint whose calls under way are counted: `leastRequest` needs it. */
export interface CountedEndpoint extends Endpoint {
  readonly load: { readonly inFlight: number };
}

/** An endpoint whose calls are timed: `peakEwma` needs it. */
export interface MeasuredEndpoint extends Endpoint {
  readonly load: EndpointLoad;
}
