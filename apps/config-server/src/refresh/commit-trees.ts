import { createHash } from 'node:crypto';

import { type Document, DocumentSyntaxError, placeOf, type Tree } from '@signalbox/layering';

import type { Source } from './source.ts';

import { OversizedCommitError, UnreadableObjectError } from '../errors.ts';
import { DocumentCell } from './document-cell.ts';
import { Recent } from './recent.ts';

/** The tree of one commit, with every document at hand. */
export interface CommitTree extends Tree {
  readonly commit: string;
  /** Path to blob id of every regular file, documents or not. */
  readonly files: ReadonlyMap<string, string>;
  /**
   * The text of a document; undefined when the tree has none there.
   *
   * @throws DocumentSyntaxError when it is too large to be read, or no text
   */
  text(path: string): string | undefined;
  /** Equal for two trees when the folder of the repository holds the same documents. */
  fingerprint(folder: string): string;
}

/** What a judgement needs of it. */
export type JudgedTree = Omit<CommitTree, 'files' | 'text'>;

export interface CommitTreesOptions {
  /** Trees kept, the least recently used goes first. @default 16 */
  readonly maxTrees?: number;
  /** A commit with more documents is refused. @default 20000 */
  readonly maxDocuments?: number;
  /** A commit with more text in documents that no kept tree has is refused. @default 67108864 */
  readonly maxNewCharacters?: number;
}

/** A commit just made, with the blob ids of the files that it wrote. */
export interface WrittenCommit {
  readonly commit: string;
  readonly blobs: ReadonlyMap<string, string>;
}

const DEFAULTS = {
  maxTrees: 16,
  maxDocuments: 20_000,
  maxNewCharacters: 67_108_864,
} satisfies Required<CommitTreesOptions>;

/** Where a commit is read from. */
export type TreeSource = Pick<Source, 'files' | 'read'>;

/** Documents of commits, read once per content: a tree takes from the ones before it what has not changed. */
export class CommitTrees {
  readonly #source: TreeSource;
  readonly #maxDocuments: number;
  readonly #maxNewCharacters: number;
  readonly #kept: Recent<Promise<LoadedTree>>;

  constructor(source: TreeSource, options: CommitTreesOptions = {}) {
    this.#source = source;
    const { maxTrees = DEFAULTS.maxTrees, maxDocuments = DEFAULTS.maxDocuments } = options;
    this.#maxDocuments = maxDocuments;
    this.#maxNewCharacters = options.maxNewCharacters ?? DEFAULTS.maxNewCharacters;
    this.#kept = new Recent(maxTrees);
  }

  load(commit: string): Promise<CommitTree> {
    return this.#keep(commit, () => this.#source.files(commit));
  }

  /** As `load`, of a commit that is only offered: its objects are elsewhere yet, and what may be refused is not kept. */
  async loadOffered(commit: string, objects: TreeSource): Promise<CommitTree> {
    return (await this.#kept.get(commit)) ?? this.#read(commit, objects, () => objects.files(commit));
  }

  /** As `load`, without asking which files there are: they are those of the base, which the commit wrote `blobs` to. */
  async loadOnto(base: string, { commit, blobs }: WrittenCommit): Promise<CommitTree> {
    const { files } = await this.load(base);
    const isSamePlaces = [...blobs.keys()].every((path) => files.has(path));
    // New files have their place in Git's order.
    return isSamePlaces ? this.#keep(commit, () => Promise.resolve(new Map([...files, ...blobs]))) : this.load(commit);
  }

  async #keep(commit: string, list: () => Promise<ReadonlyMap<string, string>>): Promise<CommitTree> {
    const kept = this.#kept.get(commit);
    if (kept !== undefined) {
      return kept;
    }
    const loading = this.#read(commit, this.#source, list);
    this.#kept.set(commit, loading);
    try {
      return await loading;
    } catch (error) {
      this.#kept.delete(commit);
      throw error;
    }
  }

  async #read(
    commit: string,
    source: TreeSource,
    list: () => Promise<ReadonlyMap<string, string>>,
  ): Promise<LoadedTree> {
    const earlier = await Promise.all([...this.#kept.values()].map((kept) => kept.catch(() => undefined)));
    const files = await list();
    const paths = [...files.keys()].filter((path) => placeOf(path) !== undefined);
    if (paths.length > this.#maxDocuments) {
      throw new OversizedCommitError(commit, `has ${paths.length} documents, more than ${this.#maxDocuments}`);
    }
    const known = earlier.filter((tree) => tree !== undefined);
    let newCharacters = 0;
    const cells = paths.map(async (path) => {
      const blob = files.get(path) ?? '';
      const cell = known.find((tree) => tree.files.get(path) === blob)?.cell(path);
      if (cell !== undefined) {
        return [path, cell] as const;
      }
      const text = await textOf(blob, source);
      newCharacters += typeof text === 'string' ? text.length : 0;
      if (newCharacters > this.#maxNewCharacters) {
        throw new OversizedCommitError(commit, `has more than ${this.#maxNewCharacters} characters of new documents`);
      }
      return [path, new DocumentCell(path, text)] as const;
    });
    return new LoadedTree(commit, files, new Map(await Promise.all(cells)));
  }
}

async function textOf(blob: string, source: TreeSource): Promise<string | UnreadableObjectError> {
  try {
    return await source.read(blob);
  } catch (error) {
    if (error instanceof UnreadableObjectError) {
      return error;
    }
    throw error;
  }
}

class LoadedTree implements CommitTree {
  readonly commit: string;
  readonly files: ReadonlyMap<string, string>;
  readonly paths: ReadonlySet<string>;
  readonly #cells: ReadonlyMap<string, DocumentCell>;
  readonly #fingerprints: ReadonlyMap<string, string>;

  constructor(commit: string, files: ReadonlyMap<string, string>, cells: ReadonlyMap<string, DocumentCell>) {
    this.commit = commit;
    this.files = files;
    this.#cells = cells;
    this.paths = new Set(cells.keys());
    this.#fingerprints = fingerprintsOf(files, this.paths);
  }

  document(path: string): Document {
    const cell = this.#cells.get(path);
    if (cell === undefined) {
      throw new DocumentSyntaxError({ path }, 'is not there');
    }
    return cell.document();
  }

  cell(path: string): DocumentCell | undefined {
    return this.#cells.get(path);
  }

  text(path: string): string | undefined {
    return this.#cells.get(path)?.text;
  }

  fingerprint(folder: string): string {
    return this.#fingerprints.get(folder) ?? '';
  }
}

function fingerprintsOf(files: ReadonlyMap<string, string>, paths: ReadonlySet<string>): ReadonlyMap<string, string> {
  const byFolder = Map.groupBy(paths, (path) => path.slice(0, path.indexOf('/')));
  return new Map(
    [...byFolder].map(([folder, inside]) => {
      const content = inside.map((path) => `${path}\0${files.get(path) ?? ''}`).sort();
      return [folder, createHash('sha1').update(content.join('\0')).digest('base64')];
    }),
  );
}
