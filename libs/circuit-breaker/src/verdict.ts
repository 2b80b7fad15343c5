import { shown } from './validation.ts';

/** What a finished call says of the other side. An ignored one says nothing, and gives its permit back where it was a probe. */
export type Verdict = 'success' | 'failure' | 'ignored';

const VERDICTS: readonly unknown[] = ['success', 'failure', 'ignored'] satisfies Verdict[];

/** Throws a TypeError for what is none: a judge that forgets to answer would else make successes of failures. */
export function requireVerdict(judge: string, verdict: Verdict): Verdict {
  if (!VERDICTS.includes(verdict)) {
    throw new TypeError(`CircuitBreaker ${judge}: must answer success, failure or ignored, not ${shown(verdict)}`);
  }
  return verdict;
}
