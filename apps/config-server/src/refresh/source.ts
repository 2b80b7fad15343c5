/** The last commit at which a pair was valid and its effective configuration changed. */
export interface GoodVersion {
  readonly service: string;
  readonly environment: string;
  readonly commit: string;
}

/** Who last changed a file. */
export interface Origin {
  readonly commit: string;
  readonly author: string;
  /** ISO 8601 with an offset. */
  readonly date: string;
}

/** Documents by commit and content. Commits and blobs are immutable, so what was read of them stays true. */
export interface Source {
  /** Branches and tags with the commits they point to now. */
  labels(): Promise<ReadonlyMap<string, string>>;
  /** The whole id of a commit given by its id or the beginning of it. */
  commit(id: string): Promise<string | undefined>;
  /** Path to blob id, of every regular file. Throws UnknownLabelError for a commit that is not there. */
  files(commit: string): Promise<ReadonlyMap<string, string>>;
  read(blob: string): Promise<string>;
  /** Who last changed the file, looking back from the commit. */
  origin(commit: string, path: string): Promise<Origin | undefined>;
  goodVersions(): Promise<readonly GoodVersion[]>;
  /** All or nothing. */
  remember(good: readonly GoodVersion[], gone: readonly GoodVersion[]): Promise<void>;
}
