import type { CheckStatus } from '../catalog/status.ts';

export type Outcome = 'pass' | 'warn' | 'fail';

/** How a check stands, and how many results in a row speak for something else. */
export interface Verdict {
  readonly status: CheckStatus;
  readonly contrary: number;
}

interface Thresholds {
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/**
 * The verdict after one more result. Passing and warning are both success, and between them the latest result counts at once:
 *
 * | status       | success                                  | failure                                   |
 * |--------------|------------------------------------------|-------------------------------------------|
 * | pending      | pass or warn, after successThreshold     | fail, after failureThreshold              |
 * | pass or warn | pass or warn                             | fail, after failureThreshold              |
 * | fail         | pass or warn, after successThreshold     | fail                                      |
 *
 * While pending, a failure begins the count of successes anew and a success that of failures.
 */
export function judge(verdict: Verdict, outcome: Outcome, thresholds: Thresholds): Verdict {
  return outcome === 'fail' ? judgeFailure(verdict, thresholds) : judgeSuccess(verdict, outcome, thresholds);
}

/** `contrary` is negative while it counts the failures of a pending check. */
function judgeFailure({ status, contrary }: Verdict, { failureThreshold }: Thresholds): Verdict {
  if (status === 'fail') {
    return { status, contrary: 0 };
  }
  const failures = (status === 'pending' ? Math.max(0, -contrary) : contrary) + 1;
  if (failures >= failureThreshold) {
    return { status: 'fail', contrary: 0 };
  }
  return { status, contrary: status === 'pending' ? -failures : failures };
}

function judgeSuccess(
  { status, contrary }: Verdict,
  outcome: 'pass' | 'warn',
  { successThreshold }: Thresholds,
): Verdict {
  if (status === 'pass' || status === 'warn') {
    return { status: outcome, contrary: 0 };
  }
  const successes = Math.max(0, contrary) + 1;
  return successes >= successThreshold ? { status: outcome, contrary: 0 } : { status, contrary: successes };
}
