import type { RefusalReason } from './refusal.ts';

/** What became of a check: the signature was verified, or had been before; or why the request was refused. */
export type TokenOutcome = RefusalReason | 'remembered' | 'verified';

/** How the checks of one provider's tokens came out, since the start. */
export class TokenOutcomes {
  readonly counts = new Map<TokenOutcome, number>();

  /** Answers the outcome that it counted. */
  count<Outcome extends TokenOutcome>(outcome: Outcome): Outcome {
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + 1);
    return outcome;
  }
}
