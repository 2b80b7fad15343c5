import type { Probe } from './probes/probe.ts';

import { requireMethods } from './validation.ts';

/** The code of `CircuitBreakerOpenError` of @signalbox/circuit-breaker. */
const REFUSED_BY_CIRCUIT = 'SIGNALBOX_CIRCUIT_OPEN';

/** Whether a breaker refused the call: nothing was asked, so that nothing is known. */
export function isRefusedByCircuit(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === REFUSED_BY_CIRCUIT;
}

/** As much of a breaker of @signalbox/circuit-breaker as is shown. */
export interface ShownCircuit {
  snapshot(): { readonly name: string; readonly state: string };
}

/** A check that shows a breaker and fails for none: it warns while the breaker is not closed. Throws a TypeError for what is no breaker. */
export function circuitProbe(breaker: ShownCircuit): Probe {
  requireMethods('circuitProbe breaker', breaker, 'snapshot');
  return () => {
    const { name, state } = breaker.snapshot();
    return Promise.resolve(state === 'closed' ? { status: 'pass' } : { status: 'warn', output: `${name} is ${state}` });
  };
}
