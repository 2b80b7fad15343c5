import type { EffectiveConfiguration, Pair } from '@signalbox/layering';
import type { Failure, Judgement } from '@signalbox/validation';

/** A validated effective configuration, as it is given to whoever asks. */
export interface Served extends Pair {
  /** The commit that last changed the effective configuration. */
  readonly version: string;
  readonly etag: string;
  /** The commit its documents were read from: the version, or a later one that changed nothing that counts. */
  readonly readAt: string;
  readonly configuration: EffectiveConfiguration;
}

export interface Quarantine {
  /** The commit at which the pair was first seen broken in this way. */
  readonly commit: string;
  readonly sinceMs: number;
  readonly failure: Failure;
}

/**
 * |             | judged valid      | judged broken |
 * |-------------|-------------------|---------------|
 * | (new)       | valid             | never-valid   |
 * | valid       | valid             | quarantined   |
 * | quarantined | valid             | quarantined   |
 * | never-valid | valid             | never-valid   |
 */
export type PairState =
  | { readonly kind: 'valid'; readonly served: Served }
  | { readonly kind: 'quarantined'; readonly served: Served; readonly quarantine: Quarantine }
  | { readonly kind: 'never-valid'; readonly quarantine: Quarantine };

export interface JudgedAt {
  readonly pair: Pair;
  readonly commit: string;
  readonly nowMs: number;
}

export function nextState(previous: PairState | undefined, judgement: Judgement, at: JudgedAt): PairState {
  const served = servedBy(previous);
  if (judgement.kind === 'broken') {
    const quarantine = nextQuarantine(previous, judgement.failure, at);
    return served === undefined ? { kind: 'never-valid', quarantine } : { kind: 'quarantined', served, quarantine };
  }
  const { configuration } = judgement;
  const { etag } = configuration;
  const version = served?.etag === etag ? served.version : at.commit;
  return { kind: 'valid', served: { ...at.pair, version, etag, readAt: at.commit, configuration } };
}

export function servedBy(state: PairState | undefined): Served | undefined {
  return state === undefined || state.kind === 'never-valid' ? undefined : state.served;
}

/** What the pair was judged last. */
export function toJudgement(state: PairState): Judgement {
  return state.kind === 'valid'
    ? { kind: 'valid', configuration: state.served.configuration }
    : { kind: 'broken', failure: state.quarantine.failure };
}

function nextQuarantine(previous: PairState | undefined, failure: Failure, { commit, nowMs }: JudgedAt): Quarantine {
  if (previous === undefined || previous.kind === 'valid') {
    return { commit, sinceMs: nowMs, failure };
  }
  const { quarantine } = previous;
  return quarantine.failure.reason === failure.reason
    ? { ...quarantine, failure }
    : { commit, sinceMs: nowMs, failure };
}
