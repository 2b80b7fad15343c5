import type { Tree } from '@signalbox/layering';

import type { CommitOutcome, Committer } from './change.ts';

import { ChangeConflictError, InvalidChangeError, TooManyChangesError } from '../errors.ts';
import { draftTree } from './draft-tree.ts';
import { type EditRequest, messageOf } from './edit.ts';
import { type EditableTree, editedFiles } from './edited-files.ts';
import { impactOf, type SemanticChange, type Serving } from './impact.ts';

/** The branch that is edited, as it is served. */
export interface EditedBranch extends Serving {
  /** Brings `commit` and what is served up to the branch as it is now. */
  refresh(): Promise<void>;
  /** Serves a commit just made on the base without looking at the branch; where it can't, the next refresh does. */
  advance(base: string, written: CommitOutcome & { kind: 'committed' }): Promise<void>;
  /** The commit that is served. */
  readonly commit: string;
  tree(commit: string): Promise<Tree & EditableTree & { readonly files: ReadonlyMap<string, string> }>;
}

export interface EditorOptions {
  readonly branch: EditedBranch;
  readonly committer: Committer;
  /** Edits that may wait for the one being written. @default 64 */
  readonly maxWaiting?: number;
}

export interface EditOutcome {
  /** The commit that the edit was made on. */
  readonly base: string;
  /** The commit made; the one that it would have built on when nothing was to be written. */
  readonly version: string;
  readonly changes: readonly SemanticChange[];
}

interface Draft extends Omit<EditOutcome, 'version'> {
  readonly files: ReadonlyMap<string, string>;
}

const DEFAULT_MAX_WAITING = 64;
/** How often the branch may move under an edit before it gives up: pushes of others, which are not ours to hold back. */
const MAX_ATTEMPTS = 5;

/** Makes commits of edits, one after the other, and only of those that leave every pair that they reach valid. */
export class Editor {
  readonly #options: EditorOptions;
  readonly #maxWaiting: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: EditorOptions) {
    this.#options = options;
    this.#maxWaiting = options.maxWaiting ?? DEFAULT_MAX_WAITING;
  }

  /**
   * Resolves once the edit is committed and served. Throws InvalidChangeError, ChangeConflictError, TooManyChangesError, or what
   * `editedFiles` throws.
   */
  async edit(request: EditRequest): Promise<EditOutcome> {
    if (this.#waiting >= this.#maxWaiting) {
      throw new TooManyChangesError(this.#waiting);
    }
    this.#waiting += 1;
    const turn = this.#last.then(() => this.#editInTurn(request));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #editInTurn(request: EditRequest): Promise<EditOutcome> {
    const atOnce = request.dryRun ? undefined : await this.#editServed(request);
    if (atOnce !== undefined) {
      return atOnce;
    }
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      await this.#options.branch.refresh();
      const draft = await this.#draft(request);
      if (request.dryRun || draft.files.size === 0) {
        return { base: draft.base, version: draft.base, changes: draft.changes };
      }
      const outcome = await this.#commit(request, draft);
      if (outcome !== undefined) {
        return outcome;
      }
    }
    throw new ChangeConflictError([request.edit.folder], `the branch moved ${MAX_ATTEMPTS} times under the change`);
  }

  /**
   * Edits what is served, trusting the committer to find out whether the branch is elsewhere. Undefined when it is, and when there is
   * nothing to write or the edit is refused: what is said of that must hold for the branch as it is.
   */
  async #editServed(request: EditRequest): Promise<EditOutcome | undefined> {
    const draft = await this.#draft(request).catch(() => undefined);
    return draft === undefined || draft.files.size === 0 ? undefined : this.#commit(request, draft);
  }

  /** Undefined when the branch has moved away from what the draft was made on. */
  async #commit(request: EditRequest, { base, files, changes }: Draft): Promise<EditOutcome | undefined> {
    const { branch, committer } = this.#options;
    const outcome = await committer.commit({ base, author: request.author, message: messageOf(request), files });
    if (outcome.kind === 'moved') {
      return undefined;
    }
    await branch.advance(base, outcome);
    await branch.refresh();
    return { base, version: outcome.commit, changes };
  }

  async #draft({ edit, expectedVersion }: EditRequest): Promise<Draft> {
    const { branch } = this.#options;
    const base = branch.commit;
    const tree = await branch.tree(base);
    const files = editedFiles(tree, edit);
    if (expectedVersion !== undefined) {
      const expected = await branch.tree(expectedVersion);
      const moved = [...files.keys()].filter((path) => expected.files.get(path) !== tree.files.get(path));
      if (moved.length > 0) {
        throw new ChangeConflictError(moved, `changed since ${expectedVersion}`);
      }
    }
    const { changes, errors } = impactOf(draftTree(tree, files), edit.folder, branch);
    if (errors.length > 0) {
      throw new InvalidChangeError(errors);
    }
    return { base, files, changes };
  }
}
