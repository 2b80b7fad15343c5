import { changedKeys, COMMON, DocumentSyntaxError, DOTENV_FOLDER, layersFor, type Pair } from '@signalbox/layering';

import type { JudgedTree } from './commit-trees.ts';
import type { GoodVersion } from './source.ts';

import { type PairState, type Served, servedBy } from './pair-state.ts';

/** The state of one pair, and what it was judged on. */
export interface Judged {
  readonly state: PairState;
  /** Equal inputs are judged equally; undefined when it is not known what they are. */
  readonly inputs: string | undefined;
}

/** By `pairKey`. */
export type JudgedPairs = ReadonlyMap<string, Judged>;

/** A pair whose effective configuration is another one now. */
export interface PairChange {
  readonly served: Served;
  readonly changedKeys: readonly string[];
}

/** Everything that a judgement of the pair depends on. */
export function inputsOf(tree: JudgedTree, pair: Pair): string | undefined {
  try {
    const folders = layersFor(tree, pair).map(({ path }) => path.slice(0, path.indexOf('/')));
    const all = new Set([COMMON, DOTENV_FOLDER, pair.service, ...folders]);
    return [...all].map((folder) => `${folder}=${tree.fingerprint(folder)}`).join(' ');
  } catch (error) {
    if (error instanceof DocumentSyntaxError) {
      return undefined; // broken so that its layers are unknown: judging it again says how, at little cost
    }
    throw error;
  }
}

export function changesOf(previous: JudgedPairs, judged: JudgedPairs): readonly PairChange[] {
  return [...judged].flatMap(([key, { state }]) => {
    const before = servedBy(previous.get(key)?.state);
    const served = servedBy(state);
    return served === undefined || served.etag === before?.etag
      ? []
      : [{ served, changedKeys: changedKeys(before?.configuration.values ?? {}, served.configuration.values) }];
  });
}

export function goodVersionsOf(judged: JudgedPairs): ReadonlyMap<string, GoodVersion> {
  return new Map(
    [...judged].flatMap(([key, { state }]) => {
      const served = servedBy(state);
      return served === undefined ? [] : [[key, { ...fromKey(key), commit: served.version }]];
    }),
  );
}

export function fromKey(key: string): Pair {
  const [service = '', environment = ''] = key.split('/');
  return { service, environment };
}
