import { CountWindow } from './count-window.ts';

/** Counts the results of calls in the closed state and says when they are reason to open. */
export interface Trip {
  /** Failures that count at this moment. */
  readonly failureCount: number;
  /** What `failureCount` is measured against, in failures. */
  readonly failureThreshold: number;
  succeeded(): void;
  /** Whether the circuit is to open. */
  failed(): boolean;
  reset(): void;
  /** Whether so many failures among so many probes are reason to open again. */
  reopens(failures: number, probes: number): boolean;
}

export interface ConsecutiveFailures {
  /** Opens after so many failures with no success between them: an integer from 1. */
  readonly consecutiveFailures: number;
}

export interface FailureRate {
  /** Opens when the share of failures among the last calls is at least this: above 0, at most 1. */
  readonly failureRate: number;
  /** How many of the last calls are looked at: an integer from 1 to 1000000. */
  readonly windowCalls: number;
  /** How many calls it takes before the share means anything: from 1 to `windowCalls`. */
  readonly minimumCalls: number;
}

export function createTrip(options: ConsecutiveFailures | FailureRate): Trip {
  return 'consecutiveFailures' in options ? consecutive(options) : rate(options);
}

function consecutive({ consecutiveFailures }: ConsecutiveFailures): Trip {
  let failures = 0;
  return {
    get failureCount() {
      return failures;
    },
    failureThreshold: consecutiveFailures,
    succeeded: () => {
      failures = 0;
    },
    failed: () => ++failures >= consecutiveFailures,
    reset: () => {
      failures = 0;
    },
    reopens: (probeFailures) => probeFailures > 0,
  };
}

function rate({ failureRate, windowCalls, minimumCalls }: FailureRate): Trip {
  const window = new CountWindow(windowCalls);
  return {
    get failureCount() {
      return window.failures;
    },
    failureThreshold: fewestFailures(failureRate, windowCalls),
    succeeded: () => {
      window.record(0);
    },
    failed: () => {
      window.record(1);
      return window.calls >= minimumCalls && window.failures / window.calls >= failureRate;
    },
    reset: () => {
      window.reset();
    },
    reopens: (failures, probes) => failures / probes >= failureRate,
  };
}

/** How many failures of a full window reach the rate. The product may round up past a whole number: 0.07 * 100 is above 7, 7 / 100 is 0.07. */
function fewestFailures(failureRate: number, windowCalls: number): number {
  const rounded = Math.ceil(failureRate * windowCalls);
  return (rounded - 1) / windowCalls >= failureRate ? rounded - 1 : rounded;
}
