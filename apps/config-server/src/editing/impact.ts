import {
  COMMON,
  type ConfigMap,
  diff,
  DocumentSyntaxError,
  isPlacedIn,
  type KeyChange,
  layersFor,
  type Pair,
  pairsOf,
  type Tree,
} from '@signalbox/layering';
import { type Failure, judge } from '@signalbox/validation';

import { type InvalidKey } from '../errors.ts';

export type SemanticChange = Pair & KeyChange;

/** What is served to a pair while the edit is judged. */
export interface Serving {
  values(pair: Pair): ConfigMap | undefined;
  /** Whether the pair is broken in the tree as it is, before the edit. */
  isQuarantined(pair: Pair): boolean;
}

/** What an edit of a folder comes to, for every pair that reads the folder. */
export interface Impact {
  readonly changes: readonly SemanticChange[];
  /** Nobody may be served the draft while there is one. */
  readonly errors: readonly InvalidKey[];
}

/** A pair of another service that was broken before and still is does not stand in the way: the edit is not to blame. */
export function impactOf(draft: Tree, folder: string, serving: Serving): Impact {
  const changes: SemanticChange[] = [];
  const errors: InvalidKey[] = [];
  for (const pair of pairsOf(draft).filter((candidate) => reads(draft, candidate, folder))) {
    const judgement = judge(draft, pair);
    if (judgement.kind === 'valid') {
      const before = serving.values(pair) ?? {};
      changes.push(...diff(before, judgement.configuration.values).map((change) => ({ ...pair, ...change })));
    } else if (pair.service === folder || !serving.isQuarantined(pair)) {
      errors.push(...toInvalidKeys(pair, judgement.failure));
    }
  }
  return { changes, errors };
}

function reads(tree: Tree, pair: Pair, folder: string): boolean {
  if (folder === COMMON || pair.service === folder) {
    return true;
  }
  try {
    return layersFor(tree, pair).some(({ path }) => isPlacedIn(path, folder));
  } catch (error) {
    if (error instanceof DocumentSyntaxError) {
      return false; // broken in a folder of its own, which this edit does not touch
    }
    throw error;
  }
}

function toInvalidKeys(pair: Pair, { violations, reason }: Failure): readonly InvalidKey[] {
  return violations.length === 0
    ? [{ ...pair, pointer: '', reason }]
    : violations.map(({ pointer, reason: broken }) => ({ ...pair, pointer, reason: broken }));
}
