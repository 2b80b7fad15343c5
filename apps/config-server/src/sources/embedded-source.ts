import { appendFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import type { Change, CommitOutcome, Committer } from '../editing/change.ts';

import { GitCommandError, UnreadableSeedError } from '../errors.ts';
import { GitCommands } from './git-commands.ts';
import { GitStore, type GitStoreOptions } from './git-store.ts';
import { watchReferences } from './reference-watch.ts';

export interface EmbeddedSourceOptions extends Omit<GitStoreOptions, 'directory'> {
  readonly dataDir: string;
  /** The branch that the first commit is made on, and that updates are committed to. */
  readonly branch: string;
  /** Files of the first commit. Read only when the repository is created. */
  readonly seedDir?: string;
  /** How often the references are looked at, whatever the file system tells. */
  readonly pollIntervalMs: number;
}

/** What the server remembers about its pairs is not for those who push to change. */
const RECEIVING = '[receive]\n\tfsckObjects = true\n\thideRefs = refs/signalbox\n';
const SEED_AUTHOR = { name: 'Signalbox', email: 'signalbox@localhost' };

/** The repository that the server owns: `config.git` in its data directory, which others may push to. */
export class EmbeddedSource implements Committer {
  readonly store: GitStore;
  /** The bare repository. */
  readonly directory: string;
  readonly #options: EmbeddedSourceOptions;

  private constructor(directory: string, options: EmbeddedSourceOptions) {
    this.directory = directory;
    this.#options = options;
    this.store = new GitStore({ ...options, directory });
  }

  static async open(options: EmbeddedSourceOptions): Promise<EmbeddedSource> {
    const directory = join(options.dataDir, 'config.git');
    if (!(await exists(directory))) {
      await createRepository(directory, options);
    }
    const source = new EmbeddedSource(directory, options);
    await source.store.removeDrafts();
    return source;
  }

  async commit(change: Change): Promise<CommitOutcome> {
    try {
      return { kind: 'committed', ...(await this.store.write(`refs/heads/${this.#options.branch}`, change)) };
    } catch (error) {
      if (error instanceof GitCommandError && /Not updating|cannot lock ref .* but expected/.test(error.message)) {
        return { kind: 'moved' };
      }
      throw error;
    }
  }

  /** Calls `onMoved` whenever a branch or a tag may have moved, until the signal is aborted. */
  async watch(onMoved: () => void, signal: AbortSignal): Promise<void> {
    const { clock, pollIntervalMs } = this.#options;
    await watchReferences({ directory: this.directory, clock, pollIntervalMs, onMoved }, signal);
  }

  close(): void {
    this.store.close();
  }
}

/** Renamed into place when it is whole: a first start that is cut short leaves nothing behind that the next one would keep. */
async function createRepository(directory: string, options: EmbeddedSourceOptions): Promise<void> {
  const unfinished = `${directory}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const { branch, seedDir, environment, silenceTimeoutMs } = options;
  const git = new GitCommands({
    directory: unfinished,
    environment: { ...environment, GIT_DIR: unfinished },
    silenceTimeoutMs,
  });
  await git.run(['init', '--bare', `--initial-branch=${branch}`]);
  await appendFile(join(unfinished, 'config'), RECEIVING);
  const store = new GitStore({ ...options, directory: unfinished });
  await store.write(`refs/heads/${branch}`, {
    author: SEED_AUTHOR,
    message: seedDir === undefined ? 'Begin the configuration' : 'Begin the configuration with the seed',
    files: seedDir === undefined ? new Map() : await readSeed(seedDir),
  });
  store.close();
  await rename(unfinished, directory);
}

/** A link may lead out of the directory, and to something else tomorrow: what it leads to is no part of the seed. */
async function readSeed(seedDir: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(seedDir, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new UnreadableSeedError((error as Error).message, error); // node:fs rejects with errors
  });
  const seeded = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ entry, path: relative(seedDir, join(entry.parentPath, entry.name)) }))
    .filter(({ path }) => !path.split(sep).includes('.git'));
  const unreadable = seeded.find(({ entry }) => !entry.isFile());
  if (unreadable !== undefined) {
    throw new UnreadableSeedError(
      `"${unreadable.path}" in "${seedDir}" is no regular file, as a symbolic link is none`,
    );
  }
  return new Map(
    await Promise.all(
      seeded.map(async ({ path }) => [path.replaceAll(sep, '/'), await readFile(join(seedDir, path))] as const),
    ),
  );
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
