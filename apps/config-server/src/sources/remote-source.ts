import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Clock } from '@signalbox/clock';

import type { Change, CommitOutcome, Committer } from '../editing/change.ts';

import { GitCommandError } from '../errors.ts';
import { GitStore, type GitStoreOptions } from './git-store.ts';

export interface RemoteSourceOptions extends Omit<GitStoreOptions, 'directory'> {
  readonly dataDir: string;
  /** Anything that Git can fetch from: https, ssh, a path. */
  readonly url: string;
  readonly branch: string;
  readonly fetchIntervalMs: number;
}

/** What the last look at the remote came to. */
export type RemoteState =
  | { readonly kind: 'unseen' }
  | { readonly kind: 'reached'; readonly atMs: number }
  | { readonly kind: 'lost'; readonly sinceMs: number; readonly reason: string };

/** Draft of a commit on its way to the remote: it becomes the branch here only once the remote has taken it. */
const OUTGOING = 'refs/signalbox/outgoing';
const REFSPECS = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];

/** A bare clone of a repository that lives elsewhere. Reading never waits for the remote. */
export class RemoteSource implements Committer {
  readonly store: GitStore;
  readonly #clock: Clock;
  readonly #options: RemoteSourceOptions;
  #state: RemoteState = { kind: 'unseen' };
  #fetching: Promise<void> | undefined;

  private constructor(directory: string, options: RemoteSourceOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.store = new GitStore({ ...options, directory });
  }

  static async open(options: RemoteSourceOptions): Promise<RemoteSource> {
    const directory = join(options.dataDir, 'clone.git');
    await mkdir(directory, { recursive: true });
    const source = new RemoteSource(directory, options);
    await source.store.commands.run(['init', '--bare', `--initial-branch=${options.branch}`]);
    await source.store.removeDrafts();
    return source;
  }

  get state(): RemoteState {
    return this.#state;
  }

  /** One fetch at a time; a second caller waits for the one under way. Never rejects: `state` says how it went. */
  fetch(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async commit(change: Change): Promise<CommitOutcome> {
    const { branch, url } = this.#options;
    await this.store.commands.feed(['update-ref', '--stdin'], `start\nupdate ${OUTGOING} ${change.base}\ncommit\n`);
    const written = await this.store.write(OUTGOING, change);
    const { commit } = written;
    try {
      const lease = `--force-with-lease=refs/heads/${branch}:${change.base}`;
      await this.store.commands.run(['push', '--porcelain', lease, '--', url, `${commit}:refs/heads/${branch}`]);
    } catch (error) {
      if (error instanceof GitCommandError && /\[rejected\]|cannot lock ref|incorrect old value/.test(error.message)) {
        await this.fetch();
        return { kind: 'moved' };
      }
      throw error;
    }
    await this.store.commands.feed(
      ['update-ref', '--stdin'],
      `start\nupdate refs/heads/${branch} ${commit}\ndelete ${OUTGOING}\ncommit\n`,
    );
    return { kind: 'committed', ...written };
  }

  /** Fetches on the timer and calls `onMoved` after each success, until the signal is aborted. */
  async watch(onMoved: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.fetch();
      if (this.#state.kind === 'reached') {
        onMoved();
      }
      await this.#clock.sleep(this.#options.fetchIntervalMs, signal).catch(() => undefined);
    }
  }

  close(): void {
    this.store.close();
  }

  async #fetch(): Promise<void> {
    try {
      // Progress is what keeps the silence timeout from ending a fetch that is long but alive.
      await this.store.commands.run([
        'fetch',
        '--progress',
        '--prune',
        '--force',
        '--',
        this.#options.url,
        ...REFSPECS,
      ]);
      this.#state = { kind: 'reached', atMs: this.#clock.now() };
    } catch (error) {
      const sinceMs = this.#state.kind === 'lost' ? this.#state.sinceMs : this.#clock.now();
      this.#state = { kind: 'lost', sinceMs, reason: error instanceof Error ? error.message : String(error) };
    }
  }
}
