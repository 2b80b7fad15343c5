export type CircuitState = 'closed' | 'open' | 'half-open' | 'isolated';

/** What a state holds for as long as it lasts. */
export type State =
  | { readonly kind: 'closed' }
  | { readonly kind: 'isolated' }
  | { readonly kind: 'open'; readonly probeAt: number }
  | HalfOpen;

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

export const CLOSED: State = { kind: 'closed' };
export const ISOLATED: State = { kind: 'isolated' };

/** When a call may be let through that is refused now. While probes are under way that may be at any moment. */
export function retryAtOf(state: State): number {
  if (state.kind === 'isolated') {
    return Infinity;
  }
  return state.kind === 'open' ? state.probeAt : -Infinity;
}
