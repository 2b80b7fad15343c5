import type { Judgement } from '@signalbox/validation';

import { type ConfigMap, diff, DocumentSyntaxError, type KeyChange, type Pair, placeOf } from '@signalbox/layering';

import type { OfferedObjects, OfferedPush, PushedTree, ReferenceMove } from './push.ts';

import { OversizedCommitError } from '../errors.ts';
import { FaultList } from './fault-list.ts';

/** The served branch, as a push is held against it. */
export interface PushedBranch {
  /** Full name of the branch that is served. */
  readonly reference: string;
  /** Brings what is served up to the branch as it is now. */
  refresh(): Promise<void>;
  tree(commit: string): Promise<PushedTree>;
  offeredTree(commit: string, objects: OfferedObjects): Promise<PushedTree>;
  /** What every pair of the tree would come to. */
  judge(tree: PushedTree): Iterable<readonly [Pair, Judgement]>;
  /** What is served to the pair. */
  values(pair: Pair): ConfigMap | undefined;
  /** Whether the pair is broken in the branch as it is, before the push. */
  isQuarantined(pair: Pair): boolean;
  /** Whether the branch has the commit now. */
  contains(commit: string): Promise<boolean>;
  /** All branches and tags by full name, this one too, and the objects they are at now. */
  references(): Promise<ReadonlyMap<string, string>>;
}

export interface ReachedPair extends Pair {
  readonly changes: readonly KeyChange[];
}

/** What a push would do to what is served. */
export interface ServedChange {
  readonly kind: 'acceptable';
  readonly folders: readonly string[];
  readonly reached: readonly ReachedPair[];
}

export interface Refused {
  readonly kind: 'refused';
  readonly code: string;
  readonly lines: readonly string[];
  /** Those that the push would change; none where that was not looked at. */
  readonly folders: readonly string[];
}

export interface Acceptable {
  readonly kind: 'acceptable';
  readonly moves: readonly ReferenceMove[];
  /** Absent where nothing that is served would move. */
  readonly served?: ServedChange;
}

/** Each is read, sorted and compared whenever the branch is looked at. */
const MAX_REFERENCES = 1_000;
/** Some 100,000 files in a folder. Well compressed, a commit of hundreds of megabytes is pushed in one, and read with every branch. */
const MAX_STRUCTURE_BYTES = 8_388_608;
const BRANCH_OR_TAG = /^refs\/(?:heads|tags)\//;

/**
 * Whether a push may move what it wants to move. What is served may only go forward, and to a commit that holds what an update must
 * hold: documents that parse, and no pair broken that was not. Looks at no reference that moves meanwhile: Git compares and swaps, one
 * move after the other, so that a second move of one reference would go on from the first.
 */
export async function reviewPush({ moves, objects }: OfferedPush, branch: PushedBranch): Promise<Acceptable | Refused> {
  const misplaced = moves.find(({ reference }) => !BRANCH_OR_TAG.test(reference));
  if (misplaced !== undefined) {
    return refused(`${misplaced.reference} is neither a branch nor a tag`);
  }
  const again = movedTwice(moves);
  if (again !== undefined) {
    return refused(`${again} is moved twice`);
  }
  const excess = await objects.excess(MAX_STRUCTURE_BYTES);
  if (excess !== undefined) {
    return refused(excess);
  }
  const references = await objects.references();
  const after = new Set([...references.keys(), ...moves.filter(isKept).map(({ reference }) => reference)]);
  if (after.size > Math.max(references.size, MAX_REFERENCES)) {
    return refused(`there would be ${after.size} branches and tags, more than ${MAX_REFERENCES}`);
  }
  const move = moves.find(({ reference }) => reference === branch.reference);
  if (move === undefined) {
    return { kind: 'acceptable', moves };
  }
  const served = await reviewMove(move, objects, branch);
  return served.kind === 'refused' ? served : { kind: 'acceptable', moves, served };
}

function movedTwice(moves: readonly ReferenceMove[]): string | undefined {
  const moved = new Set<string>();
  for (const { reference } of moves) {
    if (moved.has(reference)) {
      return reference;
    }
    moved.add(reference);
  }
  return undefined;
}

function isKept({ after }: ReferenceMove): boolean {
  return after !== undefined;
}

async function reviewMove(
  { reference, before, after }: ReferenceMove,
  objects: OfferedObjects,
  branch: PushedBranch,
): Promise<ServedChange | Refused> {
  if (after === undefined || before === undefined) {
    return refused(`${reference} is what is served: it may be neither deleted nor made anew`);
  }
  if (!(await objects.isAncestor(before, after))) {
    return refused(`${reference} is what is served: it may only go forward, and ${after} does not build on ${before}`);
  }
  await branch.refresh();
  try {
    const [base, pushed] = await Promise.all([branch.tree(before), branch.offeredTree(after, objects)]);
    return reviewTree({ base, pushed }, branch);
  } catch (error) {
    if (error instanceof OversizedCommitError) {
      return refused(error.message);
    }
    throw error;
  }
}

interface Step {
  readonly base: PushedTree;
  readonly pushed: PushedTree;
}

function reviewTree({ base, pushed }: Step, branch: PushedBranch): ServedChange | Refused {
  const changed = changedDocuments(base, pushed);
  const folders = new Set(changed.flatMap((path) => placeOf(path)?.folder ?? []));
  const faults = new FaultList();
  for (const path of changed.filter((candidate) => pushed.paths.has(candidate))) {
    faults.addSyntax(syntaxErrorOf(pushed, path));
  }
  const reached: ReachedPair[] = [];
  for (const [pair, judgement] of branch.judge(pushed)) {
    if (judgement.kind === 'broken') {
      // A pair that was broken before and still is does not stand in the way, unless its own folder is what is pushed.
      if (folders.has(pair.service) || !branch.isQuarantined(pair)) {
        faults.add(pair, judgement.failure);
      }
      continue;
    }
    const changes = diff(branch.values(pair) ?? {}, judgement.configuration.values);
    if (changes.length > 0) {
      reached.push({ ...pair, changes });
    }
  }
  return faults.isEmpty
    ? { kind: 'acceptable', folders: [...folders], reached }
    : { kind: 'refused', code: faults.code, lines: faults.lines(), folders: [...folders] };
}

/** Paths of documents that are new, gone or other than they were. */
function changedDocuments(base: PushedTree, pushed: PushedTree): readonly string[] {
  const paths = new Set([...base.paths, ...pushed.paths]);
  return [...paths].filter((path) => pushed.files.get(path) !== base.files.get(path));
}

function syntaxErrorOf(tree: PushedTree, path: string): DocumentSyntaxError | undefined {
  try {
    tree.document(path);
    return undefined;
  } catch (error) {
    if (error instanceof DocumentSyntaxError) {
      return error;
    }
    throw error;
  }
}

function refused(line: string): Refused {
  return { kind: 'refused', code: 'config/push-refused', lines: [line], folders: [] };
}
