import type { JudgedPairs } from './judged-pairs.ts';
import type { PairState, Quarantine } from './pair-state.ts';
import type { Source } from './source.ts';

export interface Suspects {
  readonly source: Pick<Source, 'origin'>;
  readonly head: string;
  /** Whether nothing was judged before: then the head is no likelier than any commit to have broken what it is held against. */
  readonly isStart: boolean;
}

/**
 * Names, for each document first seen broken at the head, the commit that last wrote it: after a restart, or a push of several commits,
 * the head itself may have had no part in it. A value that its schema refuses is put down to its document only at the start: later the
 * head is to blame, which may have changed the schema.
 */
export async function blame(suspects: Suspects, judged: JudgedPairs): Promise<JudgedPairs> {
  const { source, head } = suspects;
  const files = new Set([...judged.values()].flatMap(({ state }) => brokenAt(suspects, state)?.failure.file ?? []));
  const culprits = new Map(
    await Promise.all([...files].map(async (file) => [file, (await source.origin(head, file))?.commit] as const)),
  );
  return new Map(
    [...judged].map(([key, { state, inputs }]) => {
      const quarantine = brokenAt(suspects, state);
      const commit = culprits.get(quarantine?.failure.file ?? '');
      return quarantine === undefined || commit === undefined || state.kind === 'valid'
        ? [key, { state, inputs }]
        : [key, { state: { ...state, quarantine: { ...quarantine, commit } }, inputs }];
    }),
  );
}

function brokenAt({ head, isStart }: Suspects, state: PairState): Quarantine | undefined {
  if (state.kind === 'valid' || state.quarantine.commit !== head) {
    return undefined;
  }
  return isStart || state.quarantine.failure.kind === 'unparsable' ? state.quarantine : undefined;
}
