import type { Tree } from '@signalbox/layering';

/** Where a push wants a branch or a tag to be. */
export interface ReferenceMove {
  /** Its full name: `refs/heads/main`. */
  readonly reference: string;
  /** Absent where the push makes it. */
  readonly before?: string;
  /** Absent where the push deletes it. */
  readonly after?: string;
}

/** What was received and is not in the repository yet: it is thrown away when the push is refused. */
export interface OfferedObjects {
  /** Path to blob id of every regular file of a commit. */
  files(commit: string): Promise<ReadonlyMap<string, string>>;
  read(blob: string): Promise<string>;
  /** Whether whoever is at the second commit has the first one too. */
  isAncestor(ancestor: string, commit: string): Promise<boolean>;
  /** Why what was received can't be kept: a commit, tree or tag that is larger, which Git holds in memory whole. Undefined where it can. */
  excess(maxBytes: number): Promise<string | undefined>;
  /** The branches and tags that there are, by full name, and the objects they are at. */
  references(): Promise<ReadonlyMap<string, string>>;
}

/** A push whose objects are here, and whose references have not moved. */
export interface OfferedPush {
  readonly moves: readonly ReferenceMove[];
  readonly objects: OfferedObjects;
}

/** Whether the references may move: all of them, or none. */
export type Verdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; /** For the pusher's terminal. */ readonly lines: readonly string[] };

/** The documents of one commit, offered or not. */
export interface PushedTree extends Tree {
  readonly commit: string;
  /** Path to blob id of every regular file, documents or not. */
  readonly files: ReadonlyMap<string, string>;
  /** Equal for two trees when the folder holds the same documents. */
  fingerprint(folder: string): string;
}
