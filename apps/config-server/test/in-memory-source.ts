import { createHash } from 'node:crypto';

import type { GoodVersion, Origin, Source } from '../src/refresh/source.ts';

import { GitCommandError, UnknownLabelError } from '../src/errors.ts';

type Files = Readonly<Record<string, string>>;

/** A repository without Git: commits are numbered, a blob's id is a hash of its text. */
export class InMemorySource implements Source {
  /** Blobs read so far: what was cached is not among them. */
  readonly reads: string[] = [];
  readonly #commits = new Map<string, ReadonlyMap<string, string>>();
  readonly #blobs = new Map<string, string>();
  readonly #labels = new Map<string, string>();
  #good: readonly GoodVersion[] = [];
  #isDown = false;

  /** Makes a commit of exactly these files the tip of the branch. */
  commitTo(branch: string, files: Files): string {
    const commit = String(this.#commits.size + 1).padStart(40, '0');
    const tree = new Map<string, string>();
    for (const [path, text] of Object.entries(files)) {
      const blob = this.blobOf(text);
      this.#blobs.set(blob, text);
      tree.set(path, blob);
    }
    this.#commits.set(commit, tree);
    this.#labels.set(branch, commit);
    return commit;
  }

  blobOf(text: string): string {
    return createHash('sha1').update(text).digest('hex');
  }

  goDown(): void {
    this.#isDown = true;
  }

  comeBack(): void {
    this.#isDown = false;
  }

  labels(): Promise<ReadonlyMap<string, string>> {
    return this.#isDown
      ? Promise.reject(new GitCommandError('for-each-ref', 'is down'))
      : Promise.resolve(new Map(this.#labels));
  }

  commit(id: string): Promise<string | undefined> {
    return Promise.resolve([...this.#commits.keys()].find((commit) => commit.startsWith(id)));
  }

  files(commit: string): Promise<ReadonlyMap<string, string>> {
    const tree = this.#commits.get(commit);
    return tree === undefined ? Promise.reject(new UnknownLabelError(commit, [])) : Promise.resolve(tree);
  }

  read(blob: string): Promise<string> {
    this.reads.push(blob);
    return Promise.resolve(this.#blobs.get(blob) ?? '');
  }

  /** The first commit in which the file is what it is in this one. */
  origin(commit: string, path: string): Promise<Origin | undefined> {
    const blob = this.#commits.get(commit)?.get(path);
    const first = [...this.#commits].find(([, tree]) => blob !== undefined && tree.get(path) === blob);
    return Promise.resolve(
      first === undefined
        ? undefined
        : { commit: first[0], author: 'Ada <ada@example.com>', date: '2026-01-01T00:00:00Z' },
    );
  }

  goodVersions(): Promise<readonly GoodVersion[]> {
    return Promise.resolve(this.#good);
  }

  remember(good: readonly GoodVersion[], gone: readonly GoodVersion[]): Promise<void> {
    const isReplaced = (old: GoodVersion) =>
      [...good, ...gone].some((next) => next.service === old.service && next.environment === old.environment);
    this.#good = [...this.#good.filter((old) => !isReplaced(old)), ...good];
    return Promise.resolve();
  }
}
