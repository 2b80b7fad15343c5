import type { Pair } from '@signalbox/layering';

import type { PairState, Quarantine } from './pair-state.ts';

export interface ProblemPair extends Pair {
  readonly pointer?: string;
  readonly reason: string;
}

/** One thing that is wrong in the repository, with every pair that it keeps from moving on. */
export interface ProblemReport {
  readonly commit: string;
  readonly sinceMs: number;
  readonly reason: string;
  readonly file?: string;
  readonly line?: number;
  readonly pairs: readonly ProblemPair[];
}

export interface PairProblem {
  readonly pair: Pair;
  readonly quarantine: Quarantine;
}

/** One report per broken document, whoever needs it; where no document is to blame, per reason. */
export function toReports(problems: readonly PairProblem[]): readonly ProblemReport[] {
  const causes = Map.groupBy(problems, causeOf);
  return [...causes.values()].map(toReport);
}

export function problemsOf(states: Iterable<readonly [Pair, PairState]>): readonly PairProblem[] {
  return [...states].flatMap(([pair, state]) =>
    state.kind === 'valid' ? [] : [{ pair, quarantine: state.quarantine }],
  );
}

function causeOf({ quarantine: { failure, commit } }: PairProblem): string {
  return JSON.stringify([commit, failure.file ?? failure.reason, failure.file === undefined, failure.line]);
}

function toReport(sameCause: readonly PairProblem[]): ProblemReport {
  const [{ quarantine }] = sameCause as [PairProblem]; // a group has at least one member
  const { reason, file, line } = quarantine.failure;
  return {
    commit: quarantine.commit,
    sinceMs: Math.min(...sameCause.map((problem) => problem.quarantine.sinceMs)),
    reason,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    pairs: sameCause.flatMap(toPairs),
  };
}

function toPairs({ pair, quarantine: { failure } }: PairProblem): readonly ProblemPair[] {
  return failure.violations.length === 0
    ? [{ ...pair, reason: failure.reason }]
    : failure.violations.map(({ pointer, reason }) => ({ ...pair, pointer, reason }));
}
