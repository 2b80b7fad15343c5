export interface Author {
  readonly name: string;
  readonly email: string;
}

/** One commit to be made. */
export interface Change {
  /** The commit it builds on, and the one the branch must still be at. */
  readonly base: string;
  readonly author: Author;
  readonly message: string;
  /** Path to the whole new content. */
  readonly files: ReadonlyMap<string, string>;
}

export type CommitOutcome =
  | {
      readonly kind: 'committed';
      readonly commit: string;
      /** The id that each file of the change was stored under. */
      readonly blobs: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'moved' };

/** Where a change is written. */
export interface Committer {
  /** Compare and swap: with a branch that is no longer at the base, nothing is written. */
  commit(change: Change): Promise<CommitOutcome>;
}
