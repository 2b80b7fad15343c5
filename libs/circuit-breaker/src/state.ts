export type CircuitState = 'closed' | 'open' | 'half-open' | 'isolated';

/** What a state holds for as long as it lasts. */
export type State =
  Closed | { readonly kind: 'isolated' } | { readonly kind: 'open'; readonly probeAt: number } | HalfOpen;

export interface Closed {
  readonly kind: 'closed';
}

export interface HalfOpen {
  readonly kind: 'half-open';
  /** Probes let through and not cancelled. */
  granted: number;
  /** When one more is let through although the permits are gone. */
  anotherAt: number;
  settled: number;
  failures: number;
  slowCalls: number;
}

export const CLOSED: Closed = { kind: 'closed' };
export const ISOLATED: State = { kind: 'isolated' };

/** There is but one of it, and each call asks: to compare costs less than to look into an object of one of four shapes. */
export function isClosed(state: State): state is Closed {
  return state === CLOSED;
}

/** When a call may be let through that is refused now. While probes are under way that may be at any moment. */
export function retryAtOf(state: State): number {
  if (state.kind === 'isolated') {
    return Infinity;
  }
  return state.kind === 'open' ? state.probeAt : -Infinity;
}
