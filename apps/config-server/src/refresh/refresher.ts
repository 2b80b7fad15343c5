import type { Clock } from '@signalbox/clock';

import { type Pair, pairKey, pairsOf, servicesOf } from '@signalbox/layering';
import { judge, type Judgement } from '@signalbox/validation';

import type { CommitTree, CommitTrees, JudgedTree, WrittenCommit } from './commit-trees.ts';
import type { GoodVersion, Source } from './source.ts';

import { NotLoadedError, UnknownLabelError } from '../errors.ts';
import { blame } from './blame.ts';
import { Board } from './board.ts';
import {
  changesOf,
  fromKey,
  goodVersionsOf,
  inputsOf,
  type Judged,
  type JudgedPairs,
  type PairChange,
} from './judged-pairs.ts';
import { nextState, toJudgement } from './pair-state.ts';

export interface Refreshed {
  readonly board: Board;
  readonly changes: readonly PairChange[];
  /** Whether any branch or tag moved. */
  readonly labelsMoved: boolean;
}

export type RefreshHealth =
  { readonly kind: 'fresh' } | { readonly kind: 'failing'; readonly sinceMs: number; readonly reason: string };

export interface RefresherOptions {
  readonly source: Source;
  readonly trees: CommitTrees;
  readonly clock: Clock;
  /** The branch that is served when no label is asked for. */
  readonly defaultLabel: string;
}

interface JudgedHead {
  readonly tree: CommitTree;
  readonly labels: ReadonlyMap<string, string>;
  readonly previous: JudgedPairs;
  readonly judged: JudgedPairs;
}

/**
 * Keeps what is served in step with the default branch. Each new head is judged pair by pair: a pair that is broken in it stays at its
 * last valid version, the others move on. A push of several commits is judged at its last.
 */
export class Refresher {
  readonly #options: RefresherOptions;
  readonly #listeners = new Set<(refreshed: Refreshed) => void>();
  /** Written in the turn in which the board is, by the refresh under way or by an advance. */
  #judged: JudgedPairs | undefined;
  #remembered: ReadonlyMap<string, GoodVersion> = new Map();
  #isRemembered = false;
  #board: Board | undefined;
  #health: RefreshHealth = { kind: 'fresh' };
  #current: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(options: RefresherOptions) {
    this.#options = options;
  }

  get isLoaded(): boolean {
    return this.#board !== undefined;
  }

  /** Throws NotLoadedError before the first refresh that found the default branch. */
  get board(): Board {
    if (this.#board === undefined) {
      throw new NotLoadedError();
    }
    return this.#board;
  }

  get health(): RefreshHealth {
    return this.#health;
  }

  /** What every pair would come to with the tree, which is not served for that. Throws NotLoadedError. */
  *preview(tree: JudgedTree): Generator<readonly [Pair, Judgement]> {
    if (this.#judged === undefined) {
      throw new NotLoadedError();
    }
    for (const [key, { state }] of this.#judgeAll(tree, this.#judged)) {
      yield [fromKey(key), toJudgement(state)];
    }
  }

  /** Called after each refresh that found something moved, in the turn in which `board` changes. */
  onRefreshed(listener: (refreshed: Refreshed) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Resolves after a refresh that began no earlier than this call. Refreshes never overlap, and any number of calls during one make one
   * more. Never rejects: `health` says when the repository could not be read, and what was served still is.
   */
  refresh(): Promise<void> {
    if (this.#current === undefined) {
      this.#current = this.#attempt().finally(() => {
        this.#current = undefined;
      });
      return this.#current;
    }
    this.#next ??= this.#current.then(() => {
      this.#next = undefined;
      return this.refresh();
    });
    return this.#next;
  }

  /**
   * Serves a commit that was made here on what is served, at once and without asking Git for it. Leaves to the next refresh what is
   * not as simple: a head that moved meanwhile, a pair that broke. Never rejects.
   */
  async advance(base: string, written: WrittenCommit): Promise<void> {
    try {
      this.#advance(base, await this.#options.trees.loadOnto(base, written));
    } catch {
      // The commit stands: the refresh that follows reads it again, and says what is wrong.
    }
  }

  #advance(base: string, tree: CommitTree): void {
    const previous = this.#judged;
    if (previous === undefined || this.#board?.commit !== base) {
      return;
    }
    const judged = this.#judgeAll(tree, previous);
    const isBreaking = [...judged.values()].some(
      ({ state }) => state.kind !== 'valid' && state.quarantine.commit === tree.commit,
    );
    if (!isBreaking) {
      const labels = new Map(this.#board.labels).set(this.#options.defaultLabel, tree.commit);
      this.#serve({ tree, labels, previous, judged });
    }
  }

  async #attempt(): Promise<void> {
    try {
      await this.#refresh();
      this.#health = { kind: 'fresh' };
    } catch (error) {
      const sinceMs = this.#health.kind === 'failing' ? this.#health.sinceMs : this.#options.clock.now();
      this.#health = { kind: 'failing', sinceMs, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async #refresh(): Promise<void> {
    const { source, trees, defaultLabel } = this.#options;
    const before = this.#board;
    const labels = await source.labels();
    const head = labels.get(defaultLabel);
    if (head === undefined) {
      throw new Error(`there is no branch "${defaultLabel}"`);
    }
    if (head === this.#board?.commit) {
      this.#moveLabels(this.#board, labels);
      await this.#remember();
      return;
    }
    const previous = this.#judged ?? (await this.#recall());
    const tree = await trees.load(head);
    const isStart = this.#judged === undefined;
    const judged = await blame({ source, head, isStart }, this.#judgeAll(tree, previous));
    if (this.#board !== before) {
      await this.#refresh(); // an advance served something newer than what was judged here
      return;
    }
    this.#serve({ tree, labels, previous, judged });
    await this.#remember();
  }

  #serve({ tree, labels, previous, judged }: JudgedHead): void {
    const states = [...judged].map(([key, { state }]) => [fromKey(key), state] as const);
    this.#judged = judged;
    this.#isRemembered = false;
    this.#publish({
      board: new Board(tree.commit, labels, { services: servicesOf(tree), states }),
      changes: changesOf(previous, judged),
      labelsMoved: true,
    });
  }

  #moveLabels(board: Board, labels: ReadonlyMap<string, string>): void {
    const isSame =
      labels.size === board.labels.size && [...labels].every(([name, at]) => board.labels.get(name) === at);
    if (!isSame) {
      this.#publish({ board: board.withLabels(labels), changes: [], labelsMoved: true });
    }
  }

  #judgeAll(tree: JudgedTree, previous: JudgedPairs): JudgedPairs {
    const nowMs = this.#options.clock.now();
    return new Map(
      pairsOf(tree).map((pair) => {
        const before = previous.get(pairKey(pair));
        const inputs = inputsOf(tree, pair);
        const judged =
          before !== undefined && inputs !== undefined && before.inputs === inputs
            ? before
            : { inputs, state: nextState(before?.state, judge(tree, pair), { pair, commit: tree.commit, nowMs }) };
        return [pairKey(pair), judged];
      }),
    );
  }

  /** What was served before the process began, from the good versions that it remembered. */
  async #recall(): Promise<JudgedPairs> {
    const { source, trees, clock } = this.#options;
    const recalled = new Map<string, Judged>();
    const good = await source.goodVersions();
    this.#remembered = new Map(good.map((version) => [pairKey(version), version]));
    for (const [commit, pairs] of Map.groupBy(good, (version) => version.commit)) {
      const tree = await trees.load(commit).catch(unlessUnknown);
      if (tree === undefined) {
        continue;
      }
      for (const { service, environment } of pairs) {
        const pair = { service, environment };
        const state = nextState(undefined, judge(tree, pair), { pair, commit, nowMs: clock.now() });
        if (state.kind === 'valid') {
          recalled.set(pairKey(pair), { state, inputs: undefined });
        }
      }
    }
    return recalled;
  }

  #publish(refreshed: Refreshed): void {
    this.#board = refreshed.board;
    for (const listener of this.#listeners) {
      listener(refreshed);
    }
  }

  /** Brings the good versions that a restart would recall in step; what failed is tried again at the next refresh. */
  async #remember(): Promise<void> {
    if (this.#isRemembered || this.#judged === undefined) {
      return;
    }
    const judged = this.#judged;
    const before = this.#remembered;
    const good = goodVersionsOf(judged);
    const moved = [...good].filter(([key, { commit }]) => before.get(key)?.commit !== commit);
    const gone = [...before].filter(([key]) => !good.has(key));
    if (moved.length + gone.length > 0) {
      await this.#options.source.remember(
        moved.map(([, version]) => version),
        gone.map(([, version]) => version),
      );
    }
    this.#remembered = good;
    this.#isRemembered = this.#judged === judged; // an advance may have come between
  }
}

/** A good version whose commit is lost, or is none, is lost: the head may be valid all the same. */
function unlessUnknown(error: unknown): undefined {
  if (!(error instanceof UnknownLabelError)) {
    throw error;
  }
}
