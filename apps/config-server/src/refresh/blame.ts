import type { JudgedPairs } from './judged-pairs.ts';
import type { PairState, Quarantine } from './pair-state.ts';
import type { Source } from './source.ts';

/**
 * Names, for each document first seen broken at the head, the commit that last wrote it: after a restart, or a push of several commits,
 * the head itself may have had no part in it.
 */
export async function blame(source: Pick<Source, 'origin'>, head: string, judged: JudgedPairs): Promise<JudgedPairs> {
  const files = new Set([...judged.values()].flatMap(({ state }) => brokenAt(head, state)?.failure.file ?? []));
  const culprits = new Map(
    await Promise.all([...files].map(async (file) => [file, (await source.origin(head, file))?.commit] as const)),
  );
  return new Map(
    [...judged].map(([key, { state, inputs }]) => {
      const quarantine = brokenAt(head, state);
      const commit = culprits.get(quarantine?.failure.file ?? '');
      return quarantine === undefined || commit === undefined || state.kind === 'valid'
        ? [key, { state, inputs }]
        : [key, { state: { ...state, quarantine: { ...quarantine, commit } }, inputs }];
    }),
  );
}

function brokenAt(head: string, state: PairState): Quarantine | undefined {
  return state.kind !== 'valid' && state.quarantine.commit === head && state.quarantine.failure.kind === 'unparsable'
    ? state.quarantine
    : undefined;
}
