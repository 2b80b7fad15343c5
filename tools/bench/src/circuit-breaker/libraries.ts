import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel';
import Opossum from 'opossum';

import { CircuitBreaker, CircuitBreakerOpenError } from '@signalbox/circuit-breaker';

export type Call = () => Promise<unknown>;

/** What becomes of the calls that are measured: they succeed, they fail without opening the circuit, or an open circuit refuses them. */
export type Outcome = 'success' | 'failing' | 'rejected';

/** One breaker around one call, in the state that the outcome needs. */
export interface Guard {
  readonly call: Call;
  /** Lets go of what the breaker holds, such as timers. */
  readonly close: () => void;
}

export interface Library {
  readonly name: string;
  /** A breaker with the library's defaults, but for what the outcome needs. */
  readonly guard: (outcome: Outcome) => Promise<Guard>;
  readonly isRefusal: (error: unknown) => boolean;
}

const LONGER_THAN_A_RUN_MS = 3_600_000;
const NEVER = Number.MAX_SAFE_INTEGER;
const NOTHING_TO_CLOSE = () => undefined;

const failure = new Error('the other side is down');
/* eslint-disable @typescript-eslint/require-await -- the calls are async functions, as those of callers are */
const CALLS: Readonly<Record<Outcome, Call>> = {
  success: async () => 'fine',
  failing: async () => {
    throw failure;
  },
  rejected: async () => 'fine',
};
/* eslint-enable @typescript-eslint/require-await */

/** What guarded calls are measured against: the same call awaited, and a bare rejection. */
export const UNGUARDED: Library = {
  name: 'no breaker',
  guard: (outcome) => {
    const call = outcome === 'rejected' ? () => Promise.reject(failure) : CALLS[outcome];
    return Promise.resolve({ call: () => call(), close: NOTHING_TO_CLOSE });
  },
  isRefusal: () => false,
};

export const SIGNALBOX: Library = {
  name: 'signalbox',
  guard: async (outcome) => {
    const consecutiveFailures = outcome === 'failing' ? NEVER : 1;
    const breaker = new CircuitBreaker({ trip: { consecutiveFailures }, recoveryTimeoutMs: LONGER_THAN_A_RUN_MS });
    if (outcome === 'rejected') {
      await breaker.execute(CALLS.failing, { fallback: NOTHING_TO_CLOSE });
    }
    const call = CALLS[outcome];
    return { call: () => breaker.execute(call), close: NOTHING_TO_CLOSE };
  },
  isRefusal: (error) => error instanceof CircuitBreakerOpenError,
};

const opossum: Library = {
  name: 'opossum',
  guard: (outcome) => {
    // opens above the threshold: 100 is never exceeded
    const options = {
      ...(outcome === 'failing' && { errorThresholdPercentage: 100 }),
      resetTimeout: LONGER_THAN_A_RUN_MS,
    };
    const breaker = new Opossum(CALLS[outcome], options);
    if (outcome === 'rejected') {
      breaker.open();
    }
    return Promise.resolve({
      call: () => breaker.fire(),
      close: () => {
        breaker.shutdown();
      },
    });
  },
  isRefusal: (error) => error instanceof Error && 'code' in error && error.code === 'EOPENBREAKER',
};

const cockatiel: Library = {
  name: 'cockatiel',
  guard: async (outcome) => {
    const breaker = new ConsecutiveBreaker(outcome === 'failing' ? NEVER : 1);
    const policy = circuitBreaker(handleAll, { halfOpenAfter: LONGER_THAN_A_RUN_MS, breaker });
    if (outcome === 'rejected') {
      await policy.execute(CALLS.failing).catch(NOTHING_TO_CLOSE);
    }
    const call = CALLS[outcome];
    return { call: () => policy.execute(call), close: NOTHING_TO_CLOSE };
  },
  isRefusal: (error) => error instanceof BrokenCircuitError,
};

export const PEERS: readonly Library[] = [cockatiel, opossum];
