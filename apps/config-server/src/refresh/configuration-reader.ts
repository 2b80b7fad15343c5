import { closest, environmentsOf, type Pair, pairKey, servicesOf } from '@signalbox/layering';
import { judge } from '@signalbox/validation';

import type { CommitTree, CommitTrees } from './commit-trees.ts';
import type { Refresher } from './refresher.ts';
import type { Source } from './source.ts';

import { UnknownEnvironmentError, UnknownLabelError, UnknownServiceError } from '../errors.ts';
import { type Board, noValidVersion } from './board.ts';
import { nextState, type PairState, type Served } from './pair-state.ts';
import { Recent } from './recent.ts';

export interface ConfigurationReaderOptions {
  readonly refresher: Refresher;
  readonly trees: CommitTrees;
  readonly source: Pick<Source, 'commit'>;
  readonly defaultLabel: string;
  /** Effective configurations of other labels that are kept. @default 256 */
  readonly maxKept?: number;
}

/** At most a whole commit id; shorter than seven digits is more likely a name that was mistyped. */
const COMMIT_ID = /^[0-9a-f]{7,40}$/;
const DEFAULT_MAX_KEPT = 256;

/** What is served under a label. The default one is answered from memory; others are read and judged when they are asked for. */
export class ConfigurationReader {
  readonly #options: ConfigurationReaderOptions;
  readonly #kept: Recent<PairState>;

  constructor(options: ConfigurationReaderOptions) {
    this.#options = options;
    this.#kept = new Recent(options.maxKept ?? DEFAULT_MAX_KEPT);
  }

  /** Without I/O. Throws as Board.find does. */
  current(pair: Pair): Served {
    return this.#options.refresher.board.find(pair);
  }

  /** Throws as `current` does, or an UnknownLabelError. The version of another label is the commit that it points to. */
  async at(label: string, pair: Pair): Promise<Served> {
    const { board } = this.#options.refresher;
    if (label === this.#options.defaultLabel) {
      return board.find(pair);
    }
    const commit = await this.#commitOf(label, board);
    const state = this.#kept.get(keyOf(commit, pair)) ?? (await this.#judge(commit, pair));
    if (state.kind !== 'valid') {
      throw noValidVersion(pair, state.quarantine);
    }
    return state.served;
  }

  async #commitOf(label: string, { labels }: Board): Promise<string> {
    const commit = labels.get(label) ?? (COMMIT_ID.test(label) ? await this.#options.source.commit(label) : undefined);
    if (commit === undefined) {
      throw new UnknownLabelError(label, closest(label, [...labels.keys()]));
    }
    return commit;
  }

  async #judge(commit: string, pair: Pair): Promise<PairState> {
    const tree = await this.#options.trees.load(commit);
    assertKnown(tree, pair);
    const state = nextState(undefined, judge(tree, pair), { pair, commit, nowMs: 0 });
    this.#kept.set(keyOf(commit, pair), state);
    return state;
  }
}

function assertKnown(tree: CommitTree, { service, environment }: Pair): void {
  const services = servicesOf(tree);
  const environments = environmentsOf(tree);
  if (!services.includes(service)) {
    throw new UnknownServiceError(service, closest(service, services));
  }
  if (!environments.includes(environment)) {
    throw new UnknownEnvironmentError(environment, closest(environment, environments));
  }
}

function keyOf(commit: string, pair: Pair): string {
  return `${commit}:${pairKey(pair)}`;
}
